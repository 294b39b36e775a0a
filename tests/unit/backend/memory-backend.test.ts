import { describe, expect, it } from 'vitest'
import { createMemoryBackend } from '../../../src/backend/memory-backend.js'
import { backendSuite, usable } from '../../support/backend-suite.js'

let clock = 1_700_000_000_000
backendSuite(
  'memory backend',
  async () => createMemoryBackend({ now: () => clock }),
  async (ms) => void (clock += ms),
)

describe('memory backend, full', () => {
  it('refuses to remember more rather than forget what is live', async () => {
    let now = 1_000_000
    const backend = createMemoryBackend({ now: () => now, maxUsed: 3 })
    for (const key of ['a', 'b', 'c']) await backend.useOnce(key, usable(now + 1000, 0))
    await expect(backend.useOnce('d', usable(now + 1000, 0))).rejects.toMatchObject({
      name: 'ServiceUnavailableError',
    })
    expect((await backend.useOnce('a', usable(now + 1000, 0))).use).toBe('used')
    now += 1001
    expect((await backend.useOnce('d', usable(now + 1000, 0))).use).toBe('first')
  })

  it('keeps only so many values', async () => {
    const backend = createMemoryBackend({ maxKept: 1 })
    await backend.put('a', '1', 60_000)
    await expect(backend.put('b', '2', 60_000)).rejects.toMatchObject({
      name: 'ServiceUnavailableError',
    })
    expect(await backend.take('a')).toBe('1')
    await backend.put('b', '2', 60_000)
    expect(await backend.take('b')).toBe('2')
  })
})

describe('memory backend, its beginning', () => {
  it('is the moment it was made', async () => {
    let now = 5000
    const backend = createMemoryBackend({ now: () => now })
    now = 9000
    expect(await backend.useOnce('a', usable(now + 1, 0))).toEqual({
      use: 'first',
      sinceMs: 5000,
      nowMs: 9000,
    })
  })
})
