import { afterAll, beforeAll, expect, test } from 'vitest'
import { createMemoryBackend } from '../../src/backend/memory-backend.js'
import { limits } from '../../src/config/limits.js'
import { readCommits } from '../../src/convo/read/commits.js'
import { requireConvoView } from '../../src/convo/read/convo-view.js'
import { listConvos } from '../../src/convo/read/list-convos.js'
import { memberViews } from '../../src/convo/read/member-views.js'
import { readMessages } from '../../src/convo/read/messages.js'
import { moveCursor } from '../../src/convo/read/move-cursor.js'
import { preparedName } from '../../src/db/prepared.js'
import { inTx } from '../../src/db/tx.js'
import type { Database, Db } from '../../src/db/types.js'
import { leaseKeyPackages } from '../../src/keys/lease.js'
import { keyPackageStatus } from '../../src/keys/status.js'
import type { ConvoId, DeviceId, Did, Epoch, Seq } from '../../src/lib/ids.js'
import { KeyedQueue } from '../../src/lib/keyed-queue.js'
import { createOutbox } from '../../src/outbox/append.js'
import { decodeCursor } from '../../src/outbox/cursor.js'
import type { Position } from '../../src/outbox/position.js'
import { readAccountEvents, whoseDevices } from '../../src/outbox/read-account.js'
import { readEvents, readEventsUpTo, readNewest, readOldest } from '../../src/outbox/read.js'
import { enqueuePushes } from '../../src/push/enqueue.js'
import { Memberships } from '../../src/stream/memberships.js'
import { listWelcomes } from '../../src/welcomes/list.js'
import { openTestDatabase } from '../support/database.js'
import { Filled } from '../support/filled.js'
import { rememberingStatements, scannedForAll, scannedTables } from '../support/plans.js'
import { openIncarnation } from '../../src/db/incarnation.js'

/** Enough of each table that its indexes are worth their while, and not much more. */
const CONVOS = 4_000
const HOT_MESSAGES = 6_000
const STRANGERS = 1_000
const SUITE = 'MLS_128_DHKEMX25519_AES128GCM_SHA256_Ed25519'

const ALICE = 'did:web:alice.test' as Did
const BOB = 'did:web:bob.test' as Did

let database: Database
let hot: ConvoId
let middle: Position
beforeAll(async () => {
  database = await openTestDatabase()
  await openIncarnation(database.db)
  const filled = Filled.on(database.db)
  const convoIds = await filled.convos({ count: 20, members: [ALICE, BOB] })
  hot = convoIds[0] as ConvoId
  const strangers = Array.from({ length: STRANGERS }, (_, i) => `did:web:s${i}.test`)
  await filled.packages([ALICE, BOB, ...strangers], 5)
  const others = await filled.convos({ count: CONVOS, members: strangers.slice(0, 6) })
  await filled.messages([...convoIds, ...others], 2)
  await filled.messages([hot], HOT_MESSAGES / 2)
  middle = decodeCursor(await filled.cursor())!.position
  await filled.messages([hot], HOT_MESSAGES / 2)
  await filled.analyze()
}, 120_000)
afterAll(() => database[Symbol.asyncDispose]())

test.each<[string, (db: Db) => Promise<unknown>]>([
  ['getMessages, the newest', (db) => page(db, {})],
  ['getMessages, the first', (db) => page(db, { sinceSeq: 0 as Seq })],
  ['getMessages, backwards', (db) => page(db, { beforeSeq: (HOT_MESSAGES / 2) as Seq })],
  [
    'getCommits',
    (db) => readCommits(db, { convoId: hot, did: ALICE, fromEpoch: 0 as Epoch, limit: 50 }),
  ],
  ['getConvos', (db) => listConvos(db, { did: ALICE, limit: 50 })],
  ['getConvos, requests', (db) => listConvos(db, { did: ALICE, limit: 50, status: 'request' })],
  ['getConvo', (db) => requireConvoView(db, ALICE, hot)],
  ['getMembers', (db) => memberViews(db, { did: ALICE, convoId: hot, limit: 50 })],
  ['updateCursor', (db) => moveCursor(deps(db), { convoId: hot, did: ALICE, seq: 9 as Seq })],
  [
    'getKeyPackages',
    (db) => leaseKeyPackages(deps(db), { caller: ALICE, dids: [BOB], cipherSuite: SUITE }),
  ],
  ['getKeyPackageStatus', (db) => keyPackageStatus(deps(db), { did: ALICE })],
  [
    'getWelcomes',
    (db) => listWelcomes(deps(db), { did: ALICE, deviceId: 'phone' as DeviceId, limit: 50 }),
  ],
  ['the stream, from where it was', (db) => readEvents(db, middle, 256)],
  ['the stream, backwards', (db) => readEventsUpTo(db, middle, 256)],
  ['the ends of the stream', async (db) => [await readNewest(db), await readOldest(db)]],
  ['a reader that was away', (db) => missed(db, 'all')],
  ['a reader that was away while many made devices', (db) => missed(db, 'companions')],
  ['how many made devices', (db) => whoseDevices(db, middle)],
  ['what a reader may see', (db) => new Memberships(ALICE, undefined).load(db)],
  [
    'whom to wake',
    (db) => inTx(db, (tx) => enqueuePushes(tx, { incarnation: 'any', delayMs: 0 }, 256)),
  ],
])('%s: by indexes alone', async (_name, operation) => {
  const { db, statements } = rememberingStatements(database.db)
  await operation(db)
  expect(statements.length).toBeGreaterThan(0)
  for (const statement of statements) {
    expect(grown(await scannedTables(database.db, statement)), statement.sql).toEqual([])
    if (preparedName(statement.sql) === undefined) continue
    expect(grown(await scannedForAll(database.db, statement)), statement.sql).toEqual([])
  }
})

test('control: a statement without an index is seen', async () => {
  const { db, statements } = rememberingStatements(database.db)
  await db
    .selectFrom('messages')
    .select('seq')
    .where('epoch', '=', 77 as never)
    .execute()
  expect(await scannedTables(database.db, statements[0]!)).toEqual(['messages'])
  expect(await scannedForAll(database.db, statements[0]!)).toEqual(['messages'])
})

/** Of the tables that were filled; others have no size that says anything. */
function grown(tables: readonly string[]): string[] {
  const filled = ['messages', 'event_stream', 'conversations', 'members', 'key_packages', 'devices']
  return tables.filter((table) => filled.includes(table))
}

function page(db: Db, range: { sinceSeq?: Seq; beforeSeq?: Seq }) {
  return readMessages(db, { convoId: hot, did: ALICE, limit: 50, ...range })
}

function missed(db: Db, devices: 'all' | 'companions') {
  return readAccountEvents(db, { did: ALICE, onlyConvo: undefined, devices }, middle, 64)
}

function deps(db: Db) {
  return {
    db,
    outbox: createOutbox(() => {}),
    lanes: new KeyedQueue<ConvoId>(),
    backend: createMemoryBackend(),
    suites: [SUITE],
    config: {
      limits: { ...limits, membersPerConvo: 1_000, keyPackagesPerDevice: 200 },
      mls: { keyPackageLeaseSeconds: 600 },
    },
    clock: () => new Date(),
  }
}
