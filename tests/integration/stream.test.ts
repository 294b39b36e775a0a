import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { Did, Epoch, Seq } from '../../src/lib/ids.js'
import { membership, people, StreamStage } from '../support/stream-stage.js'

let stage: StreamStage
let ALICE: Did, BOB: Did, CAROL: Did
beforeAll(async () => {
  stage = await StreamStage.open()
})
afterAll(() => stage[Symbol.asyncDispose]())
beforeEach(() => {
  ;({ ALICE, BOB, CAROL } = people())
})

test('a connected member gets each entry, in order, with its ciphertext and its place in the chain', async () => {
  const convoId = await stage.convo(ALICE, BOB)
  await using reader = await stage.listen(BOB)
  await stage.send(convoId, 5)
  await reader.untilSeq(convoId, 5)
  const entries = await stage.database.db
    .selectFrom('messages')
    .selectAll()
    .where('convo_id', '=', convoId)
    .orderBy('seq')
    .execute()
  expect(reader.messages()).toEqual(
    entries.map((row) => ({
      id: row.message_id,
      convoId,
      seq: row.seq,
      messageType: 'application',
      generation: 0,
      epoch: 0,
      ciphertext: new Uint8Array(row.ciphertext!),
      contentHash: Buffer.from(row.content_hash).toString('hex'),
      previousHash: Buffer.from(row.previous_hash).toString('hex'),
      hash: Buffer.from(row.hash).toString('hex'),
      createdAt: row.created_at.toISOString(),
    })),
  )
  const cursors = reader.events.map((event) => ('cursor' in event ? event.cursor : ''))
  expect(cursors).toEqual([...cursors].sort())
  expect(new Set(cursors).size).toBe(5)
})

test('every kind of event has exactly the fields of its lexicon', async () => {
  const deviceId = await stage.device(ALICE, 'phone')
  const convoId = await stage.convo(ALICE, BOB)
  await using reader = await stage.listen(ALICE)
  const seq = 1 as Seq
  await stage.announce(
    { kind: 'welcome', convoId, did: ALICE, deviceId, welcomeId: 'w1', seq },
    { ...membership(convoId, BOB, 'roleChanged', seq), role: 'admin' } as never,
    { kind: 'convo', convoId, action: 'updated', seq },
    { kind: 'read', convoId, did: ALICE, seq },
    { kind: 'device', subject: ALICE, deviceId, action: 'registered' },
    { kind: 'keyPackages', did: ALICE, deviceId, available: 3 },
  )
  await stage.stream.publishEphemeral({
    convoId,
    epoch: 7 as Epoch,
    ciphertext: new Uint8Array([1, 2, 3]),
  })
  while (reader.events.length < 7) await reader.next()
  const cursor = expect.stringMatching(/^a[0-9a-f]{48}$/)
  expect(reader.events.filter(({ type }) => type !== 'ephemeralEvent')).toEqual([
    { type: 'welcomeEvent', cursor, convoId, welcomeId: 'w1', deviceId },
    {
      type: 'membershipChangeEvent',
      cursor,
      convoId,
      did: BOB,
      action: 'roleChanged',
      role: 'admin',
      epoch: 0,
      seq: 1,
    },
    { type: 'convoEvent', cursor, convoId, action: 'updated' },
    { type: 'readEvent', cursor, convoId, seq: 1 },
    { type: 'deviceEvent', cursor, did: ALICE, deviceId, action: 'registered' },
    { type: 'keyPackagesEvent', cursor, deviceId, available: 3 },
  ])
  expect(reader.events.filter(({ type }) => type === 'ephemeralEvent')).toEqual([
    { type: 'ephemeralEvent', convoId, epoch: 7, ciphertext: new Uint8Array([1, 2, 3]) },
  ])
})

test('an account that is added starts at the commit that adds it, without reconnecting', async () => {
  const convoId = await stage.convo(ALICE)
  await using reader = await stage.listen(BOB)
  await stage.send(convoId, 2)
  const joined = await stage.add(convoId, BOB)
  await stage.send(convoId)
  await reader.untilSeq(convoId, joined + 1)
  expect(reader.messages().map(({ seq }) => seq)).toEqual([joined, joined + 1])
})

