import { createHash, randomBytes } from 'node:crypto'
import type { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { BlobStore } from '../../src/blobs/blob-store.js'
import { TooLargeError } from '../../src/errors.js'
import { keysIn } from './blob-stores.js'

const MIB = 1024 * 1024
/** More than two parts of an upload to S3. */
const LARGE_BYTES = 11 * MIB + 7

/** What every store of blobs does, whatever it is made of. */
export function testBlobStore(kind: string, start: () => Promise<TestedStore>): void {
  describe(`blobs on ${kind}`, () => {
    let tested: TestedStore
    let store: BlobStore
    let key: string
    beforeAll(async () => {
      tested = await start()
      store = tested.store
    })
    afterAll(() => tested?.[Symbol.asyncDispose]())
    beforeEach(() => {
      key = randomBytes(16).toString('hex')
    })

    test.each([1, 1000, 5 * MIB, LARGE_BYTES])('%i bytes come back as they went', async (size) => {
      const bytes = randomBytes(size)
      await store.put(key, inPieces(bytes))
      expect(sha256(await read(store, key))).toBe(sha256(bytes))
      expect(await tested.unfinished()).toBe(0)
    })

    test('a part of it comes by both ends, inclusive', async () => {
      const bytes = randomBytes(1000)
      await store.put(key, inPieces(bytes))
      expect(await read(store, key, { start: 0, end: 9 })).toEqual(bytes.subarray(0, 10))
      expect(await read(store, key, { start: 5, end: 5 })).toEqual(bytes.subarray(5, 6))
      expect(await read(store, key, { start: 10, end: 19 })).toEqual(bytes.subarray(10, 20))
      expect(await read(store, key, { start: 990, end: 999 })).toEqual(bytes.subarray(990))
    })

    test('what is not there is told apart, and can be removed', async () => {
      expect(await store.get(key)).toBeUndefined()
      await store.remove(key)
    })

    test('what was removed is gone', async () => {
      await store.put(key, inPieces(randomBytes(10)))
      expect(await read(store, key)).toHaveLength(10)
      await store.remove(key)
      expect(await store.get(key)).toBeUndefined()
      expect(await keysIn(store)).not.toContain(key)
    })

    test.each([
      ['at once', 0],
      ['after some bytes', 1000],
      ['in the middle of many', 8 * MIB],
    ])('a body that fails %s leaves nothing, and its error comes through', async (_when, size) => {
      const failure = new TooLargeError('enough')
      async function* failing() {
        yield* inPieces(randomBytes(size))
        throw failure
      }
      await expect(store.put(key, failing())).rejects.toBe(failure)
      expect(await store.get(key)).toBeUndefined()
      expect(await keysIn(store)).not.toContain(key)
      expect(await tested.unfinished()).toBe(0)
    })

    test('all objects are listed, in the order of their keys', async () => {
      const keys = Array.from({ length: 30 }, () => randomBytes(16).toString('hex'))
      for (const each of keys) await store.put(each, inPieces(randomBytes(10)))
      const listed = await keysIn(store)
      expect(listed).toEqual([...listed].sort())
      expect(listed).toEqual(expect.arrayContaining(keys))
    })

    test('what a killed process left is removed when it is old enough', async () => {
      await tested.leaveUnfinished(key)
      expect(await tested.unfinished()).toBe(1)
      expect(await store.get(key)).toBeUndefined()
      expect(await keysIn(store)).not.toContain(key)
      expect(await store.removeUnfinished(new Date(Date.now() - 60_000))).toBe(0)
      expect(await tested.unfinished()).toBe(1)
      expect(await store.removeUnfinished(new Date(Date.now() + 60_000))).toBe(1)
      expect(await tested.unfinished()).toBe(0)
    })

    test('a store that fails is unavailable, and well again afterwards', async () => {
      await store.put(key, inPieces(randomBytes(10)))
      await using broken = await tested.broken()
      const failed = { error: 'ServiceUnavailable', statusCode: 503 }
      await expect(
        broken.store.put(`${key.slice(0, 30)}00`, inPieces(randomBytes(10))),
      ).rejects.toMatchObject(failed)
      await expect(
        broken.store.put(`${key.slice(0, 30)}01`, inPieces(randomBytes(6 * MIB))),
      ).rejects.toMatchObject(failed)
      await expect(broken.store.get(key)).rejects.toMatchObject(failed)
      await expect(broken.store.remove(key)).rejects.toMatchObject(failed)
      await expect(keysIn(broken.store)).rejects.toMatchObject(failed)
      await expect(broken.store.removeUnfinished(new Date())).rejects.toMatchObject(failed)
      await broken[Symbol.asyncDispose]()
      expect(await read(store, key)).toHaveLength(10)
    })
  })
}

export interface TestedStore extends AsyncDisposable {
  store: BlobStore
  /** How many writes have begun and not ended. */
  unfinished(): Promise<number>
  leaveUnfinished(key: string): Promise<void>
  /** The same store in a state in which nothing works, until it is disposed of. */
  broken(): Promise<{ store: BlobStore } & AsyncDisposable>
}

export async function* inPieces(
  bytes: Uint8Array,
  pieceBytes = 64 * 1024,
): AsyncIterable<Uint8Array> {
  for (let at = 0; at < bytes.length; at += pieceBytes) yield bytes.subarray(at, at + pieceBytes)
}

async function read(
  store: BlobStore,
  key: string,
  range?: { start: number; end: number },
): Promise<Buffer> {
  return buffer((await store.get(key, range)) as Readable)
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}
