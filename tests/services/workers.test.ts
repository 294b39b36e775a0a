import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { openTestDatabase } from '../support/database.js'
import { startRedis } from '../support/redis.js'
import { scrape } from '../support/scrape.js'
import { freePort, TEST_SUITES } from '../support/service-process.js'

/** `serve --workers 2`: two processes on one port, and what holds for both of them together. */
const ENTRY = join(import.meta.dirname, '../../dist/bin/catbird-mls.js')
const PATIENCE = { timeout: 60_000, interval: 50 }
const RATE = 40

let primary: ChildProcess
let url: string
let metricsUrl: string
const cleanUp = new AsyncDisposableStack()

beforeAll(async () => {
  const database = cleanUp.use(await openTestDatabase())
  const redis = cleanUp.use(await startRedis())
  const dataDir = await mkdtemp(join(tmpdir(), 'catbird-workers-'))
  cleanUp.defer(() => rm(dataDir, { recursive: true, force: true }))
  const [port, metricsPort] = [await freePort(), await freePort()]
  url = `http://127.0.0.1:${port}`
  metricsUrl = `http://127.0.0.1:${metricsPort}`
  primary = spawn(process.execPath, [ENTRY, 'serve', '--workers', '2'], {
    stdio: 'ignore',
    env: {
      PATH: process.env.PATH,
      SERVER_PORT: String(port),
      METRICS_PORT: String(metricsPort),
      DATA_DIR: dataDir,
      DATABASE_URL: database.url!,
      REDIS_URL: redis.url,
      RATE_LIMIT_IP_PER_MINUTE: String(RATE),
      ...TEST_SUITES,
    },
  })
  cleanUp.defer(() => void primary.kill('SIGKILL'))
  await vi.waitFor(async () => expect(await workers()).toBe(2), PATIENCE)
}, 120_000)
afterAll(() => cleanUp.disposeAsync(), 60_000)

test('they share the connections to the database and count addresses together', async () => {
  expect((await scrape(metricsUrl)).value('mls_database_pool_size')).toBe(10)
  const calls = await Promise.all(Array.from({ length: 3 * RATE }, call))
  expect(calls.filter((status) => status === 401)).toHaveLength(RATE)
  expect(calls.filter((status) => status === 429)).toHaveLength(2 * RATE)
  expect((await scrape(metricsUrl)).value('http_requests_total')).toBe(3 * RATE)
}, 60_000)

test('one that is killed is replaced, and what it has counted stays', async () => {
  const before = (await scrape(metricsUrl)).value('http_requests_total')
  const [victim, other] = children()
  process.kill(victim!, 'SIGKILL')
  const replaced = () => children().filter((pid) => pid !== victim && pid !== other).length
  await expect.poll(replaced, PATIENCE).toBe(1)
  await expect.poll(workers, PATIENCE).toBe(2)
  expect((await scrape(metricsUrl)).value('http_requests_total')).toBe(before)
}, 120_000)

test('SIGTERM to the first process ends all of them with 0', async () => {
  const pids = children()
  expect(pids).toHaveLength(2)
  const ended = once(primary, 'exit')
  primary.kill('SIGTERM')
  expect(await ended).toEqual([0, null])
  for (const pid of pids) expect(() => process.kill(pid, 0)).toThrow('ESRCH')
}, 60_000)

async function workers(): Promise<number | undefined> {
  return (await scrape(metricsUrl).catch(() => undefined))?.value('mls_workers')
}

async function call(): Promise<number> {
  const target = `${url}/xrpc/blue.catbird.mls.getConvos`
  const answer = await fetch(target, { headers: { connection: 'close' } })
  await answer.text()
  return answer.status
}

function children(): number[] {
  const listed = execFileSync('pgrep', ['-P', String(primary.pid)]).toString()
  return listed.trim().split('\n').map(Number)
}
