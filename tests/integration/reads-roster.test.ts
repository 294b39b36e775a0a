import { randomBytes } from 'node:crypto'
import { decodeRatchetTree } from 'ts-mls/ratchetTree.js'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { readGroupInfo } from '../../src/convo/read/group-info.js'
import { memberView, memberViews } from '../../src/convo/read/member-views.js'
import { readPosition } from '../../src/convo/read/position.js'
import { writeGroupState } from '../../src/convo/group-state.js'
import { inTx } from '../../src/db/tx.js'
import type { Db } from '../../src/db/types.js'
import { ConvoNotFoundError, InvalidCursorError, NotMemberError } from '../../src/errors.js'
import type { ConvoId, Did } from '../../src/lib/ids.js'
import { ConvoLog, didOf } from '../support/convo-log.js'
import { openTestDatabase } from '../support/database.js'
import { createDevice, readGroupInfo as decodeGroupInfo, TestGroup } from '../support/mls/index.js'

const [alice, bob, carol, dave, outsider] = 'abcde'.split('').map(didOf) as [
  Did,
  Did,
  Did,
  Did,
  Did,
]

let database: Awaited<ReturnType<typeof openTestDatabase>>
let db: Db
let log: ConvoLog
beforeAll(async () => {
  database = await openTestDatabase()
  db = database.db
  log = await ConvoLog.create(db, alice)
  await log.commit({
    add: [
      [carol, 'phone'],
      [bob, 'phone'],
      [bob, 'tablet'],
    ],
  })
  await log.commit({ add: [[dave, 'phone']] })
  await log.commit({ remove: [dave] })
})
afterAll(() => database[Symbol.asyncDispose]())

describe('the roster', () => {
  const page = (did: Did, limit: number, cursor?: string, convoId = log.convoId) =>
    memberViews(db, { convoId, did, limit, cursor })

  test('is all members in the order of joining, with their devices', async () => {
    const { members, cursor } = await page(bob, 10)
    expect(cursor).toBeUndefined()
    expect(members).toEqual([
      member(alice, 'admin', 1, [['phone', 0]]),
      member(carol, 'member', 1, [['phone', 1]]),
      member(bob, 'member', 1, [
        ['phone', 2],
        ['tablet', 3],
      ]),
    ])
  })

  test('comes in pages, without an empty one at its end', async () => {
    const first = await page(alice, 2)
    const second = await page(alice, 2, first.cursor)
    expect([first, second].map(({ members }) => members.map(({ did }) => did))).toEqual([
      [alice, carol],
      [bob],
    ])
    expect(second.cursor).toBeUndefined()
    const exact = await page(alice, 3)
    expect(exact.cursor).toBeUndefined()
  })

  test('goes on behind a member who left while it is read', async () => {
    const short = await ConvoLog.create(db, alice)
    await short.commit({
      add: [
        [bob, 'phone'],
        [carol, 'phone'],
      ],
    })
    const first = await page(alice, 2, undefined, short.convoId)
    expect(first.members.map(({ did }) => did)).toEqual([alice, bob])
    await short.leave(bob)
    const second = await page(alice, 2, first.cursor, short.convoId)
    expect(second.members.map(({ did }) => did)).toEqual([carol])
  })

  test('has no cursor but its own', async () => {
    for (const cursor of ['', 'x', '!!', 'MS4x=', Buffer.from('1').toString('base64url')]) {
      await expect(page(alice, 2, cursor)).rejects.toBeInstanceOf(InvalidCursorError)
    }
    const own = Buffer.from('0.0').toString('base64url')
    expect((await page(alice, 2, own)).members).toHaveLength(2)
  })

  test('shows one member, and one who left', async () => {
    expect(await memberView(db, log.convoId, bob)).toMatchObject({ did: bob, status: 'accepted' })
    expect(await memberView(db, log.convoId, dave)).toMatchObject({
      did: dave,
      status: 'left',
      joinedSeq: 2,
      devices: [],
    })
  })
})

describe('the position', () => {
  test('is where the conversation stands', async () => {
    const { convoId } = log
    const here = { convoId, currentEpoch: 3, generation: 0, lastSeq: 3 }
    expect(await readPosition(db, convoId, bob)).toEqual(here)
  })

  test('of a new generation is at its beginning', async () => {
    const again = await ConvoLog.create(db, alice)
    await again.commit()
    await again.reset(alice)
    const { convoId } = again
    const here = { convoId, currentEpoch: 0, generation: 1, lastSeq: 1 }
    expect(await readPosition(db, convoId, alice)).toEqual(here)
  })
})

describe('the group info', () => {
  test('is what was stored, with the tree out of its extension', async () => {
    const device = await createDevice({ did: alice, deviceId: 'phone' })
    const group = await TestGroup.create(device, randomBytes(16))
    const groupInfo = await group.groupInfo()
    const mls = await ConvoLog.create(db, alice)
    const convo = await mls.row()
    await inTx(db, (tx) => writeGroupState(tx, convo, groupInfo))

    const state = await readGroupInfo(db, mls.convoId, alice)
    expect(state.epoch).toBe(0)
    expect(Buffer.compare(state.groupInfo, groupInfo)).toBe(0)
    const extension = decodeGroupInfo(groupInfo).extensions.find(
      ({ extensionType }) => extensionType === 'ratchet_tree',
    )
    expect(Buffer.compare(state.ratchetTree, extension!.extensionData)).toBe(0)
    const [tree, length] = decodeRatchetTree(new Uint8Array(state.ratchetTree), 0)!
    expect(length).toBe(state.ratchetTree.length)
    expect(tree).toEqual(group.state.ratchetTree)
  })
})

describe('for members only', () => {
  const reads: [string, (convoId: ConvoId, did: Did) => Promise<unknown>][] = [
    ['the roster', (convoId, did) => memberViews(db, { convoId, did, limit: 5 })],
    ['the position', (convoId, did) => readPosition(db, convoId, did)],
    ['the group info', (convoId, did) => readGroupInfo(db, convoId, did)],
  ]

  test.each(reads)('%s is refused to a former member', async (_, read) => {
    await expect(read(log.convoId, dave)).rejects.toBeInstanceOf(NotMemberError)
  })

  test.each(reads)('%s is unknown to an outsider, as where there is none', async (_, read) => {
    const error = await read(log.convoId, outsider).catch((e: unknown) => e)
    expect(error).toBeInstanceOf(ConvoNotFoundError)
    await expect(read('cc'.repeat(16) as ConvoId, alice)).rejects.toEqual(error)
  })

  test('the roster stays closed to a former member behind a cursor', async () => {
    const { cursor } = await memberViews(db, { convoId: log.convoId, did: alice, limit: 1 })
    const again = memberViews(db, { convoId: log.convoId, did: dave, limit: 5, cursor })
    await expect(again).rejects.toBeInstanceOf(NotMemberError)
  })
})

function member(did: Did, role: string, joinedSeq: number, devices: [string, number][]) {
  return {
    did,
    role,
    status: 'accepted',
    joinedAt: expect.stringMatching(/^\d{4}-.*\.\d{3}Z$/),
    joinedSeq,
    devices: devices.map(([deviceId, leafIndex]) => ({ deviceId, leafIndex })),
  }
}
