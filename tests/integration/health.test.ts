import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Backend } from '../../src/backend/backend.js'
import { createMemoryBackend } from '../../src/backend/memory-backend.js'
import { parseConfig } from '../../src/config/index.js'
import { openEmbedded } from '../../src/db/embedded.js'
import { migrate } from '../../src/db/migrate.js'
import { openPostgres } from '../../src/db/postgres.js'
import type { Database } from '../../src/db/types.js'
import { createLogger } from '../../src/logger.js'
import { type RunningServer, startServer } from '../../src/server/server.js'
import { startService, type TestService } from '../support/service.js'

const WELL = {
  database: 'healthy',
  memory: 'healthy',
  redis: process.env.REDIS_URL === undefined ? 'disabled' : 'healthy',
  migrations: 'healthy',
}

describe('a service that is well', () => {
  let service: TestService

  beforeAll(async () => {
    service = await startService({ env: { RATE_LIMIT_IP_PER_MINUTE: '3' } })
  })

  afterAll(() => service[Symbol.asyncDispose]())

  it('says so in detail', async () => {
    const response = await fetch(`${service.url}/health`)
    expect(response.status).toBe(200)
    expect(await response.json()).toEqual({
      status: 'healthy',
      timestamp: expect.any(Number),
      version: service.config.service.version,
      checks: WELL,
    })
  })

  it('counts time in seconds', async () => {
    const before = Math.floor(Date.now() / 1000)
    const told = (await (await fetch(`${service.url}/health`)).json()) as { timestamp: number }
    expect(told.timestamp).toBeGreaterThanOrEqual(before)
    expect(told.timestamp).toBeLessThanOrEqual(Math.ceil(Date.now() / 1000))
  })

  it('is alive and ready', async () => {
    const live = await fetch(`${service.url}/health/live`)
    expect([live.status, await live.text()]).toEqual([200, 'OK'])
    const ready = await fetch(`${service.url}/health/ready`)
    expect([ready.status, await ready.json()]).toEqual([
      200,
      { ready: true, checks: { database: true } },
    ])
  })

  it('tells its version as other services of the AT Protocol do', async () => {
    const response = await fetch(`${service.url}/xrpc/_health`)
    expect(await response.json()).toEqual({ version: service.config.service.version })
  })

  it('does not count probes as requests', async () => {
    const probes = ['/health', '/health/live', '/health/ready', '/xrpc/_health']
    for (const path of [...probes, ...probes, '/.well-known/did.json']) {
      expect((await fetch(`${service.url}${path}`)).status).toBe(200)
    }
    // The control: methods are counted, and the fourth is one too many.
    const call = () => fetch(`${service.url}/xrpc/blue.catbird.mls.describeServer`)
    const statuses = [await call(), await call(), await call(), await call()].map((r) => r.status)
    expect(statuses).toEqual([200, 200, 200, 429])
    expect((await fetch(`${service.url}/health`)).status).toBe(200)
  })
})

describe('a service', () => {
  let database: Database

  beforeAll(async () => {
    database = await openEmbedded(undefined)
  })

  afterAll(() => database[Symbol.asyncDispose]())

  it('whose database has no schema says that it is the migrations, until they have run', async () => {
    await using server = await serve(database, createMemoryBackend())
    const health = await fetch(`${server.url}/health`)
    expect(health.status).toBe(503)
    expect(await health.json()).toMatchObject({
      checks: { database: 'healthy', migrations: 'unhealthy' },
    })
    await migrate(database.db)
    await expect.poll(() => statusOf(server, '/health')).toBe(200)
  })

  it('without its database is neither healthy nor ready, but alive', async () => {
    const url = 'postgres://nobody@127.0.0.1:1/none'
    await using away = openPostgres({ url, poolSize: 2, onError: () => {} })
    await using server = await serve(away, createMemoryBackend())
    const health = await fetch(`${server.url}/health`)
    expect(health.status).toBe(503)
    expect(await health.json()).toMatchObject({
      status: 'unhealthy',
      checks: { database: 'unhealthy', migrations: 'unhealthy', memory: 'healthy' },
    })
    const ready = await fetch(`${server.url}/health/ready`)
    expect([ready.status, await ready.json()]).toEqual([
      503,
      { ready: false, checks: { database: false } },
    ])
    expect(await statusOf(server, '/health/live')).toBe(200)
  })

  it.each([
    ['refuses', () => Promise.reject(new Error('connection refused'))],
    ['does not answer', () => new Promise<void>(() => {})],
  ])('whose Redis %s is unhealthy, and ready', async (_how, ping) => {
    await using server = await serve(database, redisThat(ping))
    const health = await fetch(`${server.url}/health`)
    expect(health.status).toBe(503)
    expect(await health.json()).toMatchObject({
      checks: { database: 'healthy', redis: 'unhealthy' },
    })
    expect(await statusOf(server, '/health/ready')).toBe(200)
  })

  it('examines itself once for all who ask at the same time', async () => {
    let pings = 0
    await using server = await serve(
      database,
      redisThat(async () => void pings++),
    )
    await Promise.all(Array.from({ length: 50 }, () => statusOf(server, '/health')))
    expect(pings).toBeGreaterThan(0)
    expect(pings).toBeLessThan(10)
  })
})

function redisThat(ping: () => Promise<void>): Backend {
  return { ...createMemoryBackend(), kind: 'redis', ping } as unknown as Backend
}

function serve(database: Database, backend: Backend): Promise<RunningServer> {
  const parsed = parseConfig({ NODE_ENV: 'test', SERVER_PORT: '0' })
  if (!parsed.ok) throw new Error(parsed.refusal.join())
  return startServer({
    config: parsed.value,
    logger: createLogger(parsed.value, { write: () => {} }),
    database,
    backend,
    limitAddress: (_req, _res, next) => next(),
    limitSignIn: (_req, _res, next) => next(),
    register: () => {},
  })
}

async function statusOf(server: RunningServer, path: string): Promise<number> {
  return (await fetch(`${server.url}${path}`)).status
}
