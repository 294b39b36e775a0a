import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { BlobStore } from '../../src/blobs/blob-store.js'
import { openDiskStore } from '../../src/blobs/disk-store.js'

/** For what has to do with no blobs: any use of it fails. */
export const NO_BLOBS = new Proxy({} as BlobStore, {
  get() {
    throw new Error('there are no blobs here')
  },
})

/** A store in a temporary directory, which goes with it. */
export async function openTemporaryStore(): Promise<BlobStore & { directory: string }> {
  const directory = await mkdtemp(join(tmpdir(), 'catbird-blobs-'))
  const store = await openDiskStore(directory)
  return {
    ...store,
    directory,
    async [Symbol.asyncDispose]() {
      await store[Symbol.asyncDispose]()
      await rm(directory, { recursive: true, force: true })
    },
  }
}

export async function keysIn(store: BlobStore): Promise<string[]> {
  const keys: string[] = []
  for await (const objects of store.list()) keys.push(...objects.map(({ key }) => key))
  return keys
}
