import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { convoView, convoViews, requireConvoView } from '../../src/convo/read/convo-view.js'
import { moveCursor } from '../../src/convo/read/move-cursor.js'
import type { Db } from '../../src/db/types.js'
import { ConvoNotFoundError } from '../../src/errors.js'
import { KeyedQueue } from '../../src/lib/keyed-queue.js'
import type { ConvoId, Did, Seq } from '../../src/lib/ids.js'
import { createOutbox } from '../../src/outbox/append.js'
import { ConvoLog, didOf } from '../support/convo-log.js'
import { openTestDatabase } from '../support/database.js'
import { countingStatements } from '../support/statement-count.js'

const [alice, bob, carol] = 'abc'.split('').map(didOf) as [Did, Did, Did]
const NO_HASH = '0'.repeat(64)

let database: Awaited<ReturnType<typeof openTestDatabase>>
let db: Db
beforeAll(async () => {
  database = await openTestDatabase()
  db = database.db
})
afterAll(() => database[Symbol.asyncDispose]())

describe('a member', () => {
  test('sees a new conversation whole', async () => {
    const log = await ConvoLog.create(db, alice)
    const { created_at } = await log.row()
    const member = await db
      .selectFrom('members')
      .select('joined_at')
      .where('convo_id', '=', log.convoId)
      .executeTakeFirstOrThrow()
    expect(await convoView(db, alice, log.convoId)).toEqual({
      convoId: log.convoId,
      groupId: log.convoId,
      generation: 0,
      commitFraming: 'public',
      intervals: [{ joinedSeq: 1 }],
      kind: 'group',
      epoch: 0,
      lastSeq: 0,
      hash: NO_HASH,
      cipherSuite: 'MLS_128_DHKEMX25519_AES128GCM_SHA256_Ed25519',
      creator: alice,
      role: 'admin',
      status: 'accepted',
      muted: false,
      cursor: 0,
      unreadCount: 0,
      memberCount: 1,
      members: [
        {
          did: alice,
          role: 'admin',
          status: 'accepted',
          joinedAt: member.joined_at.toISOString(),
          joinedSeq: 1,
          devices: [{ deviceId: 'phone', leafIndex: 0 }],
        },
      ],
      pendingRemovals: [],
      metadata: { name: 'Cats' },
      encryptedMetadata: expect.toSatisfy(
        (b: Uint8Array) => Buffer.from(b).toString() === 'sealed',
      ),
      policy: { whoCanAdd: 'member' },
      createdAt: created_at.toISOString(),
    })
  })

  test('sees position and hash of the last entry, and when the last message came', async () => {
    const log = await ConvoLog.create(db, alice)
    await log.say(2)
    await log.commit({ add: [[bob, 'phone']] })
    const row = await log.row()
    const [ofAlice, ofBob] = await Promise.all(
      [alice, bob].map((did) => convoView(db, did, log.convoId)),
    )
    for (const view of [ofAlice, ofBob]) {
      const hash = Buffer.from(row.hash).toString('hex')
      expect(view).toMatchObject({ lastSeq: 3, epoch: 1, memberCount: 2, hash })
    }
    expect(ofAlice).toMatchObject({
      lastMessageAt: row.last_message_at!.toISOString(),
      unreadCount: 2,
    })
    // What was written before bob joined is none of his.
    expect(ofBob).not.toHaveProperty('lastMessageAt')
    expect(ofBob).toMatchObject({ intervals: [{ joinedSeq: 3 }], unreadCount: 0 })
    await log.say(1)
    expect(await convoView(db, bob, log.convoId)).toMatchObject({
      lastMessageAt: expect.any(String),
      unreadCount: 1,
    })
  })

  test('sees members in the order of joining, each with its devices', async () => {
    const log = await ConvoLog.create(db, alice)
    await log.commit({
      add: [
        [carol, 'phone'],
        [carol, 'tablet'],
      ],
    })
    await log.commit({
      add: [
        [bob, 'phone'],
        [alice, 'tablet'],
      ],
    })
    const { members } = await convoView(db, bob, log.convoId)
    expect(members.map(({ did, joinedSeq, devices }) => ({ did, joinedSeq, devices }))).toEqual([
      { did: alice, joinedSeq: 1, devices: [leaf('phone', 0), leaf('tablet', 4)] },
      { did: carol, joinedSeq: 1, devices: [leaf('phone', 1), leaf('tablet', 2)] },
      { did: bob, joinedSeq: 2, devices: [leaf('phone', 3)] },
    ])
  })

  test('sees the first 50 of many members, and how many there are', async () => {
    const log = await ConvoLog.create(db, alice)
    const many = Array.from({ length: 60 }, (_, i) => manyDid(i))
    await log.commit({ add: many.map((did) => [did, 'phone'] as const) })
    const view = await convoView(db, many[59]!, log.convoId)
    expect(view.memberCount).toBe(61)
    expect(view.members.map(({ did }) => did)).toEqual([alice, ...many.slice(0, 49)])
  })

  test('sees pending removals until a commit takes them, and no device in them', async () => {
    const log = await ConvoLog.create(db, alice)
    await log.commit({
      add: [
        [bob, 'phone'],
        [bob, 'tablet'],
        [carol, 'phone'],
      ],
    })
    await log.leave(bob)
    const pending = await convoView(db, carol, log.convoId)
    expect(pending).toMatchObject({
      memberCount: 2,
      pendingRemovals: [
        { did: bob, deviceId: 'phone', leafIndex: 1 },
        { did: bob, deviceId: 'tablet', leafIndex: 2 },
      ],
    })
    expect(pending.members.map(({ did }) => did)).toEqual([alice, carol])
  })

  test('sees the group of the newest generation after a reset', async () => {
    const log = await ConvoLog.create(db, alice)
    await log.commit({ add: [[bob, 'phone']] })
    await log.say(1)
    await log.reset(alice)
    const row = await log.row()
    expect(await convoView(db, bob, log.convoId)).toMatchObject({
      groupId: Buffer.from(row.group_id).toString('hex'),
      generation: 1,
      epoch: 0,
      lastSeq: 2,
      resetSeq: 2,
      intervals: [{ joinedSeq: 1 }],
      pendingRemovals: [],
    })
    const { members } = await convoView(db, bob, log.convoId)
    expect(members.find(({ did }) => did === bob)?.devices).toEqual([])
  })

  test('that came again has both intervals, and no count of what lies between', async () => {
    const log = await ConvoLog.create(db, alice)
    await log.commit({ add: [[bob, 'phone']] }) // 1
    await log.say(3) // 2-4
    await log.commit({ remove: [bob] }) // 5
    await log.say(4) // 6-9
    await log.commit({ add: [[bob, 'phone']] }) // 10
    await log.say(2) // 11-12
    const view = await convoView(db, bob, log.convoId)
    expect(view).toMatchObject({
      intervals: [{ joinedSeq: 1, leftSeq: 5 }, { joinedSeq: 10 }],
      lastSeq: 12,
      unreadCount: 5,
      status: 'accepted',
    })
    expect(view.members.map(({ did, joinedSeq }) => [did, joinedSeq])).toEqual([
      [alice, 1],
      [bob, 10],
    ])
    expect(await convoView(db, alice, log.convoId)).toMatchObject({ unreadCount: 9 })
  })
})

