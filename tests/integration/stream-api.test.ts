import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { Context } from '../../src/api/handler-context.js'
import { getSubscriptionTicket } from '../../src/api/stream/getSubscriptionTicket.js'
import { streamConvoEvents } from '../../src/api/stream/streamConvoEvents.js'
import { subscribeConvoEvents } from '../../src/api/stream/subscribeConvoEvents.js'
import { createAuth } from '../../src/auth/index.js'
import { createMemoryBackend } from '../../src/backend/memory-backend.js'
import { parseConfig } from '../../src/config/index.js'
import { createIdentity } from '../../src/identity/identity.js'
import { createLogger } from '../../src/logger.js'
import type { Did } from '../../src/lib/ids.js'
import { startServer } from '../../src/server/server.js'
import { TestClient } from '../support/client.js'
import { EventReader } from '../support/client-stream.js'
import { startPlc, type TestPlc } from '../support/plc.js'
import { freePort } from '../support/service-process.js'
import { SseReader } from '../support/sse-reader.js'
import { StreamStage } from '../support/stream-stage.js'

const NSID = 'blue.catbird.mls'
const resources = new AsyncDisposableStack()
let plc: TestPlc
let stage: StreamStage
let url: string
let serviceDid: Did
let alice: TestClient, bob: TestClient
let ALICE: Did, BOB: Did

beforeAll(async () => {
  plc = resources.use(await startPlc())
  const port = await freePort()
  const parsed = parseConfig({
    NODE_ENV: 'test',
    SERVER_PORT: String(port),
    PUBLIC_URL: `http://127.0.0.1:${port}`,
    LOG_LEVEL: 'silent',
  })
  if (!parsed.ok) throw new Error(parsed.refusal.join())
  const config = parsed.value
  serviceDid = config.service.did
  const backend = createMemoryBackend()
  const auth = createAuth({
    serviceDid,
    enforceLxm: true,
    enforceJti: true,
    jtiTtlSeconds: config.auth.jtiTtlSeconds,
    identity: createIdentity({ plcUrl: plc.url, allowLocalhost: false }),
    backend,
  })
  stage = resources.use(await StreamStage.open({ auth, backend }))
  const { stream, database } = stage
  const ctx = { config, auth, stream, db: database.db } as unknown as Context
  const server = resources.use(
    await startServer({
      config,
      logger: createLogger(config),
      database,
      backend,
      stream,
      limitAddress: (_req, _res, next) => next(),
      limitSignIn: (_req, _res, next) => next(),
      register(registered) {
        for (const handler of [getSubscriptionTicket, subscribeConvoEvents, streamConvoEvents]) {
          handler(registered, ctx)
        }
      },
    }),
  )
  url = server.url
})
afterAll(() => resources.disposeAsync())
beforeEach(async () => {
  alice = new TestClient(url, serviceDid, await plc.createAccount())
  bob = new TestClient(url, serviceDid, await plc.createAccount())
  ALICE = alice.did as Did
  BOB = bob.did as Did
})

test('a service token opens a stream, once', async () => {
  const convoId = await stage.convo(ALICE, BOB)
  const token = await bob.token(`${NSID}.subscribeConvoEvents`)
  const address = `${url.replace('http', 'ws')}/xrpc/${NSID}.subscribeConvoEvents`
  await using reader = await EventReader.open(address, token)
  await stage.send(convoId)
  await reader.untilSeq(convoId, 1)
  await expect(EventReader.open(address, token)).rejects.toMatchObject({
    status: 401,
    error: 'ReplayedToken',
  })
  const other = await bob.token(`${NSID}.getSubscriptionTicket`)
  await expect(EventReader.open(address, other)).rejects.toMatchObject({
    status: 401,
    error: 'BadJwtLexiconMethod',
  })
})

test('a ticket opens the stream at its endpoint, once', async () => {
  const convoId = await stage.convo(ALICE, BOB)
  const { ticket, endpoint, expiresAt } = await bob.procedure('getSubscriptionTicket', {})
  expect(endpoint).toBe(`${url.replace('http', 'ws')}/xrpc/${NSID}.subscribeConvoEvents`)
  expect(new Date(expiresAt).getTime()).toBeGreaterThan(Date.now())
  await using reader = await EventReader.open(`${endpoint}?ticket=${ticket}`)
  await stage.send(convoId)
  await reader.untilSeq(convoId, 1)
  for (const used of [ticket, `${ticket.slice(1)}A`, 'x']) {
    await expect(EventReader.open(`${endpoint}?ticket=${used}`)).rejects.toMatchObject({
      status: 401,
      error: 'BadTicket',
    })
  }
  await expect(EventReader.open(endpoint)).rejects.toMatchObject({
    status: 401,
    error: 'AuthMissing',
  })
})