test('an account that the first entry adds sees nothing of before, as its creator does', async () => {
  const other = await stage.convo(ALICE, BOB)
  const cursor = await stage.settled()
  const convoId = await stage.convo(ALICE)
  await stage.announce({ kind: 'convo', convoId, action: 'updated', seq: 0 as Seq })
  await stage.add(convoId, BOB)
  await stage.send(other)
  const seen: string[][] = []
  for (const did of [ALICE, BOB]) {
    await using reader = await stage.listen(did, { cursor })
    await reader.untilSeq(other, 1)
    seen.push(reader.events.map(summary))
  }
  const shared = ['messageEvent 1', 'membershipChangeEvent joined', 'messageEvent 1']
  expect(seen).toEqual([['convoEvent created', 'convoEvent updated', ...shared], shared])
})

test('an account that is removed gets its removal, and nothing that comes after it', async () => {
  const convoId = await stage.convo(ALICE, BOB)
  const other = await stage.convo(BOB)
  await using reader = await stage.listen(BOB)
  await using control = await stage.listen(ALICE)
  await stage.send(convoId)
  const removed = await stage.remove(convoId, BOB)
  await stage.announce({ kind: 'convo', convoId, action: 'updated', seq: removed })
  await stage.send(convoId, 2)
  await stage.send(other)
  await reader.untilSeq(other, 1)
  await control.untilSeq(convoId, removed + 2)
  expect(reader.events.map(summary)).toEqual([
    'messageEvent 1',
    `messageEvent ${removed}`,
    'membershipChangeEvent removed',
    'messageEvent 1',
  ])
  expect(control.events.map(summary)).toContain('convoEvent updated')
})

test('an account that left sees what came before, and nothing at the same seq after it', async () => {
  const convoId = await stage.convo(ALICE, BOB)
  const other = await stage.convo(BOB)
  const seq = await stage.send(convoId)
  await using live = await stage.listen(BOB)
  const start = live.cursor
  await stage.announce({ kind: 'convo', convoId, action: 'updated', seq })
  await stage.leave(convoId, BOB)
  await stage.announce({ kind: 'convo', convoId, action: 'reset', seq })
  await stage.send(convoId)
  await stage.send(other)
  await live.untilSeq(other, 1)
  const expected = ['convoEvent updated', 'membershipChangeEvent left', 'messageEvent 1']
  expect(start).toBeUndefined()
  expect(live.events.map(summary)).toEqual(expected)
  // The same when it is read again, after the fact.
  const first = live.events[0] as { cursor: string }
  await using later = await stage.listen(BOB, { cursor: first.cursor })
  await later.untilSeq(other, 1)
  expect(later.events.map(summary)).toEqual(expected.slice(1))
})

test('an account that came back has two intervals, and the gap stays invisible', async () => {
  const convoId = await stage.convo(ALICE, BOB)
  await using live = await stage.listen(BOB)
  await stage.send(convoId)
  const removed = await stage.remove(convoId, BOB)
  await stage.send(convoId, 3)
  const back = await stage.add(convoId, BOB)
  await stage.send(convoId)
  await live.untilSeq(convoId, back + 1)
  const seqs = [1, removed, back, back + 1]
  expect(live.messages().map(({ seq }) => seq)).toEqual(seqs)
  const { cursor } = live.events[0] as { cursor: string }
  await using later = await stage.listen(BOB, { cursor })
  await later.untilSeq(convoId, back + 1)
  expect(later.messages().map(({ seq }) => seq)).toEqual(seqs.slice(1))
})

test('a stream for one conversation has the events of that alone', async () => {
  const one = await stage.convo(ALICE, BOB)
  const two = await stage.convo(ALICE, BOB)
  const deviceId = await stage.device(CAROL, 'phone')
  await using reader = await stage.listen(BOB, { convoId: one })
  await using control = await stage.listen(BOB)
  await stage.send(two)
  await stage.announce({ kind: 'read', convoId: two, did: BOB, seq: 1 as Seq })
  await stage.announce({ kind: 'keyPackages', did: BOB, deviceId, available: 1 })
  await stage.announce({ kind: 'read', convoId: one, did: BOB, seq: 1 as Seq })
  await stage.send(one)
  await reader.untilSeq(one, 1)
  await control.untilSeq(one, 1)
  expect(reader.events.map(({ type }) => type)).toEqual(['readEvent', 'messageEvent'])
  expect(control.events).toHaveLength(5)
})

