import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { moveCursor } from '../../src/convo/read/move-cursor.js'
import type { Db } from '../../src/db/types.js'
import { ConvoNotFoundError, InvalidRequestError, NotMemberError } from '../../src/errors.js'
import { KeyedQueue } from '../../src/lib/keyed-queue.js'
import type { ConvoId, Did, Seq } from '../../src/lib/ids.js'
import { createOutbox } from '../../src/outbox/append.js'
import { fromRow } from '../../src/outbox/events.js'
import { ConvoLog, didOf } from '../support/convo-log.js'
import { openTestDatabase } from '../support/database.js'

const [alice, bob, carol, outsider] = 'abcd'.split('').map(didOf) as [Did, Did, Did, Did]

let database: Awaited<ReturnType<typeof openTestDatabase>>
let db: Db
let log: ConvoLog
let woken = 0
beforeAll(async () => {
  database = await openTestDatabase()
  db = database.db
})
afterAll(() => database[Symbol.asyncDispose]())
beforeEach(async () => {
  woken = 0
  log = await ConvoLog.create(db, alice)
  await log.say(2) // 1-2
  await log.commit({
    add: [
      [bob, 'phone'],
      [carol, 'phone'],
    ],
  }) // 3
  await log.say(1) // 4
  await log.commit({ remove: [bob] }) // 5
  await log.say(1) // 6
  await log.commit({ add: [[bob, 'phone']] }) // 7
  await log.leave(carol) // leftSeq 7
  await log.say(2) // 8-9
})

async function move(did: Did, seq: number, convoId: ConvoId = log.convoId): Promise<number> {
  const outbox = createOutbox(() => (woken += 1))
  const deps = { db, outbox, lanes: new KeyedQueue<ConvoId>(), clock: () => new Date() }
  return moveCursor(deps, { convoId, did, seq: seq as Seq })
}

async function stored() {
  return db
    .selectFrom('cursors')
    .select(['did', 'seq', 'application_count'])
    .where('convo_id', '=', log.convoId)
    .orderBy('did')
    .execute()
}

async function events() {
  const rows = await db
    .selectFrom('event_stream')
    .selectAll()
    .where('convo_id', '=', log.convoId)
    .where('kind', '=', 'read')
    .orderBy('id')
    .execute()
  return rows.map(fromRow)
}

describe('a cursor', () => {
  test('goes on, with the count of the log there, and tells its own account', async () => {
    expect(await move(alice, 2)).toBe(2)
    expect(await move(alice, 6)).toBe(6)
    expect(await move(bob, 9)).toBe(9)
    expect(await stored()).toEqual([
      { did: alice, seq: 6, application_count: 4 },
      { did: bob, seq: 9, application_count: 6 },
    ])
    const { convoId } = log
    expect(await events()).toEqual([
      { kind: 'read', convoId, did: alice, seq: 2 },
      { kind: 'read', convoId, did: alice, seq: 6 },
      { kind: 'read', convoId, did: bob, seq: 9 },
    ])
    expect(woken).toBe(3)
  })

  test('never goes back, and says where it stays; repeating has no second effect', async () => {
    expect(await move(alice, 6)).toBe(6)
    const once = await stored()
    for (const seq of [6, 5, 1, 0]) expect(await move(alice, seq)).toBe(6)
    expect(await stored()).toEqual(once)
    expect(await events()).toHaveLength(1)
    expect(woken).toBe(1)
  })

  test('stays at the highest of many that come at once', async () => {
    const seqs = [3, 9, 1, 7, 4, 8, 2, 6, 5]
    await Promise.all(seqs.map((seq) => move(alice, seq)))
    expect(await stored()).toEqual([{ did: alice, seq: 9, application_count: 6 }])
    const told = (await events()).map((event) => ('seq' in event ? event.seq : 0))
    expect(told).toEqual([...told].sort((a, b) => a - b))
    expect(told.at(-1)).toBe(9)
  })

  test.each([
    ['beyond the end of the log', alice, 10],
    ['before one joined', bob, 2],
    ['between two memberships', bob, 6],
  ] as const)('cannot be %s', async (_, did, seq) => {
    await expect(move(did, seq)).rejects.toBeInstanceOf(InvalidRequestError)
    expect(await stored()).toEqual([])
    expect(await events()).toEqual([])
    // Control: the same place for one who may read it.
    if (seq <= 9) expect(await move(alice, seq)).toBe(seq)
  })

  test('may be in a former membership of a member', async () => {
    for (const seq of [3, 5, 7]) expect(await move(bob, seq)).toBe(seq)
  })

  test('at 0 is where everyone begins, and no news', async () => {
    expect(await move(alice, 0)).toBe(0)
    expect(await stored()).toEqual([])
    expect(await events()).toEqual([])
  })

  test('is refused to former members and outsiders, as where there is none', async () => {
    await expect(move(carol, 5)).rejects.toBeInstanceOf(NotMemberError)
    const error = await move(outsider, 5).catch((e: unknown) => e)
    expect(error).toBeInstanceOf(ConvoNotFoundError)
    await expect(move(alice, 5, 'bb'.repeat(16) as ConvoId)).rejects.toEqual(error)
    expect(await stored()).toEqual([])
  })
})
