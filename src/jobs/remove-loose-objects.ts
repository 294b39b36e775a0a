import { sql } from 'kysely'
import { giveUp, removeLoose } from '../blobs/release.js'
import { type Job, type JobContext, MINUTE_MS } from './job.js'

const BATCH = 100
/** Well over what an upload may take: the process of an older one has died. */
const UPLOAD_DEAD_AFTER = sql<Date>`now() - interval '15 minutes'`
const UNFINISHED_KEPT_MS = 24 * 60 * MINUTE_MS

/**
 * Removes from the store what no blob has: objects of deleted blobs where their request did not come to
 * it, and what uploads left that died. Processes that do it at once do no harm.
 */
export const removeLooseObjects: Job = {
  name: 'removeLooseObjects',
  intervalMs: 10 * MINUTE_MS,
  async run(ctx, signal) {
    const dead = await giveUpDead(ctx, signal)
    const loose = await removeAll(ctx, signal)
    const unfinished = await ctx.blobs.removeUnfinished(new Date(Date.now() - UNFINISHED_KEPT_MS))
    return dead + loose + unfinished
  },
}

async function giveUpDead({ db, blobs }: JobContext, signal: AbortSignal): Promise<number> {
  const dead = await db
    .selectFrom('loose_objects')
    .select(['object_key', 'did'])
    .where('did', 'is not', null)
    .where('created_at', '<', UPLOAD_DEAD_AFTER)
    .execute()
  let count = 0
  for (const { did, object_key } of dead) {
    if (signal.aborted) break
    await giveUp(db, blobs, did!, object_key)
    count++
  }
  return count
}

async function removeAll({ db, blobs }: JobContext, signal: AbortSignal): Promise<number> {
  let count = 0
  while (!signal.aborted) {
    const loose = await db
      .selectFrom('loose_objects')
      .select('object_key')
      .where('did', 'is', null)
      .limit(BATCH)
      .execute()
    await removeLoose(
      db,
      blobs,
      loose.map(({ object_key }) => object_key),
    )
    count += loose.length
    if (loose.length < BATCH) break
  }
  return count
}
