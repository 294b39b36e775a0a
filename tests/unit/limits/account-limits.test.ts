import type { ServerResponse } from 'node:http'
import { describe, expect, it } from 'vitest'
import { createAllowances } from '../../../src/backend/allowances.js'
import { createMemoryBackend } from '../../../src/backend/memory-backend.js'
import { createAccountLimits, type AccountRates } from '../../../src/limits/account-limits.js'
import { randomPlcDid } from '../../support/plc.js'

const rates: AccountRates = {
  sendMessage: 3,
  publishKeyPackage: 2,
  addMembers: 1,
  createConvo: 1,
  reportMember: 1,
  accountDefault: 4,
}

describe('account limits', () => {
  it.each([
    ['sendMessage', 3],
    ['publishKeyPackage', 2],
    ['publishKeyPackages', 2],
    ['addMembers', 1],
    ['createConvo', 1],
    ['reportMember', 1],
    ['getConvos', 4],
    ['constructor', 4],
  ])('let %s through %i times', async (method, limit) => {
    const { call } = service()
    const did = randomPlcDid()
    for (let i = 0; i < limit; i++) await call(did, method)
    await expect(call(did, method)).rejects.toMatchObject({
      statusCode: 429,
      error: 'RateLimitExceeded',
    })
    await call(randomPlcDid(), method)
  })

  it('count both ways of publishing together, and all other methods together', async () => {
    const { call } = service()
    const did = randomPlcDid()
    await call(did, 'publishKeyPackage')
    await call(did, 'publishKeyPackages')
    await expect(call(did, 'publishKeyPackage')).rejects.toMatchObject({ statusCode: 429 })
    for (const method of ['getConvos', 'getConvo', 'getMessages', 'leaveConvo']) {
      await call(did, method)
    }
    await expect(call(did, 'getEpoch')).rejects.toMatchObject({ statusCode: 429 })
    await call(did, 'sendMessage')
  })

  it('are off at 0', async () => {
    const { call, headers } = service({ ...rates, sendMessage: 0 })
    const did = randomPlcDid()
    for (let i = 0; i < 50; i++) await call(did, 'sendMessage')
    expect(headers).toEqual({})
  })

  it('tell what is left, and when to come again', async () => {
    const { call, headers, advance } = service()
    const did = randomPlcDid()
    await call(did, 'sendMessage')
    expect(headers).toEqual({
      'RateLimit-Limit': 3,
      'RateLimit-Remaining': 2,
      'RateLimit-Reset': expect.any(Number),
      'RateLimit-Policy': '3;w=60',
    })
    await call(did, 'sendMessage')
    await call(did, 'sendMessage')
    advance(18_500)
    await expect(call(did, 'sendMessage')).rejects.toMatchObject({
      message: expect.stringContaining('42 s'),
    })
    expect(headers).toMatchObject({ 'RateLimit-Remaining': 0, 'Retry-After': 42 })
    advance(41_500)
    await call(did, 'sendMessage')
  })

  it('go by a count that was taken along with something else, and take none themselves', async () => {
    const backend = createMemoryBackend()
    const limits = createAccountLimits(createAllowances(backend), rates)
    const limit = limits.of(randomPlcDid(), 'blue.catbird.mls.addMembers')!
    const count = () => backend.count(limit.counter.key, limit.counter.windowMs)
    await limit.check(undefined, await count())
    await expect(limit.check(undefined, await count())).rejects.toMatchObject({ statusCode: 429 })
    expect((await count()).count).toBe(3)
    // The control: by itself it takes one, of the same.
    await expect(limit.check()).rejects.toMatchObject({ statusCode: 429 })
    expect((await count()).count).toBe(5)
  })

  it('work without a response, as before an upgrade', async () => {
    const limits = createAccountLimits(createAllowances(createMemoryBackend()), rates)
    const did = randomPlcDid()
    await limits.of(did, 'blue.catbird.mls.createConvo')?.check()
    await expect(limits.of(did, 'blue.catbird.mls.createConvo')?.check()).rejects.toMatchObject({
      statusCode: 429,
    })
  })
})

function service(configured = rates) {
  let now = 1_800_000_000_000
  const headers: Record<string, unknown> = {}
  const res = {
    headersSent: false,
    setHeader: (name: string, value: unknown) => (headers[name] = value),
  } as unknown as ServerResponse
  const allowances = createAllowances(createMemoryBackend({ now: () => now }))
  const limits = createAccountLimits(allowances, configured)
  return {
    headers,
    advance: (ms: number) => void (now += ms),
    call: async (did: ReturnType<typeof randomPlcDid>, method: string) =>
      limits.of(did, `blue.catbird.mls.${method}`)?.check(res),
  }
}
