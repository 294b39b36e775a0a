import { sql } from 'kysely'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { deleteDevice } from '../../src/devices/delete.js'
import { unregisterPush } from '../../src/devices/push.js'
import type { ConvoId, DeviceId, Did, Seq } from '../../src/lib/ids.js'
import { Crash, crashingAt } from '../support/crashing-db.js'
import { PushStage } from '../support/push-stage.js'
import { searchTables } from '../support/search-tables.js'
import { people, StreamStage } from '../support/stream-stage.js'

const CRASHES_MAX = 20

let stage: StreamStage
let push: PushStage
let ALICE: Did, BOB: Did, CAROL: Did
beforeAll(async () => {
  stage = await StreamStage.open()
})
afterAll(() => stage[Symbol.asyncDispose]())
beforeEach(async () => {
  ;({ ALICE, BOB, CAROL } = people())
  push = new PushStage(stage)
  const { db } = stage.database
  for (const table of ['push_registrations', 'push_cursor'] as const) {
    await db.deleteFrom(table).execute()
  }
  // From here on.
  await push.run()
})

test('each device of a member is woken once for a conversation, however much happens in it', async () => {
  const convoIds = [await stage.convo(ALICE, BOB), await stage.convo(BOB, CAROL)]
  await push.wakes(ALICE, 'phone')
  await push.wakes(BOB, 'phone')
  await push.wakes(BOB, 'tablet')
  await stage.send(convoIds[0]!, 5)
  await stage.send(convoIds[1]!, 2)
  await push.run()
  expect(push.woken(convoIds)).toEqual(
    [
      `${ALICE}#phone 0`,
      `${BOB}#phone 0`,
      `${BOB}#phone 1`,
      `${BOB}#tablet 0`,
      `${BOB}#tablet 1`,
    ].sort(),
  )
  await push.run()
  expect(push.woken(convoIds)).toEqual([])
  await stage.send(convoIds[0]!)
  await push.run()
  expect(push.woken(convoIds)).toHaveLength(3)
})

test('what one did not accept, has muted, has left or has read wakes nobody; nor does a commit', async () => {
  const convoId = await stage.convo(ALICE, BOB, CAROL)
  await push.wakes(ALICE, 'phone')
  await push.wakes(BOB, 'phone')
  await push.wakes(CAROL, 'phone')
  const woken = async () => {
    await push.run()
    return push.woken([convoId])
  }
  await set(BOB, { status: 'request' })
  await set(CAROL, { muted: true })
  await stage.send(convoId)
  expect(await woken()).toEqual([`${ALICE}#phone 0`])

  await set(BOB, { status: 'accepted' })
  await set(CAROL, { muted: false })
  const seq = await stage.send(convoId)
  await read(ALICE, seq)
  expect(await woken()).toEqual([`${BOB}#phone 0`, `${CAROL}#phone 0`].sort())

  await stage.leave(convoId, BOB)
  await stage.add(convoId, people().ALICE)
  expect(await woken()).toEqual([])
  await stage.send(convoId)
  expect(await woken()).toEqual([`${ALICE}#phone 0`, `${CAROL}#phone 0`].sort())

  // Muted or read between the reading of the event and the sending.
  await stage.send(convoId)
  await push.run(undefined, { delayMs: 3_600_000 })
  expect(await push.queued()).toBe(2)
  await set(CAROL, { muted: true })
  await read(ALICE, 1_000 as Seq)
  await dueNow()
  expect(await woken()).toEqual([])
  expect(await push.queued()).toBe(0)

  async function set(did: Did, values: { status?: 'request' | 'accepted'; muted?: boolean }) {
    const { db } = stage.database
    await db
      .updateTable('members')
      .set(values)
      .where('convo_id', '=', convoId)
      .where('did', '=', did)
      .execute()
  }

  async function read(did: Did, seq: Seq): Promise<void> {
    const values = { seq, application_count: 0 }
    await stage.database.db
      .insertInto('cursors')
      .values({ convo_id: convoId, did, ...values })
      .onConflict((oc) => oc.columns(['convo_id', 'did']).doUpdateSet(values))
      .execute()
  }
})

