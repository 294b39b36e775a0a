import { sql } from 'kysely'
import type { Tx } from '../db/types.js'
import { changed, inBatches } from './in-batches.js'
import { inPages, type Page } from './in-pages.js'
import { HOUR_MS, type Job } from './job.js'

const BATCH = { name: 'forgetKeyPackages', size: 500 }
/** So long the contract tells an expired package from one that was never published. */
const EXPIRED_KEPT_DAYS = 30
/** A commit may use a package whose lease has ended; after so long it has to lease again. */
const ENDED_LEASE_KEPT_DAYS = 30

/** Of the table that are looked at in one transaction: 4 MiB, some thousand packages. */
const BLOCKS = 512

/** Deletes key packages that expired long ago, and forgets who had leased which. */
export const forgetKeyPackages: Job = {
  name: BATCH.name,
  intervalMs: HOUR_MS,
  async run(ctx, signal) {
    const packages = await inBatches(ctx, signal, BATCH, async (tx, size) =>
      changed(
        await sql`
          delete from key_packages where ref in (
            select ref from key_packages
            where not_after < now() - make_interval(days => ${EXPIRED_KEPT_DAYS})
            order by not_after limit ${size} for update skip locked)`.execute(tx),
      ),
    )
    const leases = await inPages(ctx, signal, BATCH.name, forgetEndedLeases)
    const lastResorts = await inBatches(ctx, signal, BATCH, async (tx, size) =>
      changed(
        await sql`
          delete from last_resort_leases where ctid in (
            select ctid from last_resort_leases
            where leased_until < now() - make_interval(days => ${ENDED_LEASE_KEPT_DAYS})
            order by leased_until limit ${size} for update skip locked)`.execute(tx),
      ),
    )
    return packages + leases + lastResorts
  },
}

/**
 * @NOTE It reads all packages, once a run: an index on the end of leases would make every lease dearer. What
 * moves to another block meanwhile is found by the next run.
 */
async function forgetEndedLeases(tx: Tx, from = 0): Promise<Page<number>> {
  const to = from + BLOCKS
  const forgotten = await sql`
    update key_packages set leased_to = null, leased_convo = null, leased_until = null
    where ref in (
      select ref from key_packages
      where ctid >= ${`(${from},0)`}::tid and ctid < ${`(${to},0)`}::tid
        and leased_to is not null
        and leased_until < now() - make_interval(days => ${ENDED_LEASE_KEPT_DAYS})
      for update skip locked)`.execute(tx)
  const { rows } = await sql<{ blocks: number }>`
    select pg_relation_size('key_packages') / current_setting('block_size')::int as blocks`.execute(
    tx,
  )
  return { changed: changed(forgotten), last: to < rows[0]!.blocks ? to : undefined }
}
