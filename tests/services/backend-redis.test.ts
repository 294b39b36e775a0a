import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { createAllowances } from '../../src/backend/allowances.js'
import type { Backend } from '../../src/backend/backend.js'
import { openRedisBackend } from '../../src/backend/redis-backend.js'
import { backendSuite, eventually, usable } from '../support/backend-suite.js'
import { startRedis, type TestRedis } from '../support/redis.js'

let redis: TestRedis
const opened: Backend[] = []
const logged: string[] = []
const log = {
  info: (...line: unknown[]) => void logged.push(JSON.stringify(line)),
  warn: (...line: unknown[]) => void logged.push(JSON.stringify(line)),
}

async function open(prefix = `test:${randomUUID()}:`): Promise<Backend> {
  const backend = await openRedisBackend({ url: redis.url, log, prefix, refreshMs: 100 })
  opened.push(backend)
  return backend
}

beforeAll(async () => void (redis = await startRedis()))
afterEach(async () => {
  logged.length = 0
  for (const backend of opened.splice(0)) await backend[Symbol.asyncDispose]()
})
afterAll(() => redis.close())

backendSuite(
  'redis backend',
  () => open(),
  (ms) => sleep(ms),
)

const unavailable = { name: 'ServiceUnavailableError', statusCode: 503 }
const LATER = 3_600_000

describe('redis backend, several instances', () => {
  it('share what is used, kept, counted and published', async () => {
    const [one, two] = await pair()
    const [first, second] = [await use(one, 'a'), await use(two, 'a')]
    expect([first.use, second.use]).toEqual(['first', 'used'])
    expect(second.sinceMs).toBe(first.sinceMs)
    await one.put('ticket', 'x', LATER)
    expect([await two.take('ticket'), await one.take('ticket')]).toEqual(['x', undefined])
    await one.count('n', LATER)
    expect((await two.count('n', LATER)).count).toBe(2)
    const got: string[] = []
    await two.subscribe('wake', (bytes) => got.push(Buffer.from(bytes).toString()))
    await one.publish('wake', Buffer.from('up'))
    await eventually(() => expect(got).toEqual(['up']))
  })

  it('give one of many concurrent uses to one of them', async () => {
    const [one, two] = await pair()
    const uses = await Promise.all(
      Array.from({ length: 40 }, (_, i) => use(i % 2 ? one : two, 'key')),
    )
    expect(uses.filter(({ use }) => use === 'first')).toHaveLength(1)
  })

  it('know how many they are', async () => {
    const [one, two] = await pair()
    await eventually(() => expect([one.instances, two.instances]).toEqual([2, 2]))
    await two[Symbol.asyncDispose]()
    await eventually(() => expect(one.instances).toBe(1))
  })

  it('keep to themselves by prefix', async () => {
    const [one, other] = [await open(), await open()]
    expect((await use(one, 'a')).use).toBe('first')
    expect((await use(other, 'a')).use).toBe('first')
    let heard = 0
    await other.subscribe('wake', () => (heard += 1))
    let own = 0
    await one.subscribe('wake', () => (own += 1))
    await one.publish('wake', Buffer.of())
    await eventually(() => expect(own).toBe(1))
    expect(heard).toBe(0)
  })
})

