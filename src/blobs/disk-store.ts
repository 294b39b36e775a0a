import { type FileHandle, mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { makeDirectory } from '../lib/make-directory.js'
import type { BlobStore, StoredObject } from './blob-store.js'
import { storeFault } from './store-fault.js'

const UNFINISHED = 'unfinished'
const SHARD = /^[0-9a-z-]{2}$/
const OWNER_ONLY = 0o700

/**
 * Blobs as files in a directory, 256 directories below it. A file is written under another name, forced
 * to the disk, and only then appears under its own.
 */
export async function openDiskStore(directory: string): Promise<BlobStore> {
  const unfinished = join(directory, UNFINISHED)
  makeDirectory(unfinished)
  const pathOf = (key: string) => join(directory, key.slice(0, 2), key)
  return {
    description: directory,
    async put(key, body) {
      const draft = join(unfinished, key)
      try {
        await write(draft, body)
        await appear(draft, pathOf(key))
      } catch (error) {
        // A disk that fails may fail at this too: the job finds what stays.
        await rm(draft, { force: true }).catch(() => undefined)
        throw storeFault(error)
      }
    },
    async get(key, range) {
      const file = await open(pathOf(key)).catch(noneWhereMissing)
      return file?.createReadStream(range)
    },
    async remove(key) {
      // Of an upload that died half way there is a draft alone.
      for (const path of [pathOf(key), join(unfinished, key)]) {
        await rm(path, { force: true }).catch(rejectAsFault)
      }
    },
    list: () => listShards(directory),
    removeUnfinished: (before) => removeOlder(unfinished, before),
    async [Symbol.asyncDispose]() {},
  }
}

async function write(path: string, body: AsyncIterable<Uint8Array>): Promise<void> {
  const file = await open(path, 'wx', 0o600)
  // `flush` forces the bytes to the disk before the file is closed; the stream closes it in any case.
  await pipeline(body, file.createWriteStream({ flush: true }))
}

/** A name is durable once its directory is; so is the name of a new directory. */
async function appear(draft: string, path: string): Promise<void> {
  const shard = dirname(path)
  const made = await mkdir(shard, { recursive: true, mode: OWNER_ONLY })
  await rename(draft, path)
  await flushDirectory(shard)
  if (made !== undefined) await flushDirectory(dirname(shard))
}

async function flushDirectory(path: string): Promise<void> {
  await using directory = await open(path)
  await directory.sync()
}

function noneWhereMissing(error: NodeJS.ErrnoException): FileHandle | undefined {
  if (error.code === 'ENOENT') return undefined
  throw storeFault(error)
}

function rejectAsFault(error: unknown): never {
  throw storeFault(error)
}

async function* listShards(directory: string): AsyncIterable<StoredObject[]> {
  const names = await readdir(directory).catch(rejectAsFault)
  for (const shard of names.filter((name) => SHARD.test(name)).sort()) {
    const keys = await readdir(join(directory, shard)).catch(rejectAsFault)
    const found = await Promise.all(
      keys.sort().map(async (key) => {
        // One that has gone since is none.
        const status = await stat(join(directory, shard, key)).catch(() => undefined)
        return status && { key, modifiedAt: status.mtime }
      }),
    )
    yield found.filter((object) => object !== undefined)
  }
}

async function removeOlder(unfinished: string, before: Date): Promise<number> {
  let count = 0
  for (const name of await readdir(unfinished).catch(rejectAsFault)) {
    const path = join(unfinished, name)
    const status = await stat(path).catch(() => undefined)
    if (!status || status.mtime >= before) continue
    await rm(path, { force: true }).catch(rejectAsFault)
    count++
  }
  return count
}
