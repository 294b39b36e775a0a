import { randomUUID } from 'node:crypto'
import type { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import type { Db } from '../db/types.js'
import type { BlobStore } from './blob-store.js'

const MARK_KEY = 'mark-of-the-database'
const SAMPLE = 5

/**
 * Whether the store is the one that the database's blobs are in, by a mark in both. What is in another
 * one (a directory that is not mounted, the bucket of another service) must not be taken for lost or
 * left over. A store without a mark gets it if a sample of the newest blobs is in there.
 */
export async function isOwnStore(db: Db, store: BlobStore): Promise<boolean> {
  const mark = await databaseMark(db)
  const found = await store.get(MARK_KEY)
  if (found) return (await text(found)) === mark
  if (!(await hasNewest(db, store))) return false
  await store.put(MARK_KEY, pieceOf(mark))
  return true
}

async function databaseMark(db: Db): Promise<string> {
  await db
    .insertInto('blob_store')
    .values({ mark: randomUUID() })
    .onConflict((conflict) => conflict.column('only_row').doNothing())
    .execute()
  const row = await db.selectFrom('blob_store').select('mark').executeTakeFirstOrThrow()
  return row.mark
}

async function hasNewest(db: Db, store: BlobStore): Promise<boolean> {
  const newest = await db
    .selectFrom('blobs')
    .select('object_key')
    .orderBy('created_at', 'desc')
    .limit(SAMPLE)
    .execute()
  for (const { object_key } of newest) {
    if (!(await isStored(store, object_key))) return false
  }
  return true
}

export async function isStored(store: BlobStore, key: string): Promise<boolean> {
  const object: Readable | undefined = await store.get(key)
  // An object that is not read holds a connection, or a file.
  object?.on('error', () => undefined).destroy()
  return object !== undefined
}

async function* pieceOf(content: string): AsyncIterable<Uint8Array> {
  yield Buffer.from(content)
}
