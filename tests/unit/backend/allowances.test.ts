import { describe, expect, it } from 'vitest'
import { createAllowances } from '../../../src/backend/allowances.js'
import type { Backend } from '../../../src/backend/backend.js'
import { createMemoryBackend } from '../../../src/backend/memory-backend.js'
import { ServiceUnavailableError } from '../../../src/errors.js'
import { backendWith } from '../../support/backend-with.js'

describe('allowances', () => {
  it('give out the limit in each window, for each kind and subject', async () => {
    let now = 0
    const allowances = createAllowances(createMemoryBackend({ now: () => now }))
    const take = (kind = 'a', subject = 'alice') => allowances.take(kind, subject, 2, 1000)
    expect(await take()).toEqual({
      allowed: true,
      limit: 2,
      remaining: 1,
      windowMs: 1000,
      resetsInMs: 1000,
    })
    now += 400
    expect(await take()).toMatchObject({ allowed: true, remaining: 0, resetsInMs: 600 })
    expect(await take()).toMatchObject({ allowed: false, remaining: 0, resetsInMs: 600 })
    expect(await take('b')).toMatchObject({ allowed: true, remaining: 1 })
    expect(await take('a', 'bob')).toMatchObject({ allowed: true, remaining: 1 })
    now += 600
    expect(await take()).toMatchObject({ allowed: true, remaining: 1 })
  })

  it('are shared between those who share the store', async () => {
    const backend = createMemoryBackend()
    const [one, two] = [createAllowances(backend), createAllowances(backend)]
    expect((await one.take('a', 'alice', 1, 60_000)).allowed).toBe(true)
    expect((await two.take('a', 'alice', 1, 60_000)).allowed).toBe(false)
  })

  it('give out a share of the limit while the store is away, never none and never all', async () => {
    const backend = away(3)
    const allowances = createAllowances(backend)
    const taken = []
    for (let i = 0; i < 10; i++) {
      taken.push((await allowances.take('a', 'alice', 10, 60_000)).allowed)
    }
    expect(taken.filter(Boolean)).toHaveLength(3)
    expect((await allowances.take('b', 'alice', 1, 60_000)).allowed).toBe(true)
  })
})

function away(instances: number): Backend {
  return backendWith(createMemoryBackend(), {
    instances,
    count: () => Promise.reject(new ServiceUnavailableError('away')),
  })
}