test('of parallel uses of one ticket one is let in', async () => {
  const { ticket, endpoint } = await bob.procedure('getSubscriptionTicket', {})
  const outcomes = await Promise.allSettled(
    Array.from({ length: 10 }, () => EventReader.open(`${endpoint}?ticket=${ticket}`)),
  )
  const opened = outcomes.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []))
  expect(opened).toHaveLength(1)
  await opened[0]!.cut()
})

test('a request that cannot be served does not use up its ticket', async () => {
  const { ticket, endpoint } = await bob.procedure('getSubscriptionTicket', {})
  await expect(EventReader.open(`${endpoint}?ticket=${ticket}&cursor=x`)).rejects.toMatchObject({
    status: 400,
    error: 'InvalidCursor',
  })
  await using reader = await EventReader.open(`${endpoint}?ticket=${ticket}`)
  expect(reader.socket.readyState).toBe(reader.socket.OPEN)
})

test('a ticket is bound to its device and its conversation', async () => {
  const [one, two] = [await stage.convo(ALICE, BOB), await stage.convo(ALICE, BOB)]
  const deviceId = await stage.device(BOB, 'phone')
  await using reader = await bob.subscribeByTicket({ deviceId, convoId: one })
  await stage.send(two)
  await stage.send(one)
  await reader.untilSeq(one, 1)
  expect(reader.messages().map(({ convoId }) => convoId)).toEqual([one])
  const { ticket, endpoint } = await bob.procedure('getSubscriptionTicket', { convoId: one })
  await expect(
    EventReader.open(`${endpoint}?ticket=${ticket}&convoId=${two}`),
  ).rejects.toMatchObject({ status: 400, error: 'InvalidRequest' })
  await stage.announce({ kind: 'device', subject: BOB, deviceId, action: 'deleted' })
  expect(await reader.closed).toMatchObject({ code: 1000 })
})

test('tickets are for live devices of the caller, and for conversations that it is in', async () => {
  const theirs = await stage.device(ALICE, 'phone')
  const gone = await stage.device(BOB, 'old')
  await stage.database.db
    .updateTable('devices')
    .set({ deleted_at: new Date() })
    .where('did', '=', BOB)
    .execute()
  const foreign = await stage.convo(ALICE)
  const left = await stage.convo(ALICE, BOB)
  await stage.leave(left, BOB)
  const refused = (input: object) =>
    bob.procedure('getSubscriptionTicket', input).then(
      () => 'issued',
      ({ status, error }: { status: number; error: string }) => `${status} ${error}`,
    )
  expect(await refused({ deviceId: theirs })).toBe('403 DeviceUnknown')
  expect(await refused({ deviceId: gone })).toBe('403 DeviceUnknown')
  expect(await refused({ convoId: foreign })).toBe('404 ConvoNotFound')
  expect(await refused({ convoId: 'ab'.repeat(20) })).toBe('404 ConvoNotFound')
  expect(await refused({ convoId: left })).toBe('403 NotMember')
  expect(await refused({ deviceId: 'a b' })).toBe('400 InvalidRequest')
  expect(await refused({})).toBe('issued')
})

test.each(['subscribeConvoEvents', 'streamConvoEvents'])('%s speaks SSE', async (method) => {
  const convoId = await stage.convo(ALICE, BOB)
  const token = await bob.token(`${NSID}.${method}`)
  await using sse = await SseReader.open(`${url}/xrpc/${NSID}.${method}`, { holder: token })
  await stage.send(convoId)
  const [block] = await sse.events(1)
  expect(block).toMatchObject({ event: 'messageEvent' })
  expect(sse.headers.get('x-content-type-options')).toBe('nosniff')
  expect(sse.headers.get('access-control-allow-origin')).toBe('*')
})

test('the stream path without an upgrade or an event stream says what it takes', async () => {
  await expect(bob.send('GET', 'subscribeConvoEvents')).rejects.toMatchObject({
    status: 400,
    error: 'InvalidRequest',
  })
  const answer = await fetch(`${url}/xrpc/${NSID}.streamConvoEvents`)
  expect([answer.status, ((await answer.json()) as { error: string }).error]).toEqual([
    401,
    'AuthMissing',
  ])
})

test('no other method can be upgraded', async () => {
  const token = await bob.token(`${NSID}.getSubscriptionTicket`)
  const address = `${url.replace('http', 'ws')}/xrpc/${NSID}.getSubscriptionTicket`
  await expect(EventReader.open(address, token)).rejects.toMatchObject({ status: 400 })
})
