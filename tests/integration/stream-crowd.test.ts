import { afterAll, beforeAll, expect, test } from 'vitest'
import { inTx } from '../../src/db/tx.js'
import type { Database } from '../../src/db/types.js'
import type { ConvoId, Did, Seq } from '../../src/lib/ids.js'
import type { EventReader } from '../support/client-stream.js'
import { openTestDatabase } from '../support/database.js'
import { membership, people, StreamStage } from '../support/stream-stage.js'

const READERS = 12
/** More than a page that a crowd reads. */
const MISSED = 300
/** Of one transaction, larger than a page. */
const AT_ONCE = 270

let database: Database
let dids: Did[]
let convoId: ConvoId
let cursor: string
let expected: object[]
beforeAll(async () => {
  database = await openTestDatabase()
  await using before = await StreamStage.open({ database })
  const { ALICE, BOB, CAROL } = people()
  dids = [ALICE, BOB]
  convoId = await before.convo(ALICE, BOB)
  await using live = await before.listen(BOB)
  await before.send(convoId)
  await live.untilSeq(convoId, 1)
  cursor = live.cursor!
  const own = live.events.length
  await before.send(convoId, MISSED - AT_ONCE - 2)
  await before.add(convoId, CAROL)
  await inTx(database.db, async (tx) => {
    for (let i = 0; i < AT_ONCE; i++) await before.append(tx, convoId, 'application')
    await before.outbox.append(tx, [membership(convoId, ALICE, 'roleChanged', MISSED as Seq)])
  })
  const last = await before.send(convoId)
  await live.untilSeq(convoId, last)
  expected = live.events.slice(own)
  dids.push(CAROL)
})
afterAll(() => database[Symbol.asyncDispose]())

test('a crowd that comes back after a restart reads once what all of it missed', async () => {
  await using stage = await StreamStage.open({
    database,
    settings: { streamsPerAccount: 100, crowd: 0 },
  })
  const readers = await comeBack(stage, READERS)
  expect(stage.stream.stats().tailEvents).toBeGreaterThanOrEqual(expected.length)
  for (const reader of readers) {
    await reader.until(() => reader.events.length >= expected.length)
    expect(reader.events).toEqual(expected)
  }
  // And goes on with what happens now.
  const seq = await stage.send(convoId)
  for (const reader of readers) await reader.untilSeq(convoId, seq)
})

test('control: who comes back alone reads its own conversations only', async () => {
  await using stage = await StreamStage.open({ database })
  const [reader] = await comeBack(stage, 1)
  await reader!.until(() => reader!.events.length >= expected.length)
  expect(reader!.events.slice(0, expected.length)).toEqual(expected)
  expect(stage.stream.stats().tailEvents).toBe(0)
})

test('a crowd is one by how many wait', async () => {
  await using stage = await StreamStage.open({ database, settings: { streamsPerAccount: 100 } })
  for (const reader of await comeBack(stage, READERS)) {
    await reader.until(() => reader.events.length >= expected.length)
    expect(reader.events.slice(0, expected.length)).toEqual(expected)
  }
})

test('where the tail cannot reach back so far, each has it from the database', async () => {
  await using stage = await StreamStage.open({
    database,
    bufferSize: 20,
    settings: { streamsPerAccount: 100 },
  })
  for (const reader of await comeBack(stage, READERS)) {
    await reader.until(() => reader.events.length >= expected.length)
    expect(reader.events.slice(0, expected.length)).toEqual(expected)
  }
})

function comeBack(stage: StreamStage, count: number): Promise<EventReader[]> {
  return Promise.all(Array.from({ length: count }, () => stage.listen(dids[1]!, { cursor })))
}