test('a welcome wakes the device that it is for', async () => {
  const convoId = await stage.convo(ALICE, BOB)
  await push.wakes(BOB, 'phone')
  await push.wakes(BOB, 'tablet')
  const deviceId = 'tablet' as DeviceId
  const welcome = { kind: 'welcome' as const, convoId, did: BOB, deviceId, welcomeId: 'w' }
  await stage.announce({ ...welcome, seq: 1 as Seq })
  await push.run()
  expect(push.woken([convoId])).toEqual([`${BOB}#tablet 0`])
})

test('after a crash at any point nothing is lost, and nothing but what was being sent is sent again', async () => {
  const convoId = await stage.convo(ALICE, BOB)
  await push.wakes(ALICE, 'phone')
  await push.wakes(BOB, 'phone')
  const all = [`${ALICE}#phone 0`, `${BOB}#phone 0`].sort()
  let crashes = 0
  for (let at = 1; at <= CRASHES_MAX; at++) {
    await stage.send(convoId, 3)
    const error = await push
      .run(crashingAt(stage.database.db, at))
      .catch((thrown: unknown) => thrown)
    const before = push.sent.map(({ id }) => id)
    push.woken([convoId])
    // The claims of a process that has ended run out.
    await sql`update push_queue set claimed_until = now() - interval '1 second'`.execute(
      stage.database.db,
    )
    await push.run()
    const after = push.sent.map(({ id }) => id)
    const again = push.woken([convoId])
    if (!(error instanceof Crash)) {
      expect({ before: before.length, again }).toEqual({ before: 2, again: [] })
      break
    }
    crashes += 1
    // Where the provider may have it, it gets it again under the same id; nothing else is doubled.
    if (before.length === 0) expect(again).toEqual(all)
    expect(after.filter((id) => !before.includes(id))).toHaveLength(2 - new Set(before).size)
    expect(new Set([...before, ...after]).size).toBe(2)
    expect(await push.queued()).toBe(0)
  }
  expect(crashes).toBeGreaterThanOrEqual(4)
  expect(crashes).toBeLessThan(CRASHES_MAX)
})

test('what happens while a push is sent is another push', async () => {
  const convoId = await stage.convo(ALICE)
  await push.wakes(ALICE, 'phone')
  await stage.send(convoId)
  push.whileSending = async () => {
    push.whileSending = undefined
    await stage.send(convoId)
    await push.run()
    expect(push.sent).toHaveLength(1)
  }
  await push.run()
  await push.run()
  expect(new Set(push.sent.map(({ id }) => id)).size).toBe(2)
  expect(push.woken([convoId])).toHaveLength(2)
  expect(await push.queued()).toBe(0)
})

test('a device that is connected is quiet, and looked at once more: its connection may be dead', async () => {
  const convoId = await stage.convo(ALICE, BOB)
  await push.wakes(ALICE, 'phone')
  await push.wakes(BOB, 'phone')
  push.connected.add(`${ALICE}#phone`)
  push.connected.add(`${BOB}#phone`)
  await stage.send(convoId)
  await push.run(undefined, { connectedMs: 3_600_000 })
  expect(push.woken([convoId])).toEqual([])
  expect(await push.queued()).toBe(2)
  await push.run()
  expect(await push.queued(), 'not before its time').toBe(2)
  push.connected.delete(`${BOB}#phone`)
  await dueNow()
  await push.run()
  expect(push.woken([convoId])).toEqual([`${BOB}#phone 0`])
  expect(await push.queued()).toBe(0)
})

test('a dead token goes, with all that was for it; what fails is tried again, and given up', async () => {
  const convoId = await stage.convo(ALICE)
  await push.wakes(ALICE, 'phone')
  await stage.send(convoId)
  push.answers.push({ outcome: 'later' }, { outcome: 'failed', status: 403 })
  await push.run(undefined, { retryMs: 3_600_000 })
  expect(push.woken([convoId])).toHaveLength(1)
  await push.run()
  expect(push.woken([convoId]), 'not before its time').toHaveLength(0)
  await dueNow()
  await push.run()
  await push.run()
  expect(push.woken([convoId])).toHaveLength(2)
  expect(push.failures).toEqual([['ios', 403]])

  await stage.send(convoId)
  push.answers.push({ outcome: 'later' })
  await push.run(undefined, { giveUpMs: -1 })
  expect(push.woken([convoId])).toHaveLength(1)
  expect(await push.queued()).toBe(0)

  await stage.send(convoId)
  push.answers.push({ outcome: 'dead' })
  await push.run()
  expect(push.woken([convoId])).toHaveLength(1)
  expect(await registrations()).toEqual([])
  await stage.send(convoId)
  await push.run()
  expect(push.woken([convoId])).toEqual([])
})

