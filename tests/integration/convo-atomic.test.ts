import { randomBytes } from 'node:crypto'
import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { leasePackages } from '../support/client-convo.js'
import type { ClientDevice } from '../support/client-device.js'
import { ConvoStage, OPENS_WITHIN_MS } from '../support/convo-stage.js'
import { TestGroup } from '../support/mls/index.js'
import { checkStanding } from '../support/standing-check.js'

let stage: ConvoStage
let dora: ClientDevice
beforeAll(async () => {
  stage = await ConvoStage.open()
  dora = await stage.device()
  await sql`
    create function out_of_order() returns trigger language plpgsql as $$
    begin raise exception 'the table is out of order' using errcode = '57P01'; end $$
  `.execute(stage.db)
}, OPENS_WITHIN_MS)
afterAll(() => stage?.[Symbol.asyncDispose]())

/** What a commit that removes one and adds another writes. */
const WRITTEN = [
  'messages',
  'conversations',
  'group_states',
  'leaves',
  'members',
  'key_packages',
  'welcome_messages',
  'welcomes',
  'event_stream',
]

/** Wherever it breaks off, nothing of it is there; sent again it is there as a whole. */
test('a commit is written in one transaction: entry, epoch, roster, packages, GroupInfo, welcomes, events', async () => {
  const { convoId, people, convos } = await stage.met(3)
  const [alice] = people as [ClientDevice]
  const { group } = convos[0]!
  await convos[0]!.send('before')
  const change = await group.commit({
    remove: group.leavesOf(people[2]!.did),
    add: await leasePackages(alice.api, group, convoId, [dora.did]),
  })
  const send = () => alice.api.procedure('addMembers', { convoId, change })
  await breaksOffAt(WRITTEN, send)
  const before = await stage.stored()
  expect(await send()).toEqual({ success: true, newEpoch: 2, seq: 3 })
  await changed(before, WRITTEN)
  await checkStanding(stage.db, convoId)
})

test('so is a new conversation, and the group that takes the place of one', async () => {
  const [alice] = (await stage.devices(1)) as [ClientDevice]
  const first = await founding(alice)
  const create = () => alice.api.procedure('createConvo', first)
  const written = [...WRITTEN, 'groups']
  await breaksOffAt(written, create)
  const { convo } = await create()
  const { convoId } = convo
  const second = await founding(alice, convoId)
  const reset = () => alice.api.procedure('resetConvo', { convoId, ...second })
  // Whoever is a member stays one.
  const rewritten = written.filter((table) => table !== 'members')
  await breaksOffAt(rewritten, reset)
  expect((await reset()).convo).toMatchObject({ generation: 1, epoch: 1 })
  await checkStanding(stage.db, convoId)
})

test('so is leaving, and the deletion of a device', async () => {
  const { convoId, people } = await stage.met(2)
  const [alice] = people as [ClientDevice]
  await breaksOffAt(['members', 'leaves', 'event_stream'], () =>
    alice.api.procedure('leaveConvo', { convoId }),
  )
  await alice.api.procedure('leaveConvo', { convoId })
  const [, bob] = people as [ClientDevice, ClientDevice]
  await breaksOffAt(['devices', 'leaves', 'key_packages', 'event_stream'], () =>
    bob.api.procedure('deleteDevice', { deviceId: 'phone' }),
  )
  await bob.api.procedure('deleteDevice', { deviceId: 'phone' })
})

/** Each of the tables refuses to be written, one after another: the call fails, and changes nothing. */
async function breaksOffAt(tables: string[], call: () => Promise<unknown>): Promise<void> {
  for (const table of tables) {
    const name = sql.table(table)
    await sql`
      create trigger broken before insert or update or delete on ${name}
      for each statement execute function out_of_order()
    `.execute(stage.db)
    try {
      await stage.refuses(call, 'ServiceUnavailable')
    } catch (error) {
      throw new Error(`broken off at ${table}`, { cause: error })
    } finally {
      await sql`drop trigger broken on ${name}`.execute(stage.db)
    }
  }
}

/** The control: these tables are indeed written. */
async function changed(before: Record<string, string[]>, tables: string[]): Promise<void> {
  const after = await stage.stored()
  const same = tables.filter((table) => String(before[table]) === String(after[table]))
  expect(same).toEqual([])
}

async function founding(creator: ClientDevice, convoId?: string) {
  const group = await TestGroup.create(creator.mls, randomBytes(16))
  const add = await leasePackages(creator.api, group, convoId ?? group.groupId, [dora.did])
  return { genesis: await group.groupInfo(), change: await group.commit({ add }) }
}