describe('a former member', () => {
  test('sees the conversation stand still at its last entry, without the roster', async () => {
    const log = await ConvoLog.create(db, alice)
    await log.commit({
      add: [
        [bob, 'phone'],
        [carol, 'phone'],
      ],
    }) // 1
    await log.say(2) // 2-3
    await log.leave(bob) // leftSeq 3
    const { hash } = await log.row()
    const before = await convoView(db, bob, log.convoId)
    expect(before).toEqual({
      convoId: log.convoId,
      groupId: log.convoId,
      generation: 0,
      commitFraming: 'public',
      intervals: [{ joinedSeq: 1, leftSeq: 3 }],
      kind: 'group',
      epoch: 1,
      lastSeq: 3,
      hash: Buffer.from(hash).toString('hex'),
      cipherSuite: 'MLS_128_DHKEMX25519_AES128GCM_SHA256_Ed25519',
      creator: alice,
      role: 'member',
      status: 'left',
      muted: false,
      cursor: 0,
      unreadCount: 0,
      memberCount: 0,
      members: [],
      pendingRemovals: [],
      policy: { whoCanAdd: 'admin' },
      createdAt: (await log.row()).created_at.toISOString(),
    })

    await log.say(2)
    await log.commit({ add: [[didOf('d'), 'phone']] })
    await log.reset(alice)
    await log.commit()
    expect(await convoView(db, bob, log.convoId)).toEqual(before)
    const control = await convoView(db, carol, log.convoId)
    expect(control).toMatchObject({ lastSeq: 7, generation: 1, memberCount: 3, unreadCount: 4 })
  })

  test('that was removed stands after the commit that did it', async () => {
    const log = await ConvoLog.create(db, alice)
    await log.commit({ add: [[bob, 'phone']] })
    await log.commit({ remove: [bob] })
    await log.commit()
    expect(await convoView(db, bob, log.convoId)).toMatchObject({
      status: 'left',
      lastSeq: 2,
      epoch: 2,
      intervals: [{ joinedSeq: 1, leftSeq: 2 }],
    })
  })

  test.each([0, 1, 2])(
    'knows the epoch though the last message was of %i epochs before it',
    async (behind) => {
      const log = await ConvoLog.create(db, alice)
      await log.commit({ add: [[bob, 'phone']] })
      for (let i = 0; i < 4; i++) await log.commit()
      await log.say(1, { behind })
      await log.leave(bob)
      for (let i = 0; i < 3; i++) await log.commit()
      expect(await convoView(db, bob, log.convoId)).toMatchObject({ epoch: 5, lastSeq: 6 })
    },
  )

  test('of a later generation sees that one', async () => {
    const log = await ConvoLog.create(db, alice)
    await log.commit({ add: [[bob, 'phone']] })
    await log.reset(alice)
    await log.commit({ add: [[bob, 'phone']] })
    const { group_id } = await log.row()
    await log.leave(bob)
    const groupId = Buffer.from(group_id).toString('hex')
    const then = { groupId, generation: 1, epoch: 1, lastSeq: 2 }
    expect(await convoView(db, bob, log.convoId)).toMatchObject({ ...then, resetSeq: 1 })
    await log.reset(alice)
    const after = await convoView(db, bob, log.convoId)
    expect(after).toMatchObject(then)
    expect(after).not.toHaveProperty('resetSeq')
  })

  test('of an empty log sees an empty log', async () => {
    const log = await ConvoLog.create(db, alice)
    await log.leave(alice)
    expect(await convoView(db, alice, log.convoId)).toMatchObject({
      intervals: [{ joinedSeq: 1, leftSeq: 0 }],
      groupId: log.convoId,
      lastSeq: 0,
      epoch: 0,
      generation: 0,
      hash: NO_HASH,
      status: 'left',
    })
  })
})

