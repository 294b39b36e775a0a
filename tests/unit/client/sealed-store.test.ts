import { expect, test } from 'vitest'
import { MemoryStore } from '../../../packages/client/src/index.js'
import { SealedStore } from '../../../packages/client/src/store/sealed-store.js'

const KEY = new Uint8Array(32).fill(1)
const SECRET = 'a text that must not be found'

test('what is stored is neither readable nor movable, and another key does not open it', async () => {
  const store = new MemoryStore()
  const sealed = await SealedStore.open(store, KEY, () => {})
  await sealed.write([
    { key: 'a', record: { text: SECRET } },
    { key: 'b', record: { text: 'other' } },
  ])
  expect(await sealed.get('a')).toEqual({ text: SECRET })
  const raw = await store.list({ prefix: '' })
  expect(raw.map(({ value }) => Buffer.from(value).toString('latin1')).join()).not.toContain(SECRET)

  const other = await SealedStore.open(store, new Uint8Array(32).fill(2), () => {})
  await expect(other.get('a')).rejects.toMatchObject({ code: 'storeKey' })
  await store.write([{ key: 'b', value: await store.get('a') }])
  const again = await SealedStore.open(store, KEY, () => {})
  expect(await again.get('a')).toEqual({ text: SECRET })
  await expect(again.get('b')).rejects.toMatchObject({ code: 'storeKey' })
})

test('whoever opened the store before fails at the next write, and tells it once', async () => {
  const store = new MemoryStore()
  const failures: Error[] = []
  const first = await SealedStore.open(store, KEY, (error) => failures.push(error))
  await first.write([{ key: 'a', record: { of: 'first' } }])
  const second = await SealedStore.open(store, KEY, () => {})
  await second.write([{ key: 'a', record: { of: 'second' } }])
  for (let attempt = 0; attempt < 2; attempt++) {
    const write = first.write([{ key: 'a', record: { of: 'first again' } }])
    await expect(write).rejects.toMatchObject({ code: 'storeTaken' })
  }
  expect(failures).toHaveLength(1)
  expect(await second.get('a')).toEqual({ of: 'second' })
})

test('a key of another length is refused', async () => {
  const opening = SealedStore.open(new MemoryStore(), new Uint8Array(16), () => {})
  await expect(opening).rejects.toMatchObject({ code: 'invalid' })
})