test('device events reach the account and those who share an open conversation with it', async () => {
  await stage.convo(ALICE, BOB)
  const left = await stage.convo(ALICE, CAROL)
  await stage.leave(left, CAROL)
  const deviceId = await stage.device(ALICE, 'phone')
  const readers = await Promise.all([ALICE, BOB, CAROL].map((did) => stage.listen(did)))
  await stage.announce({ kind: 'device', subject: ALICE, deviceId, action: 'registered' })
  await stage.announce({ kind: 'device', subject: CAROL, deviceId, action: 'registered' })
  await readers[0]!.next()
  await readers[1]!.next()
  await readers[2]!.next()
  expect(readers.map(({ events }) => events.map((event) => 'did' in event && event.did))).toEqual([
    [ALICE],
    [ALICE],
    [CAROL],
  ])
  await Promise.all(readers.map((reader) => reader.cut()))
})

test('the stream of a device ends with the event that deletes it; others go on', async () => {
  const convoId = await stage.convo(ALICE)
  const phone = await stage.device(ALICE, 'phone')
  await stage.device(ALICE, 'laptop')
  await using ending = await stage.listen(`${ALICE}#phone`)
  await using going = await stage.listen(`${ALICE}#laptop`)
  await stage.announce({ kind: 'device', subject: ALICE, deviceId: phone, action: 'deleted' })
  await stage.send(convoId)
  expect(await ending.closed).toMatchObject({ code: 1000 })
  await going.untilSeq(convoId, 1)
  expect(ending.events.map(({ type }) => type)).toEqual(['deviceEvent'])
})

test('a deleted device, and one of another account, opens no stream', async () => {
  await stage.device(ALICE, 'phone')
  await stage.database.db
    .updateTable('devices')
    .set({ deleted_at: new Date() })
    .where('did', '=', ALICE)
    .execute()
  await stage.device(BOB, 'tablet')
  for (const holder of [`${ALICE}#phone`, `${ALICE}#tablet`]) {
    await expect(stage.listen(holder)).rejects.toMatchObject({
      status: 403,
      error: 'DeviceUnknown',
    })
  }
  await using control = await stage.listen(`${BOB}#tablet`)
  expect(control.socket.readyState).toBe(control.socket.OPEN)
})

test('requests that cannot be served are answered over HTTP, before any upgrade', async () => {
  const convoId = await stage.convo(ALICE)
  const left = await stage.convo(ALICE, BOB)
  await stage.leave(left, BOB)
  const refused = async (holder: string, params: Record<string, string>) =>
    stage.listen(holder, params).then(
      () => 'opened',
      (error: { status: number; error: string }) => `${error.status} ${error.error}`,
    )
  expect(await refused(BOB, { cursor: 'garbage' })).toBe('400 InvalidCursor')
  expect(await refused(BOB, { convoId: 'XYZ' })).toBe('400 InvalidRequest')
  expect(await refused(BOB, { convoId })).toBe('404 ConvoNotFound')
  expect(await refused(BOB, { convoId: 'ab'.repeat(16) })).toBe('404 ConvoNotFound')
  expect(await refused(BOB, { convoId: left })).toBe('403 NotMember')
  expect(await refused('', {})).toBe('401 AuthMissing')
  expect(await refused(ALICE, { convoId })).toBe('opened')
})

test('ephemeral messages reach open members who listen, and nobody who comes later', async () => {
  const convoId = await stage.convo(ALICE, BOB)
  const cursor = await stage.settled()
  await using bob = await stage.listen(BOB)
  await using carol = await stage.listen(CAROL)
  const ciphertext = new Uint8Array([9, 9])
  await stage.stream.publishEphemeral({ convoId, epoch: 0 as Epoch, ciphertext })
  await bob.until((event) => event.type === 'ephemeralEvent')
  await stage.send(convoId)
  await bob.untilSeq(convoId, 1)
  await using later = await stage.listen(BOB, { cursor })
  await later.untilSeq(convoId, 1)
  expect(later.events.map(({ type }) => type)).toEqual(['messageEvent'])
  expect(carol.events).toEqual([])
})

function summary(event: { type: string }): string {
  const { type } = event
  if ('message' in event) return `${type} ${(event.message as { seq: number }).seq}`
  return 'action' in event ? `${type} ${String(event.action)}` : type
}
