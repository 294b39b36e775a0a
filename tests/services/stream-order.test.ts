import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { openIncarnation } from '../../src/db/incarnation.js'
import { migrate } from '../../src/db/migrate.js'
import { openPostgres } from '../../src/db/postgres.js'
import type { Database } from '../../src/db/types.js'
import type { Did } from '../../src/lib/ids.js'
import { readHorizonLag } from '../../src/outbox/horizon.js'
import { ORIGIN, type Position } from '../../src/outbox/position.js'
import { readEvents, readNewest } from '../../src/outbox/read.js'
import type { StreamEvent } from '../support/client-stream.js'
import { startPostgres, type TestPostgres } from '../support/postgres.js'
import { people, StreamStage } from '../support/stream-stage.js'

let postgres: TestPostgres
let database: Database
let ALICE: Did, BOB: Did
beforeAll(async () => {
  postgres = await startPostgres()
  database = openPostgres({ url: postgres.url, poolSize: 10, onError: () => {} })
  await migrate(database.db)
  await openIncarnation(database.db)
})
afterAll(async () => {
  await database?.[Symbol.asyncDispose]()
  await postgres?.[Symbol.asyncDispose]()
})
beforeEach(() => {
  ;({ ALICE, BOB } = people())
})

test('a transaction that takes its place early and commits late is not skipped', async () => {
  const start = (await readNewest(database.db)) ?? ORIGIN
  const naive = naiveReader(database)
  await naive()
  await using early = await openClient()
  await using late = await openClient()
  await early.client.query('begin')
  await announce(early.client, 'early')
  await announce(late.client, 'late')

  // The later one is there, and cannot be read yet.
  expect(await naive()).toEqual(['late'])
  expect(await readEvents(database.db, start, 10)).toMatchObject({ events: [], waiting: true })
  expect(await readHorizonLag(database.db)).toBeGreaterThan(0)

  await early.client.query('commit')
  const { events, waiting } = await readEvents(database.db, start, 10)
  expect(events.map(({ event }) => 'did' in event && event.did)).toEqual(['early', 'late'])
  expect(waiting).toBe(false)
  expect(await readHorizonLag(database.db)).toBe(0)
  // Control: a reader that goes by the id has lost it for ever.
  expect(await naive()).toEqual([])
})

test('of overlapping writers nothing is lost; by the id some would be', async () => {
  const start = (await readNewest(database.db)) ?? ORIGIN
  const naive = naiveReader(database)
  await naive()
  const seen: string[] = []
  const seenNaively: string[] = []
  let writing = true
  const reading = (async () => {
    let after: Position = start
    for (let last = false; !last; last = !writing && seen.length === WRITERS * EACH) {
      const { events } = await readEvents(database.db, after, 50)
      after = events.at(-1)?.position ?? after
      seen.push(...events.flatMap(({ event }) => ('did' in event && event.did ? [event.did] : [])))
      seenNaively.push(...(await naive()))
    }
  })()
  await Promise.all(
    Array.from({ length: WRITERS }, async (_, writer) => {
      await using connection = await openClient()
      for (let i = 0; i < EACH; i++) {
        await connection.client.query('begin')
        await announce(connection.client, `${writer}/${i}`)
        if (Math.random() < 0.2) await sleep(Math.random() * 5)
        await connection.client.query('commit')
      }
    }),
  )
  writing = false
  await reading
  seenNaively.push(...(await naive()))
  expect(new Set(seen).size).toBe(WRITERS * EACH)
  expect(seen).toHaveLength(WRITERS * EACH)
  console.log(`naive reader: ${WRITERS * EACH - seenNaively.length} of ${WRITERS * EACH} lost`)
  expect(seenNaively.length).toBeLessThan(WRITERS * EACH)
})

test('a connected reader gets both in order, as soon as the early one has committed', async () => {
  await using stage = await StreamStage.open({ database, settings: { pollMs: 60_000 } })
  const convoId = await stage.convo(ALICE, BOB)
  await using reader = await stage.listen(BOB)
  await using early = await openClient()
  await early.client.query('begin')
  await announce(early.client, BOB, 'read')
  await stage.send(convoId)
  await sleep(100)
  expect(reader.events).toEqual([])
  await early.client.query('commit')
  // Nobody rings after that commit: the sequencer looks again by itself, since it knows that one waits.
  await reader.untilSeq(convoId, 1)
  expect(reader.events.map(({ type }) => type)).toEqual(['readEvent', 'messageEvent'])
})

test('a stream without a cursor starts now, whatever could not be read before', async () => {
  await using stage = await StreamStage.open({ database, settings: { pollMs: 100 } })
  const convoId = await stage.convo(ALICE, BOB)
  await using control = await stage.listen(BOB)
  await using early = await openClient()
  await early.client.query('begin')
  await announce(early.client, BOB, 'read')
  await stage.send(convoId)
  await using reader = await stage.listen(BOB)
  await stage.send(convoId)
  await early.client.query('commit')
  await reader.untilSeq(convoId, 2)
  await control.untilSeq(convoId, 2)
  // What is committed after the start comes, though its place is before that of what is not.
  expect(reader.events.map(summary)).toEqual(['readEvent', 'messageEvent 2'])
  expect(control.events.map(summary)).toEqual(['readEvent', 'messageEvent 1', 'messageEvent 2'])
})

test('a transaction is read whole, however many events it has', async () => {
  const start = (await readNewest(database.db)) ?? ORIGIN
  await using connection = await openClient()
  await connection.client.query('begin')
  for (let i = 0; i < 5; i++) await announce(connection.client, `whole ${i}`)
  await connection.client.query('commit')
  await announce(connection.client, 'next')
  const first = await readEvents(database.db, start, 2)
  expect(first.events).toHaveLength(5)
  expect(first.more).toBe(true)
  const second = await readEvents(database.db, first.events.at(-1)!.position, 2)
  expect(second.events).toHaveLength(1)
})

function summary(event: StreamEvent): string {
  return event.type === 'messageEvent' ? `${event.type} ${event.message.seq}` : event.type
}

const WRITERS = 8
const EACH = 150

/** What everybody writes first: the rows with a greater id than the greatest one seen. */
function naiveReader({ db }: Database): () => Promise<string[]> {
  let last = 0
  return async () => {
    const rows = await db
      .selectFrom('event_stream')
      .select(['id', 'did'])
      .where('id', '>', last)
      .orderBy('id')
      .execute()
    last = rows.at(-1)?.id ?? last
    return rows.flatMap(({ did }) => (did === null ? [] : [did]))
  }
}

async function announce(client: pg.Client, did: string, kind = 'keyPackages'): Promise<void> {
  const payload = '{"deviceId": "d", "available": 1}'
  const convoId = kind === 'read' ? 'ab'.repeat(16) : null
  await client.query(
    'insert into event_stream (kind, did, convo_id, seq, payload) values ($1, $2, $3, $4, $5)',
    [kind, did, convoId, kind === 'read' ? 1 : null, payload],
  )
}

async function openClient(): Promise<AsyncDisposable & { client: pg.Client }> {
  const client = new pg.Client({ connectionString: postgres.url })
  await client.connect()
  return { client, [Symbol.asyncDispose]: () => client.end() }
}