describe('redis backend, when Redis goes away', () => {
  it('refuses at once, and goes on by itself when it is back', async () => {
    const backend = await open()
    let heard = 0
    await backend.subscribe('wake', () => (heard += 1))
    await use(backend, 'before')
    await redis.kill()
    const begun = performance.now()
    const attempts: Promise<unknown>[] = []
    for (let i = 0; i < 100; i++) {
      attempts.push(use(backend, `${i}`), backend.put('k', 'v', 1), backend.take('k'))
      attempts.push(backend.count('n', 1), backend.ping(), backend.publish('wake', Buffer.of()))
    }
    for (const attempt of await Promise.allSettled(attempts)) {
      expect(attempt).toMatchObject({ status: 'rejected', reason: unavailable })
    }
    expect(performance.now() - begun).toBeLessThan(2500)
    await redis.start()
    await eventually(() => backend.ping())
    await eventually(async () => {
      await backend.publish('wake', Buffer.of())
      expect(heard).toBeGreaterThan(0)
    })
  })

  it('notices that it came back empty', async () => {
    const backend = await open()
    const before = await use(backend, 'token')
    await redis.kill()
    await redis.start()
    const after = await eventuallyUse(backend, 'token')
    expect(after.use).toBe('first')
    expect(after.sinceMs).toBeGreaterThan(before.nowMs)
    expect((await use(backend, 'other')).sinceMs).toBe(after.sinceMs)
  })

  it('notices that it was emptied while it ran', async () => {
    const backend = await open()
    const before = await use(backend, 'token')
    await sleep(5)
    await redis.command((client) => client.flushall())
    const after = await use(backend, 'token')
    expect(after.use).toBe('first')
    expect(after.sinceMs).toBeGreaterThan(before.nowMs)
  })

  it('notices that it came back with an old snapshot', async () => {
    const backend = await open()
    const before = await use(backend, 'in the snapshot')
    await redis.command((client) => client.save())
    const lost = await use(backend, 'after the snapshot')
    await redis.kill()
    await redis.start()
    const after = await eventuallyUse(backend, 'after the snapshot')
    expect(after.use).toBe('first')
    expect(after.sinceMs).toBeGreaterThan(lost.nowMs)
    // The control: the snapshot was there, marker and all.
    expect((await use(backend, 'in the snapshot')).use).toBe('used')
    expect(before.sinceMs).toBeLessThan(after.sinceMs)
  })

  it('keeps what it remembers over a mere loss of connection', async () => {
    const backend = await open()
    const before = await use(backend, 'token')
    await redis.command((client) => client.client('KILL', 'TYPE', 'normal', 'SKIPME', 'yes'))
    const after = await eventuallyUse(backend, 'token')
    expect(after.use).toBe('used')
    expect(after.sinceMs).toBe(before.sinceMs)
  })

  it('gives up on one that is paused, with little waiting, and recovers', async () => {
    const backend = await open()
    redis.pause()
    try {
      const begun = performance.now()
      await expect(use(backend, 'paused')).rejects.toMatchObject(unavailable)
      expect(performance.now() - begun).toBeLessThan(2500)
      // By now the silent connection is cut: nothing waits any more.
      await sleep(2500)
      const later = performance.now()
      await expect(use(backend, 'paused')).rejects.toMatchObject(unavailable)
      expect(performance.now() - later).toBeLessThan(500)
    } finally {
      redis.resume()
    }
    await eventually(async () => void (await use(backend, 'after')))
  })

  it('starts without it, and begins when it comes', async () => {
    await redis.kill()
    const backend = await open()
    await expect(use(backend, 'early')).rejects.toMatchObject(unavailable)
    expect(logged.join()).toContain('Redis cannot be reached')
    let heard = 0
    await backend.subscribe('wake', () => (heard += 1))
    await redis.start()
    expect((await eventuallyUse(backend, 'early')).use).toBe('first')
    await eventually(async () => {
      await backend.publish('wake', Buffer.of())
      expect(heard).toBeGreaterThan(0)
    })
  })

  it('leaves each instance its share of the rates', async () => {
    const [one] = await pair()
    await eventually(() => expect(one.instances).toBe(2))
    await redis.kill()
    const allowances = createAllowances(one)
    const taken: boolean[] = []
    for (let i = 0; i < 10; i++) {
      taken.push((await allowances.take('a', 'alice', 6, LATER)).allowed)
    }
    expect(taken.filter(Boolean)).toHaveLength(3)
    await redis.start()
  })
})

describe('redis backend, settings', () => {
  it('warns of a Redis that may evict used tokens', async () => {
    await open()
    expect(logged.join()).not.toContain('evict')
    await redis.command((client) => client.config('SET', 'maxmemory-policy', 'allkeys-lru'))
    await redis.command((client) => client.config('SET', 'maxmemory', '100mb'))
    await open()
    expect(logged.join()).toContain('noeviction')
    await redis.command((client) => client.config('SET', 'maxmemory', '0'))
  })

  it('works for a user who may not ask about the server', async () => {
    const user = ['on', '>secret', '~*', '&*', '+@all', '-info']
    await redis.command((client) => client.call('ACL', 'SETUSER', 'limited', ...user))
    const url = redis.url.replace('//', '//limited:secret@')
    const backend = await openRedisBackend({ url, log, prefix: `test:${randomUUID()}:` })
    opened.push(backend)
    const first = await use(backend, 'a')
    expect((await use(backend, 'a')).use).toBe('used')
    expect((await use(backend, 'b')).sinceMs).toBe(first.sinceMs)
    expect(logged.join()).not.toContain('secret')
  })

  it('leaves nothing behind for ever but the marker', async () => {
    const prefix = `test:${randomUUID()}:`
    const backend = await open(prefix)
    await use(backend, 'a')
    await backend.put('ticket', 'x', LATER)
    await backend.count('n', LATER)
    const ttls = await redis.command(async (client) => {
      const keys = await client.keys(`${prefix}*`)
      return new Map(
        await Promise.all(
          keys.map(async (key) => [key.slice(prefix.length), await client.pttl(key)] as const),
        ),
      )
    })
    // What the connection used to begin with lives for a millisecond, and may be there yet.
    ttls.delete('beginning')
    const lasting = [...ttls].filter(([, ttl]) => ttl === -1)
    expect(lasting).toEqual([['remembers-since', -1]])
    expect(ttls.size).toBe(4)
  })
})

async function pair(): Promise<[Backend, Backend]> {
  const prefix = `test:${randomUUID()}:`
  return [await open(prefix), await open(prefix)]
}

function use(backend: Backend, key: string) {
  return backend.useOnce(key, usable(Date.now() + LATER, 0))
}

async function eventuallyUse(backend: Backend, key: string) {
  await eventually(async () => void (await use(backend, `another than ${key}`)))
  return use(backend, key)
}
