import { setTimeout as sleep } from 'node:timers/promises'
import { sql } from 'kysely'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { beginIncarnation } from '../../src/db/incarnation.js'
import { inTx } from '../../src/db/tx.js'
import type { Database } from '../../src/db/types.js'
import type { ConvoId, DeviceId, Did } from '../../src/lib/ids.js'
import { decodeCursor, encodeCursor } from '../../src/outbox/cursor.js'
import { ORIGIN, type Position } from '../../src/outbox/position.js'
import type { StreamEvent } from '../../src/outbox/events.js'
import { readAccountEvents, whoseDevices } from '../../src/outbox/read-account.js'
import { readEvents } from '../../src/outbox/read.js'
import { Turns } from '../../src/lib/turns.js'
import { Budget } from '../../src/stream/budget.js'
import { missedEvents } from '../../src/stream/missed-events.js'
import type { EventReader } from '../support/client-stream.js'
import { openTestDatabase } from '../support/database.js'
import { people, StreamStage } from '../support/stream-stage.js'

/** More device events than are looked at one by one. */
const MANY = 300

let database: Database
let stage: StreamStage
let ALICE: Did, BOB: Did
beforeAll(async () => {
  database = await openTestDatabase()
  // A tail of five: whoever comes back for more is answered from the database.
  stage = await StreamStage.open({ database, bufferSize: 5 })
})
afterAll(async () => {
  await stage[Symbol.asyncDispose]()
  await database[Symbol.asyncDispose]()
})
beforeEach(() => {
  ;({ ALICE, BOB } = people())
})

test('from every cursor the stream goes on with the very next event', async () => {
  const convoId = await stage.convo(ALICE, BOB)
  await using live = await stage.listen(BOB)
  const last = await stage.send(convoId, 12)
  await live.untilSeq(convoId, last)
  const cursors = live.events.map((event) => (event as { cursor: string }).cursor)
  for (const [index, cursor] of cursors.slice(0, -1).entries()) {
    await using reader = await stage.listen(BOB, { cursor })
    await reader.untilSeq(convoId, last)
    expect(reader.events).toEqual(live.events.slice(index + 1))
  }
})

test('a cursor goes on at another process, and after a restart of the first', async () => {
  const convoId = await stage.convo(ALICE, BOB)
  await using live = await stage.listen(BOB)
  await stage.send(convoId, 3)
  await live.untilSeq(convoId, 3)
  await using other = await StreamStage.open({ database })
  await using reader = await other.listen(BOB, { cursor: live.cursor! })
  await stage.send(convoId, 2)
  await reader.untilSeq(convoId, 5)
  expect(reader.messages().map(({ seq }) => seq)).toEqual([4, 5])
})

test('what a stream had from the database does not come again when the tail gets it', async () => {
  const convoId = await stage.convo(ALICE, BOB)
  await using behind = await openDeaf()
  await using control = await listenOnly(behind, ALICE)
  await using live = await stage.listen(BOB)
  await stage.send(convoId, 3)
  await live.untilSeq(convoId, 3)
  const { cursor } = live.events[1] as { cursor: string }
  await using reader = await behind.listen(BOB, { cursor })
  expect(control.messages(convoId)).toEqual([])
  await stage.send(convoId)
  await live.untilSeq(convoId, 4)
  behind.stream.wake()
  await reader.untilSeq(convoId, 4)
  await control.untilSeq(convoId, 4)
  expect(reader.messages().map(({ seq }) => seq)).toEqual([3, 4])
  expect(control.messages(convoId).map(({ seq }) => seq)).toEqual([1, 2, 3, 4])
})

test('a membership that has ended already is read to its end', async () => {
  const convoId = await stage.convo(ALICE, BOB)
  await using behind = await openDeaf()
  await using control = await listenOnly(behind, ALICE)
  const cursor = await stage.settled()
  await stage.send(convoId, 2)
  const removed = await stage.remove(convoId, BOB)
  await stage.settled()
  await using reader = await behind.listen(BOB, { cursor })
  expect(control.messages(convoId)).toEqual([])
  behind.stream.wake()
  await reader.untilSeq(convoId, removed)
  expect(reader.messages().map(({ seq }) => seq)).toEqual([1, 2, removed])
})