describe('the cursor', () => {
  test('counts as unread what comes after it, without commits', async () => {
    const log = await ConvoLog.create(db, alice)
    await log.say(2) // 1-2
    await log.commit() // 3
    await log.say(3) // 4-6
    const deps = {
      db,
      outbox: createOutbox(() => {}),
      lanes: new KeyedQueue<ConvoId>(),
      clock: () => new Date(),
    }
    const counts: number[] = []
    for (const seq of [0, 1, 2, 3, 4, 6]) {
      await moveCursor(deps, { convoId: log.convoId, did: alice, seq: seq as Seq })
      const view = await convoView(db, alice, log.convoId)
      expect(view.cursor).toBe(seq)
      counts.push(view.unreadCount)
    }
    expect(counts).toEqual([5, 4, 3, 3, 2, 0])
  })
})

describe('many views', () => {
  test('come in the order asked for, by one statement, without those of others', async () => {
    const logs = []
    for (let i = 0; i < 5; i++) logs.push(await ConvoLog.create(db, bob))
    const foreign = await ConvoLog.create(db, carol)
    const ids = logs.map(({ convoId }) => convoId).reverse()
    const counting = countingStatements(db)
    const views = await convoViews(counting.db, bob, [...ids, foreign.convoId])
    expect(views.map(({ convoId }) => convoId)).toEqual(ids)
    expect(counting.count()).toBe(1)
    for (const view of views)
      expect(view).toEqual(await convoView(db, bob, view.convoId as ConvoId))
  })

  test('an outsider, and a conversation that does not exist, are the same', async () => {
    const { convoId } = await ConvoLog.create(db, alice)
    const nowhere = 'ee'.repeat(16) as ConvoId
    const error = await requireConvoView(db, carol, convoId).catch((e: unknown) => e)
    expect(error).toBeInstanceOf(ConvoNotFoundError)
    await expect(requireConvoView(db, alice, nowhere)).rejects.toEqual(error)
    expect(await requireConvoView(db, alice, convoId)).toMatchObject({ convoId })
  })
})

function leaf(deviceId: string, leafIndex: number) {
  return { deviceId, leafIndex }
}

function manyDid(index: number): Did {
  const letters = [...index.toString().padStart(24, '0')].map(
    (digit) => 'klmnopqrst'[Number(digit)],
  )
  return `did:plc:${letters.join('')}` as Did
}
