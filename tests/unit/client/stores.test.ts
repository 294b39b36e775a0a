import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { IDBFactory, IDBKeyRange } from 'fake-indexeddb'
import { afterEach, describe, expect, test } from 'vitest'
import { MemoryStore, StoreTaken } from '../../../packages/client/src/index.js'
import type { Store } from '../../../packages/client/src/index.js'
import { openSqliteStore } from '../../../packages/client/src/node/index.js'
import { openIndexedDbStore } from '../../../packages/client/src/store/indexed-db.js'

const cleanUp: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const work of cleanUp.splice(0).toReversed()) await work()
})

/** Each opens the same store again whenever it is called. */
const KINDS: Record<string, () => Promise<() => Promise<Store>>> = {
  memory: async () => {
    const store = new MemoryStore()
    return async () => store
  },
  SQLite: async () => {
    const dir = await mkdtemp(join(tmpdir(), 'client-store-'))
    cleanUp.push(() => rm(dir, { recursive: true }))
    return async () => closing(openSqliteStore(join(dir, 'store.db')))
  },
  IndexedDB: async () => {
    Object.assign(globalThis, { IDBKeyRange })
    const factory = new IDBFactory() as never
    return async () => closing(await openIndexedDbStore('store', { factory }))
  },
}

describe.each(Object.entries(KINDS))('the store in %s', (_name, prepare) => {
  test('keeps what was written, and lists it in order within its bounds', async () => {
    const open = await prepare()
    const store = await open()
    const value = Uint8Array.of(1, 2, 3)
    await store.write(['b/2', 'a/1', 'b/10', 'b/1', 'c'].map((key) => ({ key, value })))
    value[0] = 9
    const again = await open()
    expect([...(await again.get('b/2'))!]).toEqual([1, 2, 3])
    expect(await again.get('b/3')).toBeUndefined()
    const keysOf = async (range: Parameters<Store['list']>[0]) =>
      (await again.list(range)).map(({ key }) => key)
    expect(await keysOf({ prefix: 'b/' })).toEqual(['b/1', 'b/10', 'b/2'])
    expect(await keysOf({ prefix: 'b/', after: 'b/1' })).toEqual(['b/10', 'b/2'])
    expect(await keysOf({ prefix: 'b/', before: 'b/2', reverse: true })).toEqual(['b/10', 'b/1'])
    expect(await keysOf({ prefix: 'b/', reverse: true, limit: 1 })).toEqual(['b/2'])
    expect(await keysOf({ prefix: '' })).toEqual(['a/1', 'b/1', 'b/10', 'b/2', 'c'])
  })

  test('writes all or nothing, and only for the one who owns it', async () => {
    const store = await (await prepare())()
    const guard = { key: 'owner', value: Uint8Array.of(1) }
    await store.write([guard])
    const change = [
      { key: 'x', value: Uint8Array.of(5) },
      { key: 'y', value: undefined },
    ]
    await store.write(change, guard)
    expect([...(await store.get('x'))!]).toEqual([5])

    await store.write([{ key: 'owner', value: Uint8Array.of(2) }])
    await expect(store.write([{ key: 'x', value: undefined }], guard)).rejects.toThrow(StoreTaken)
    expect([...(await store.get('x'))!]).toEqual([5])
    await store.write([{ key: 'x', value: undefined }])
    expect(await store.get('x')).toBeUndefined()
  })
})

function closing(store: Store): Store {
  cleanUp.push(() => store.close())
  return store
}
