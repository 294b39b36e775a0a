import type { Tx } from '../db/types.js'
import { inBatches } from './in-batches.js'
import type { JobContext } from './job.js'

/** What a page has come to; `last` is undefined where there is nothing more. */
export interface Page<K> {
  changed: number
  last: K | undefined
}

/**
 * Walks through a table once, in the order of a key, each page in a transaction of its own, for work that no
 * index finds: what stays is looked at once, and not again with every batch.
 */
export async function inPages<K>(
  ctx: Pick<JobContext, 'db'>,
  signal: AbortSignal,
  name: string,
  page: (tx: Tx, after: K | undefined) => Promise<Page<K>>,
): Promise<number> {
  let after: K | undefined
  let changed = 0
  await inBatches(ctx, signal, { name, size: 1 }, async (tx) => {
    const done = await page(tx, after)
    changed += done.changed
    after = done.last
    return done.last === undefined ? 0 : 1
  })
  return changed
}
