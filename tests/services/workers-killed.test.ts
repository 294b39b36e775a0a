import { execFileSync } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { within } from '../../src/lib/within.js'
import { ClientDevice } from '../support/client-device.js'
import { patiently } from '../support/client-retry.js'
import { type Acknowledged, awaitWitnesses, checkLedger } from '../support/cluster/ledger.js'
import { Witness } from '../support/cluster/witness.js'
import { openTestDatabase } from '../support/database.js'
import { startPlc } from '../support/plc.js'
import { startRedis } from '../support/redis.js'
import { scaled } from '../support/scale.js'
import { scrape } from '../support/scrape.js'
import { type ServiceProcess, startProcess } from '../support/service-process.js'

/** `serve --workers 2`, of which one is killed again and again while people write. */
const SENDERS = 4
const KILLS = scaled(3, 6)
/** Acknowledged before the next one is killed. */
const MESSAGES = 40
const PAUSE_MS = 2
/** The first process may hold a connection that it was handing to the one that was killed. */
const ANSWER_MS = 10_000
const PATIENCE = { timeout: 60_000, interval: 50 }

const cleanUp = new AsyncDisposableStack()
let database: Awaited<ReturnType<typeof openTestDatabase>>
let service: ServiceProcess
let people: ClientDevice[]
let reader: ClientDevice
beforeAll(async () => {
  const plc = cleanUp.use(await startPlc())
  database = cleanUp.use(await openTestDatabase())
  const redis = cleanUp.use(await startRedis())
  const env = { DATABASE_URL: database.url!, REDIS_URL: redis.url, LOG_LEVEL: 'warn' }
  service = await startProcess({ plcUrl: plc.url, env, args: ['--workers', '2'] })
  cleanUp.use(service)
  const devices = Array.from({ length: SENDERS + 1 }, async () =>
    ClientDevice.create(await plc.createAccount(), 'phone', service),
  )
  ;[reader, ...people] = (await Promise.all(devices)) as [ClientDevice, ...ClientDevice[]]
}, 120_000)
afterAll(() => cleanUp.disposeAsync(), 60_000)

test('a worker is killed: nothing acknowledged is lost or doubled, and a stream goes on', async () => {
  await expect.poll(serving, PATIENCE).toBe(2)
  await using stream = await Witness.start(reader.api)
  // Its registration is the first event, so it has a cursor before it is cut.
  await reader.register()
  await expect.poll(() => stream.seen.length, PATIENCE).toBeGreaterThan(0)
  for (const person of people) await person.register()
  const [creator] = people as [ClientDevice]
  const dids = [...people.slice(1), reader].map(({ did }) => did)
  const { convoId } = await creator.createConvo(dids)
  for (const person of people) await person.join()

  const acknowledged: Acknowledged[] = []
  const counts = { kills: 0, cut: 0 }
  const end = new AbortController()
  const writing = Promise.all(people.map(write))
  while (counts.kills < KILLS || counts.cut === 0) {
    const before = acknowledged.length
    await expect.poll(() => acknowledged.length - before, PATIENCE).toBeGreaterThan(MESSAGES)
    const [longest, other] = workers() as [number, number]
    process.kill(longest, 'SIGKILL')
    counts.kills += 1
    const replaced = () => workers().filter((pid) => pid !== longest && pid !== other).length
    await expect.poll(replaced, PATIENCE).toBe(1)
    await expect.poll(serving, PATIENCE).toBe(2)
  }
  end.abort()
  await writing
  const { db } = database
  await awaitWitnesses({ db }, [convoId], [stream])

  const found = await checkLedger({ db }, [convoId], acknowledged, [stream])
  console.info('workers killed', { ...counts, ...found, connections: stream.connections })
  expect(found).toMatchObject({ missing: 0, unseen: 0, repeated: 0 })
  expect(found.entries - found.commits).toBe(acknowledged.length)
  // Both of the first two were killed, so one of them was its.
  expect(stream.connections).toBeGreaterThan(1)

  async function write({ api, convos }: ClientDevice): Promise<void> {
    const { group } = convos.get(convoId)!
    while (!end.signal.aborted) {
      const ciphertext = await group.encrypt('hello')
      const message = { convoId, msgId: randomUUID(), epoch: group.epoch, ciphertext }
      const { seq } = await patiently(() => attempt(api.procedure('sendMessage', message)))
      acknowledged.push({ convoId, seq: seq!, entry: message.msgId })
      await sleep(PAUSE_MS)
    }
  }

  function attempt<T>(call: Promise<T>): Promise<T> {
    return within(ANSWER_MS, call).catch((error: unknown) => {
      counts.cut += 1
      throw error
    })
  }
}, 180_000)

/** The one that has lived longest first. */
function workers(): number[] {
  const listed = execFileSync('pgrep', ['-P', String(service.pid)]).toString()
  const pids = listed.trim().split('\n').map(Number)
  const age = (pid: number) => startedAt.get(pid) ?? startedAt.set(pid, startedAt.size).get(pid)!
  return pids.sort((a, b) => age(a) - age(b))
}
const startedAt = new Map<number, number>()

async function serving(): Promise<number | undefined> {
  const scraped = within(ANSWER_MS, scrape(service.url))
  return (await scraped.catch(() => undefined))?.value('mls_workers')
}