test('a token that a device registers while its old one is found dead stays', async () => {
  const convoId = await stage.convo(ALICE)
  await push.wakes(ALICE, 'phone')
  await stage.send(convoId)
  push.answers.push({ outcome: 'dead' })
  push.whileSending = async () => void (await push.wakes(ALICE, 'phone'))
  await push.run()
  expect(await registrations()).toEqual([`${ALICE}#phone`])
})

test('a token is of the device that registered it last; it goes when it is taken back, and with the device', async () => {
  const token = await push.wakes(ALICE, 'phone')
  await push.wakes(ALICE, 'phone', token)
  expect(await registrations()).toEqual([`${ALICE}#phone`])
  await push.wakes(BOB, 'phone', token)
  expect(await registrations()).toEqual([`${BOB}#phone`])
  const second = await push.wakes(BOB, 'phone')
  expect(await registrations()).toEqual([`${BOB}#phone`])
  await push.wakes(ALICE, 'phone', token)

  const { db } = stage.database
  const deps = {
    db,
    push: { vault: push.vault, platforms: ['ios' as const] },
    clock: () => new Date(),
  }
  const request = { did: BOB, deviceId: 'phone' as DeviceId, platform: 'ios' as const }
  await unregisterPush(deps, { ...request, token })
  expect(await registrations(), 'not its own').toHaveLength(2)
  await unregisterPush(deps, { ...request, token: second })
  await unregisterPush(deps, { ...request, token: second })
  expect(await registrations()).toEqual([`${ALICE}#phone`])
  const device = { did: ALICE, deviceId: 'phone' as DeviceId }
  await deleteDevice({ db, outbox: stage.outbox, clock: () => new Date() }, device)
  expect(await registrations()).toEqual([])
})

test('no token is kept as it is, and no provider is told an account or a conversation', async () => {
  const convoId = await stage.convo(ALICE, BOB)
  const token = await push.wakes(ALICE, 'phone')
  await push.wakes(BOB, 'phone')
  expect(await searchTables(stage.database.db, token)).toEqual({ text: [], bytes: [] })
  await stage.send(convoId)
  await push.run()
  const told = push.sent.map(({ topic, id, appId }) => ({ topic, id, appId }))
  expect(new Set(told.map(({ topic }) => topic)).size, 'no two devices share a name').toBe(2)
  const text = JSON.stringify(told)
  for (const secret of [ALICE, BOB, convoId, Buffer.from(convoId, 'hex').toString('base64url')]) {
    expect(text).not.toContain(secret)
  }
})

test('two processes wake nobody twice', async () => {
  const convoIds: ConvoId[] = []
  for (let i = 0; i < 10; i++) convoIds.push(await stage.convo(ALICE, BOB))
  for (const did of [ALICE, BOB]) {
    await push.wakes(did, 'phone')
    await push.wakes(did, 'tablet')
  }
  for (const convoId of convoIds) await stage.send(convoId, 2)
  await Promise.all(Array.from({ length: 4 }, () => push.run()))
  await push.run()
  expect(new Set(push.sent.map(({ id }) => id)).size).toBe(40)
  expect(push.woken(convoIds)).toHaveLength(40)
})

/** As time would have it. */
async function dueNow(): Promise<void> {
  await sql`update push_queue set due_at = now()`.execute(stage.database.db)
}

async function registrations(): Promise<string[]> {
  const rows = await stage.database.db
    .selectFrom('push_registrations')
    .select(['did', 'device_id'])
    .orderBy('registration_id')
    .execute()
  return rows.map(({ did, device_id }) => `${did}#${device_id}`)
}