test('a process that cannot read the stream says for how long, and goes on', async () => {
  await using own = await StreamStage.open({ settings: { pollMs: 20 } })
  const { db } = own.database
  const convoId = await own.convo(BOB)
  await using reader = await own.listen(BOB)
  await own.send(convoId)
  await reader.untilSeq(convoId, 1)
  await sql`alter table event_stream rename to elsewhere`.execute(db)
  await expect.poll(() => own.stream.stats().behindMs).toBeGreaterThan(200)
  await sql`alter table elsewhere rename to event_stream`.execute(db)
  await own.send(convoId)
  await reader.untilSeq(convoId, 2)
  await expect.poll(() => own.stream.stats().behindMs).toBe(0)
})

test('what others write past an idle stream costs it nothing: it is not too slow', async () => {
  const [mine, theirs] = [await stage.convo(BOB), await stage.convo(ALICE)]
  await using reader = await stage.listen(BOB)
  await using theirReader = await stage.listen(ALICE)
  await stage.send(theirs, 20)
  await theirReader.untilSeq(theirs, 20)
  await stage.send(mine)
  await reader.untilSeq(mine, 1)
  expect(reader.events).toHaveLength(1)
})

test('a reader that comes back while others write misses nothing and gets nothing twice', async () => {
  const convoId = await stage.convo(ALICE, BOB)
  await using first = await stage.listen(BOB)
  await stage.send(convoId)
  await first.untilSeq(convoId, 1)
  // Taken here: `first` goes on reading.
  const cursor = first.cursor!
  await stage.send(convoId, 30)
  const writing = stage.send(convoId, 150)
  await using reader = await stage.listen(BOB, { cursor })
  const last = await writing
  await reader.untilSeq(convoId, last)
  const seqs = reader.messages().map(({ seq }) => seq)
  expect(seqs).toEqual(Array.from({ length: 180 }, (_, i) => i + 2))
})

test('joining while a stream is catching up starts at the commit that adds', async () => {
  const mine = await stage.convo(BOB)
  const convoId = await stage.convo(ALICE)
  await using first = await stage.listen(BOB)
  await stage.send(mine)
  await first.untilSeq(mine, 1)
  const cursor = first.cursor!
  await stage.send(mine, 100)
  await stage.send(convoId, 3)
  const joined = await stage.add(convoId, BOB)
  await stage.send(convoId, 2)
  await stage.send(mine)
  await using reader = await stage.listen(BOB, { cursor })
  await reader.untilSeq(mine, 102)
  expect(reader.messages(convoId).map(({ seq }) => seq)).toEqual([joined, joined + 1, joined + 2])
  expect(reader.messages(mine)).toHaveLength(101)
})

test('a cursor ahead of the stream gets FutureCursor as the only frame', async () => {
  const convoId = await stage.convo(BOB)
  await stage.send(convoId)
  const { xid, id } = (await allEvents()).at(-1)!
  const future = encodeCursor(stage.incarnation, { xid: xid + 1_000n, id })
  await using reader = await stage.listen(BOB, { cursor: future })
  expect(await reader.closed).toMatchObject({ code: 1008, reason: 'FutureCursor' })
  expect(reader.error?.error).toBe('FutureCursor')
  expect(reader.events).toEqual([])
})

test('a cursor from before what is kept gets OutdatedCursor, and then what is kept', async () => {
  const convoId = await stage.convo(BOB)
  await using live = await stage.listen(BOB)
  await stage.send(convoId, 6)
  await live.untilSeq(convoId, 6)
  const cursors = live.events.map((event) => (event as { cursor: string }).cursor)
  await forgetUpTo((await allEvents()).at(-3)!)
  await using reader = await stage.listen(BOB, { cursor: cursors[0]! })
  await reader.untilSeq(convoId, 6)
  expect(reader.events[0]).toMatchObject({ type: 'infoEvent', name: 'OutdatedCursor' })
  expect(reader.messages().map(({ seq }) => seq)).toEqual([5, 6])
  // Control: the oldest that is kept is no loss.
  await using control = await stage.listen(BOB, { cursor: cursors[4]! })
  await control.untilSeq(convoId, 6)
  expect(control.events.map(({ type }) => type)).toEqual(['messageEvent'])
})

