import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, expect, test } from 'vitest'
import { createMemoryBackend } from '../../../src/backend/memory-backend.js'
import { openSlotsElsewhere, type SlotsElsewhere } from '../../../src/stream/slots-elsewhere.js'

const SOON_MS = 60
const opened: SlotsElsewhere[] = []
afterEach(async () => {
  for (const each of opened.splice(0)) await each[Symbol.asyncDispose]()
})

test('each process counts what the others have, not its own', async () => {
  const [a, b, c] = await open(3)
  a!.tell('x', 2)
  b!.tell('x', 1)
  b!.tell('y', 5)
  await sleep(SOON_MS)
  expect([a, b, c].map((each) => [each!.count('x'), each!.count('y')])).toEqual([
    [1, 5],
    [2, 0],
    [3, 5],
  ])
  a!.tell('x', 0)
  await sleep(SOON_MS)
  expect(c!.count('x')).toBe(1)
})

test('a process that comes later learns what was open before', async () => {
  const backend = createMemoryBackend()
  const [a] = await open(1, backend)
  a!.tell('x', 4)
  await sleep(SOON_MS)
  const [b] = await open(1, backend)
  await sleep(SOON_MS)
  expect(b!.count('x')).toBe(4)
})

test('what a process had is free when it stops, and when it is not heard of any more', async () => {
  const backend = createMemoryBackend()
  const [stopping, dying] = await open(2, backend)
  const [c] = await open(1, backend, 150)
  stopping!.tell('x', 1)
  dying!.tell('x', 2)
  await sleep(SOON_MS)
  expect(c!.count('x')).toBe(3)
  await stopping![Symbol.asyncDispose]()
  await sleep(SOON_MS)
  expect(c!.count('x')).toBe(2)
  await sleep(150)
  expect(c!.count('x')).toBe(0)
})

test('nonsense on the channel is passed over', async () => {
  const backend = createMemoryBackend()
  const [a, b] = await open(2, backend)
  for (const text of ['', '{', '{"from":1}', 'null']) {
    await backend.publish('stream_slots', Buffer.from(text))
  }
  b!.tell('x', 1)
  await sleep(SOON_MS)
  expect(a!.count('x')).toBe(1)
})

async function open(count: number, backend = createMemoryBackend(), forgetMs?: number) {
  const made: SlotsElsewhere[] = []
  for (let i = 0; i < count; i++) made.push(await openSlotsElsewhere(backend, forgetMs))
  opened.push(...made)
  return made
}
