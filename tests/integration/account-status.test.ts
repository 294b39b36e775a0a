import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { createIdentity } from '../../src/identity/identity.js'
import { createStatusCheck, type StatusCheck } from '../../src/identity/repo-status.js'
import { checkAccounts } from '../../src/jobs/check-accounts.js'
import type { ConvoId, Did } from '../../src/lib/ids.js'
import { KeyedQueue } from '../../src/lib/keyed-queue.js'
import { NO_BLOBS } from '../support/blob-stores.js'
import { type DeviceDomain, openDeviceDomain } from '../support/device-domain.js'
import { startPlc, type TestPlc } from '../support/plc.js'
import { searchTables } from '../support/search-tables.js'

const DAY_MS = 86_400_000
const GRACE_DAYS = 30

let domain: DeviceDomain
let plc: TestPlc
let pds: Server
/** What the PDS says of each account. */
const says = new Map<string, { status: number; body: unknown }>()
let check: StatusCheck
/** Of the cache of documents: each look is a minute after the one before. */
let nowMs = 0

beforeAll(async () => {
  domain = await openDeviceDomain()
  plc = await startPlc()
  pds = createServer((req, res) => {
    const url = new URL(req.url ?? '', 'http://pds')
    const known = says.get(url.searchParams.get('did') ?? '')
    const isStatus = url.pathname === '/xrpc/com.atproto.sync.getRepoStatus'
    const { status, body } = (isStatus && known) || { status: 500, body: {} }
    res.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
  })
  await new Promise<void>((resolve) => pds.listen(0, 'localhost', resolve))
  const identity = createIdentity({ plcUrl: plc.url, allowLocalhost: true, now: () => nowMs })
  const look = createStatusCheck({ identity, allowLocalhost: true })
  check = (did) => {
    nowMs += 61_000
    return look(did)
  }
})
afterAll(async () => {
  pds.close()
  await plc.close()
  await domain[Symbol.asyncDispose]()
})
beforeEach(async () => {
  domain.skewMs = 0
  await domain.db.deleteFrom('account_status').execute()
})

test.each([
  [200, { active: true }, 'active'],
  [200, { active: false, status: 'deactivated' }, 'gone'],
  [200, { active: false, status: 'deleted' }, 'gone'],
  [200, { active: false, status: 'takendown' }, 'gone'],
  [200, { active: false, status: 'desynchronized' }, 'unknown'],
  [200, { status: 'deleted' }, 'unknown'],
  [400, { error: 'RepoNotFound', message: 'no such repo' }, 'gone'],
  [400, { error: 'InvalidRequest', message: 'no' }, 'unknown'],
  [404, {}, 'unknown'],
  [502, {}, 'unknown'],
] as const)('a PDS that answers %i %j: %s', async (status, body, expected) => {
  const did = await account()
  says.set(did, { status, body })
  expect(await check(did)).toBe(expected)
})

test('a DID that is no more is gone; a directory that is away says nothing', async () => {
  const did = await account()
  says.set(did, { status: 200, body: { active: true } })
  plc.behave('fail')
  expect(await check(did)).toBe('unknown')
  plc.behave('serve')
  expect(await check(did)).toBe('active')
  plc.setDocument(did, undefined)
  expect(await check(did)).toBe('gone')
})

test('an account that is gone is deleted after the grace time, unless it comes back or nobody knows', async () => {
  const [gone, back, silent, active] = [
    await account(),
    await account(),
    await account(),
    await account(),
  ]
  for (const did of [gone, back, silent]) deactivate(did)
  says.set(active, { status: 200, body: { active: true } })
  const trial = [gone, back, silent, active]
  await domain.insertConvo({ members: trial })

  await run()
  expect(await endsOf(trial)).toEqual([1, 1, 1, 0])
  await run()
  expect(await endsOf(trial), 'once').toEqual([1, 1, 1, 0])

  domain.skewMs = (GRACE_DAYS - 1) * DAY_MS
  says.set(back, { status: 200, body: { active: true } })
  await run()
  for (const did of trial) expect(await isHere(did)).toBe(true)
  deactivate(back)
  says.set(silent, { status: 502, body: {} })

  domain.skewMs = (GRACE_DAYS + 1) * DAY_MS
  await run()
  expect(await Promise.all(trial.map(isHere))).toEqual([false, true, true, true])
  const { text } = await searchTables(domain.db, gone)
  expect(text).toEqual(['event_stream.did', 'event_stream.payload'])
})

async function run(): Promise<void> {
  const { db, outbox } = domain
  const lanes = new KeyedQueue<ConvoId>()
  const deps = { db, outbox, lanes, clock: () => domain.clock() }
  const job = checkAccounts(deps, { check, graceDays: GRACE_DAYS })
  const retention = { events: 7, welcomes: 30, messages: 0 }
  await job.run({ db, blobs: NO_BLOBS, retention }, new AbortController().signal)
}

async function account(): Promise<Did> {
  const { port } = pds.address() as AddressInfo
  const { did } = await plc.createAccount({ pds: `http://localhost:${port}` })
  await domain.publishedDevice(1, { did })
  return did
}

function deactivate(did: Did): void {
  says.set(did, { status: 200, body: { active: false, status: 'deactivated' } })
}

async function endsOf(dids: readonly Did[]): Promise<number[]> {
  const events = await domain.events('account')
  return dids.map((did) => events.filter((event) => event.did === did).length)
}

async function isHere(did: Did): Promise<boolean> {
  return (await searchTables(domain.db, did)).text.includes('devices.did')
}