test('whoever was away while many others made devices hears of those it shares a conversation with', async () => {
  const { CAROL } = people()
  const convoId = await stage.convo(ALICE, BOB)
  const cursor = await stage.settled()
  const stranger = (i: number) => `${CAROL.slice(0, -5)}-${i}.test` as Did
  const deviceOf = (subject: Did): StreamEvent => ({
    kind: 'device',
    subject,
    deviceId: 'phone' as DeviceId,
    action: 'registered',
  })
  const strangers = Array.from({ length: MANY }, (_, i) => deviceOf(stranger(i)))
  await stage.announce(...strangers, deviceOf(ALICE), deviceOf(BOB))
  const last = await stage.send(convoId)
  const after = decodeCursor(cursor)!.position
  expect(await whoseDevices(database.db, after)).toBe('companions')
  await using reader = await stage.listen(BOB, { cursor })
  await reader.untilSeq(convoId, last)
  const devices = reader.events.filter(({ type }) => type === 'deviceEvent')
  expect(devices).toMatchObject([{ did: ALICE }, { did: BOB }])

  // Control: by a look at each it comes to the same.
  const of = (whose: 'all' | 'companions') =>
    readAccountEvents(
      database.db,
      { did: BOB, onlyConvo: undefined, devices: whose },
      after,
      MANY * 2,
    )
  const all = (await of('all')).filter(({ event }) => event.kind === 'device')
  const known = (await of('companions')).filter(({ event }) => event.kind === 'device')
  expect(all).toHaveLength(MANY + 2)
  expect(known).toEqual(all.slice(-2))
})

test('a reader that retention overtakes is told', async () => {
  const convoId = await stage.convo(BOB)
  await stage.send(convoId, 150)
  const events = await allEvents()
  const start = events.at(-151)!
  const read = async (forget: boolean) => {
    let count = 0
    const missed = missedEvents(
      {
        db: database.db,
        incarnation: stage.incarnation,
        turns: new Turns(1),
        budget: new Budget(1),
      },
      {
        did: BOB,
        onlyConvo: undefined,
        oldest: events[0],
        sees: () => true,
        beforePage: async () => {},
      },
      start,
    )
    for await (const { items } of missed) {
      if (forget && count === 0) await forgetUpTo(events.at(-20)!)
      count += items.length
    }
    return count
  }
  expect(await read(false)).toBe(150)
  await expect(read(true)).rejects.toMatchObject({ error: 'ConsumerTooSlow' })
})

test('a restore makes every old cursor outdated, whatever its position', async () => {
  const convoId = await stage.convo(BOB)
  await using live = await stage.listen(BOB)
  await stage.send(convoId, 2)
  await live.untilSeq(convoId, 2)
  await inTx(database.db, (tx) => beginIncarnation(tx))
  await using restored = await StreamStage.open({ database })
  await using reader = await restored.listen(BOB, { cursor: live.cursor! })
  await restored.send(convoId)
  await reader.untilSeq(convoId, 3)
  expect(reader.events[0]).toMatchObject({ type: 'infoEvent', name: 'OutdatedCursor' })
  expect(reader.messages().map(({ seq }) => seq)).toEqual([1, 2, 3])
})

test('a large entry comes whole, live and from the database', async () => {
  const convoId: ConvoId = await stage.convo(BOB)
  await using live = await stage.listen(BOB)
  await stage.send(convoId)
  const large = await stage.send(convoId, 1, 3_000_000)
  await stage.send(convoId, 8)
  await live.untilSeq(convoId, large + 8)
  const { cursor } = live.events[0] as { cursor: string }
  await using reader = await stage.listen(BOB, { cursor })
  await reader.untilSeq(convoId, large + 8)
  expect(reader.messages()).toEqual(live.messages().slice(1))
  expect(reader.messages()[0]!.ciphertext).toHaveLength(3_000_000)
})

/** A process that hears of nothing: its tail stays behind the database until it is woken. */
function openDeaf(): Promise<StreamStage> {
  const deaf = { ...database, listen: async () => ({ [Symbol.asyncDispose]: async () => {} }) }
  return StreamStage.open({ database: deaf, bufferSize: 5, settings: { pollMs: 60_000 } })
}

/** A reader of a process that hears of nothing; once it has something, that sleeps. */
async function listenOnly(deaf: StreamStage, did: Did): Promise<EventReader> {
  const convoId = await stage.convo(did)
  const reader = await deaf.listen(did)
  await stage.send(convoId)
  await stage.settled()
  deaf.stream.wake()
  await reader.untilSeq(convoId, 1)
  await sleep(100)
  return reader
}

async function allEvents(): Promise<Position[]> {
  await stage.settled()
  const { events } = await readEvents(database.db, ORIGIN, 100_000)
  return events.map(({ position }) => position)
}

async function forgetUpTo({ xid, id }: Position): Promise<void> {
  const { events } = await readEvents(database.db, ORIGIN, 100_000)
  for (const { position } of events) {
    if (position.xid > xid || (position.xid === xid && position.id > id)) return
    await database.db.deleteFrom('event_stream').where('id', '=', position.id).execute()
  }
}
