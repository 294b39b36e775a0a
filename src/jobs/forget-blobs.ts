import { sql } from 'kysely'
import { releaseUnplaced } from '../blobs/release.js'
import { lockUsage } from '../blobs/usage.js'
import type { Tx } from '../db/types.js'
import { changed, inBatches } from './in-batches.js'
import { HOUR_MS, type Job } from './job.js'

const ENDING = { name: 'forgetBlobs', size: 100 }
const DELETING = { name: 'forgetBlobs', size: 500 }
/** So long a repeated deleteBlob is answered as the first was. */
const DELETED_KEPT_DAYS = 30

/**
 * Ends the places of blobs with `MESSAGE_RETENTION_DAYS`, as application entries lose their ciphertext
 * then; a blob without a place goes, and its object with the next run of `removeLooseObjects`. Places that
 * ended long ago are forgotten.
 */
export const forgetBlobs: Job = {
  name: ENDING.name,
  intervalMs: HOUR_MS,
  async run(ctx, signal) {
    const days = ctx.retention.messages
    const ended =
      days === 0 ? 0 : await inBatches(ctx, signal, ENDING, (tx, size) => endOldest(tx, days, size))
    const deleted = await inBatches(ctx, signal, DELETING, async (tx, size) =>
      changed(
        await sql`
          delete from blob_places where ctid in (
            select ctid from blob_places
            where deleted_at < now() - make_interval(days => ${DELETED_KEPT_DAYS})
            order by deleted_at limit ${size} for update skip locked)`.execute(tx),
      ),
    )
    return ended + deleted
  },
}

async function endOldest(tx: Tx, days: number, size: number): Promise<number> {
  const places = await tx
    .selectFrom('blob_places as place')
    .innerJoin('blobs', 'blobs.blob_id', 'place.blob_id')
    .select(['place.convo_id', 'place.blob_id', 'place.seq', 'blobs.did'])
    .where('place.deleted_at', 'is', null)
    .where('place.created_at', '<', sql<Date>`now() - make_interval(days => ${days})`)
    .orderBy('place.created_at')
    .limit(size)
    .execute()
  const byAccount = Map.groupBy(places, ({ did }) => did)
  await lockUsage(tx, [...byAccount.keys()])
  for (const [did, ended] of byAccount) {
    for (const { convo_id, blob_id, seq } of ended) {
      await tx
        .updateTable('blob_places')
        .set({ deleted_at: sql<Date>`now()` })
        .where('convo_id', '=', convo_id)
        .where('blob_id', '=', blob_id)
        .where('seq', '=', seq)
        .where('deleted_at', 'is', null)
        .execute()
    }
    await releaseUnplaced(
      tx,
      did,
      ended.map(({ blob_id }) => blob_id),
    )
  }
  return places.length
}
