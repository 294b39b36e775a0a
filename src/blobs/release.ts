import { inTx } from '../db/tx.js'
import type { Db, Tx } from '../db/types.js'
import type { BlobId, Did } from '../lib/ids.js'
import type { BlobStore } from './blob-store.js'
import { addUsage, counted, lockUsage } from './usage.js'

/**
 * Lets go of the blobs of `did` among `blobIds` that have no place left, and answers the keys of their
 * objects, which are loose now: `removeLoose` takes them once `tx` has committed, or else the job does.
 * The account's usage is locked.
 */
export async function releaseUnplaced(
  tx: Tx,
  did: Did,
  blobIds: readonly BlobId[],
): Promise<string[]> {
  if (blobIds.length === 0) return []
  const released = await tx
    .deleteFrom('blobs')
    .where('blob_id', 'in', [...blobIds])
    .where('did', '=', did)
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('blob_places')
            .select('seq')
            .whereRef('blob_places.blob_id', '=', 'blobs.blob_id')
            .where('deleted_at', 'is', null),
        ),
      ),
    )
    .returning(['object_key', 'size'])
    .execute()
  if (released.length === 0) return []
  await addUsage(tx, did, -released.reduce((sum, { size }) => sum + counted(size), 0))
  const keys = released.map(({ object_key }) => object_key)
  await tx
    .insertInto('loose_objects')
    .values(keys.map((object_key) => ({ object_key, did: null })))
    .execute()
  return keys
}

/** Ends an upload that came to nothing, or that brought what was there: its reservation, and its object. */
export async function giveUp(db: Db, store: BlobStore, did: Did, key: string): Promise<void> {
  const loose = await inTx(db, async (tx) => {
    // Waits for a claim whose outcome is unknown: what was claimed is loose no more, and stays.
    await lockUsage(tx, [did])
    return loosen(tx, did, key)
  })
  if (loose) await removeLoose(db, store, [key])
}

/** Gives back what the upload had reserved; false where there is none. The account's usage is locked. */
export async function loosen(tx: Tx, did: Did, key: string): Promise<boolean> {
  const row = await tx
    .selectFrom('loose_objects')
    .select('reserved')
    .where('object_key', '=', key)
    .where('did', '=', did)
    .executeTakeFirst()
  if (!row) return false
  await tx
    .updateTable('loose_objects')
    .set({ did: null, reserved: 0 })
    .where('object_key', '=', key)
    .execute()
  await addUsage(tx, did, -row.reserved)
  return true
}

/** Removes objects that nothing claims any more from the store, and then what is known of them. */
export async function removeLoose(
  db: Db,
  store: BlobStore,
  keys: readonly string[],
): Promise<void> {
  for (const key of keys) {
    await store.remove(key)
    await db
      .deleteFrom('loose_objects')
      .where('object_key', '=', key)
      .where('did', 'is', null)
      .execute()
  }
}
