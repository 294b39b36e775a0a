import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { ClientDevice } from '../support/client-device.js'
import { OPENS_WITHIN_MS } from '../support/convo-stage.js'
import { findInLog, linesOf, secretsOf } from '../support/log-search.js'
import { startPlc } from '../support/plc.js'
import { startPostgres, type TestPostgres } from '../support/postgres.js'
import { startRedis, type TestRedis } from '../support/redis.js'
import { scrape } from '../support/scrape.js'
import { type ServiceProcess, startProcess } from '../support/service-process.js'

const SCRIPT = join(import.meta.dirname, '../../ops/health-check.sh')
const PATIENCE = { timeout: 60_000, interval: 100 }
const WARN = 40

const run = promisify(execFile)
const cleanUp = new AsyncDisposableStack()
let postgres: TestPostgres
let redis: TestRedis
let service: ServiceProcess
let alice: ClientDevice
let bob: ClientDevice
let convoId: string

beforeAll(async () => {
  const plc = cleanUp.use(await startPlc())
  postgres = cleanUp.use(await startPostgres())
  redis = cleanUp.use(await startRedis())
  const env = { DATABASE_URL: postgres.url, REDIS_URL: redis.url, LOG_LEVEL: 'trace' }
  service = cleanUp.use(await startProcess({ plcUrl: plc.url, env, logLines: Infinity }))
  alice = await ClientDevice.create(await plc.createAccount(), 'phone', service)
  bob = await ClientDevice.create(await plc.createAccount(), 'phone', service)
  for (const device of [alice, bob]) await device.register(2)
  convoId = (await alice.createConvo([bob.did])).convoId
  await bob.join()
}, OPENS_WITHIN_MS)
afterAll(() => cleanUp.disposeAsync())

test('a service that is well is ready, and the script says so', async () => {
  expect(await conditions()).toEqual({ live: 200, ready: 200, health: 200, script: 0 })
  expect(await up()).toEqual({ database: 1, redis: 1 })
})

test.each([
  ['dead', () => redis.kill(), () => redis.start()],
  ['silent', async () => redis.pause(), async () => redis.resume()],
])(
  'while Redis is %s nobody who needs a token is served; afterwards everybody is, without a restart',
  async (_how, stop, start) => {
    await stop()
    await expect
      .poll(conditions, PATIENCE)
      .toEqual({ live: 200, ready: 200, health: 503, script: 3 })
    expect(await up()).toEqual({ database: 1, redis: 0 })
    await expect(alice.api.query('getConvos')).rejects.toMatchObject({ status: 503 })
    await start()
    await expect.poll(conditions, PATIENCE).toMatchObject({ health: 200, script: 0 })
    await expect.poll(served, PATIENCE).toBe(true)
  },
  OPENS_WITHIN_MS,
)

test(
  'while PostgreSQL is away it is alive and not ready; afterwards it goes on, and has all that it acknowledged',
  async () => {
    const before = await alice.convo(convoId).send('before the crash')
    await postgres.stop('immediate')
    await expect
      .poll(conditions, PATIENCE)
      .toEqual({ live: 200, ready: 503, health: 503, script: 2 })
    expect(await up()).toEqual({ database: 0, redis: 1 })
    await expect(alice.api.query('getConvos')).rejects.toMatchObject({ status: 503 })
    await postgres.start()
    await expect.poll(conditions, PATIENCE).toMatchObject({ ready: 200, health: 200, script: 0 })
    await expect.poll(served, PATIENCE).toBe(true)
    const after = await alice.convo(convoId).send('after it')
    expect(after.seq).toBe(before.seq + 1)
    await bob.convo(convoId).catchUp()
    expect(bob.convo(convoId).read.map(({ text }) => text)).toEqual([
      'before the crash',
      'after it',
    ])
  },
  OPENS_WITHIN_MS,
)

test(
  'while a transaction of another program does not end, the figures say that streams wait for it',
  async () => {
    await bob.connect()
    await alice.convo(convoId).send('nobody waits')
    await expect.poll(lags, PATIENCE).toEqual({ streams: 0, horizon: 0 })
    const other = new pg.Client({ connectionString: postgres.url })
    await other.connect()
    await other.query('begin')
    await other.query('select pg_current_xact_id()')
    const { seq } = await alice.convo(convoId).send('behind the horizon')
    const waiting = async () => Math.min(...Object.values(await lags()))
    await expect.poll(waiting, PATIENCE).toBeGreaterThan(0.2)
    await other.query('rollback')
    await other.end()
    await bob.hear(convoId, seq)
    await expect.poll(lags, PATIENCE).toEqual({ streams: 0, horizon: 0 })
    await bob.disconnect()
  },
  OPENS_WITHIN_MS,
)

test('the log tells of all this, and of nobody', async () => {
  const secrets = await secretsOf([alice, bob])
  const lines = linesOf(service.log)
  expect(lines.filter(({ level }) => level >= WARN).length).toBeGreaterThan(3)
  expect(findInLog(lines, secrets)).toEqual([])
})

test('once it is stopped it is not even alive', async () => {
  await service.stop()
  expect((await healthCheck()).code).toBe(1)
})

/** What probes and the operator's script are told. */
async function conditions() {
  const [live, ready, health] = await Promise.all(
    ['/health/live', '/health/ready', '/health'].map(
      async (path) => (await fetch(service.url + path)).status,
    ),
  )
  return { live, ready, health, script: (await healthCheck()).code }
}

async function healthCheck(): Promise<{ code: number }> {
  return run(SCRIPT, [service.url]).then(
    () => ({ code: 0 }),
    (error: { code: number }) => error,
  )
}

async function up() {
  const figures = await scrape(service.url)
  const of = (dependency: string) => figures.value('mls_dependency_up', { dependency })
  return { database: of('database'), redis: of('redis') }
}

async function lags(): Promise<{ streams: number; horizon: number }> {
  const figures = await scrape(service.url)
  return {
    streams: figures.value('mls_stream_lag_seconds') ?? NaN,
    horizon: figures.value('mls_event_horizon_lag_seconds') ?? NaN,
  }
}

async function served(): Promise<boolean> {
  return alice.api.query('getConvos').then(
    () => true,
    () => false,
  )
}
