import { inTx } from '../db/tx.js'
import type { Db } from '../db/types.js'
import type { BlobId } from '../lib/ids.js'
import type { BlobStore, StoredObject } from './blob-store.js'
import { isStored } from './own-store.js'
import { removeLoose } from './release.js'
import { addUsage, counted, lockUsage } from './usage.js'

const BLOB_KEY = /^[0-9a-f]{32}$/

/** The keys above `after`, up to `upTo` (to the end where undefined), and what the store has of them. */
export interface Stretch {
  after: string
  upTo: string | undefined
  objects: StoredObject[]
}

/** A store's objects in stretches without a hole between them. */
export async function* stretchesOf(store: BlobStore): AsyncIterable<Stretch> {
  let after = ''
  for await (const listed of store.list()) {
    const objects = listed.filter(({ key }) => BLOB_KEY.test(key))
    const upTo = objects.at(-1)?.key
    if (upTo === undefined) continue
    yield { after, upTo, objects }
    after = upTo
  }
  yield { after, upTo: undefined, objects: [] }
}

/** Removes objects from before `before` that the database does not know: it was restored from a backup. */
export async function removeUnknown(
  db: Db,
  store: BlobStore,
  { objects }: Stretch,
  before: Date,
): Promise<number> {
  const old = objects.filter(({ modifiedAt }) => modifiedAt < before).map(({ key }) => key)
  if (old.length === 0) return 0
  const rows = await db
    .selectFrom('blobs')
    .select('object_key')
    .where('object_key', 'in', old)
    .unionAll(db.selectFrom('loose_objects').select('object_key').where('object_key', 'in', old))
    .execute()
  const known = new Set(rows.map(({ object_key }) => object_key))
  const unknown = old.filter((key) => !known.has(key))
  await removeLoose(db, store, unknown)
  return unknown.length
}

/** Forgets blobs from before `before` whose object the store has lost. */
export async function forgetLost(
  db: Db,
  store: BlobStore,
  { after, upTo, objects }: Stretch,
  before: Date,
): Promise<number> {
  const stored = new Set(objects.map(({ key }) => key))
  let query = db
    .selectFrom('blobs')
    .select(['blob_id', 'object_key'])
    .where('object_key', '>', after)
    .where('created_at', '<', before)
  if (upTo !== undefined) query = query.where('object_key', '<=', upTo)
  let count = 0
  for (const { blob_id, object_key } of await query.execute()) {
    if (stored.has(object_key) || (await isStored(store, object_key))) continue
    count += await forget(db, blob_id)
  }
  return count
}

async function forget(db: Db, blobId: BlobId): Promise<number> {
  return inTx(db, async (tx) => {
    const blob = await tx
      .selectFrom('blobs')
      .select(['did', 'size'])
      .where('blob_id', '=', blobId)
      .executeTakeFirst()
    if (!blob) return 0
    await lockUsage(tx, [blob.did])
    const { numDeletedRows } = await tx
      .deleteFrom('blobs')
      .where('blob_id', '=', blobId)
      .executeTakeFirst()
    if (numDeletedRows === 0n) return 0
    await tx.deleteFrom('blob_places').where('blob_id', '=', blobId).execute()
    await addUsage(tx, blob.did, -counted(blob.size))
    return 1
  })
}
