import { sql } from 'kysely'
import { inTx } from '../db/tx.js'
import type { Tx } from '../db/types.js'
import type { JobContext } from './job.js'

/** The first key of the advisory locks of jobs; the second is a hash of the job's name. */
const JOB_LOCK = 0x0caa

/**
 * Runs `batch` in a transaction of its own again and again, until it has less to do than `size`. Batches
 * are small: while one runs, no later event can be read from the stream.
 *
 * A batch holds the job's lock; a process that finds it held leaves the work to the other. (A lock of the
 * session instead would need a connection of its own for the whole run, and excludes nobody on the
 * embedded database.)
 */
export async function inBatches(
  { db }: Pick<JobContext, 'db'>,
  signal: AbortSignal,
  { name, size }: { name: string; size: number },
  batch: (tx: Tx, size: number) => Promise<number>,
): Promise<number> {
  let rows = 0
  while (!signal.aborted) {
    const done = await inTx(db, async (tx) => ((await lock(tx, name)) ? batch(tx, size) : 0))
    rows += done
    if (done < size) break
  }
  return rows
}

async function lock(tx: Tx, name: string): Promise<boolean> {
  const { rows } = await sql<{ locked: boolean }>`
    select pg_try_advisory_xact_lock(${JOB_LOCK}, hashtext(${name})) as locked`.execute(tx)
  return rows[0]!.locked
}

/** How many rows a raw statement has changed. */
export function changed({
  numAffectedRows = 0n,
}: {
  numAffectedRows?: bigint | undefined
}): number {
  return Number(numAffectedRows)
}
