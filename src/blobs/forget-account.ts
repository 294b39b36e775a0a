import { inTx } from '../db/tx.js'
import type { Db, Tx } from '../db/types.js'
import type { BlobId, Did } from '../lib/ids.js'
import { releaseUnplaced } from './release.js'
import { lockUsage } from './usage.js'

const BATCH = 500

/**
 * Ends all that an account has stored, in every conversation: its bytes are loose then, and the job
 * removes them. An upload under way finds that it was given up.
 */
export async function forgetBlobsOf(db: Db, did: Did): Promise<void> {
  while ((await inTx(db, (tx) => releaseSome(tx, did))) === BATCH);
  await inTx(db, async (tx) => {
    await lockUsage(tx, [did])
    await tx
      .updateTable('loose_objects')
      .set({ did: null, reserved: 0 })
      .where('did', '=', did)
      .execute()
    await tx.deleteFrom('blob_usage').where('did', '=', did).execute()
  })
}

async function releaseSome(tx: Tx, did: Did): Promise<number> {
  await lockUsage(tx, [did])
  const rows = await tx
    .selectFrom('blobs')
    .select('blob_id')
    .where('did', '=', did)
    .limit(BATCH)
    .execute()
  const blobIds: BlobId[] = rows.map(({ blob_id }) => blob_id)
  if (blobIds.length === 0) return 0
  await tx.deleteFrom('blob_places').where('blob_id', 'in', blobIds).execute()
  await releaseUnplaced(tx, did, blobIds)
  return blobIds.length
}
