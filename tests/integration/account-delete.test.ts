import { randomBytes } from 'node:crypto'
import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { EXPORT_PARTS } from '../../src/account/export-parts.js'
import { forgetEvents } from '../../src/jobs/forget-events.js'
import { NO_BLOBS } from '../support/blob-stores.js'
import { download, outcome, upload } from '../support/client-blobs.js'
import type { ClientDevice } from '../support/client-device.js'
import { ConvoStage, OPENS_WITHIN_MS } from '../support/convo-stage.js'
import { TestGroup } from '../support/mls/index.js'
import { searchTables } from '../support/search-tables.js'

/** What others have to be told of until they know it. */
const UNTIL_THE_NEXT_COMMIT = ['leaves.did']
const UNTIL_THE_WINDOW_ENDS = ['event_stream.did', 'event_stream.payload']
/** What is in the bytes of MLS messages and trees is no record of the service's own. */
const OF_MLS = [
  'group_states.group_info',
  'key_packages.key_package',
  'messages.ciphertext',
  'welcome_messages.welcome',
]

let stage: ConvoStage
beforeAll(async () => {
  stage = await ConvoStage.open()
}, OPENS_WITHIN_MS)
afterAll(() => stage?.[Symbol.asyncDispose]())

test('an account leaves everything, its streams end, and nothing names it any more', async () => {
  const { convoId, people, convos } = await stage.met(3)
  const [alice, bob, carol] = people as [ClientDevice, ClientDevice, ClientDevice]
  const [ours, bobs] = convos as [(typeof convos)[0], (typeof convos)[0]]
  const sent = await ours.send('hello')
  await alice.api.procedure('updateCursor', { convoId, seq: sent.seq })
  const { blobId } = await upload(alice.api, convoId, randomBytes(5000))
  const theirs = await upload(bob.api, convoId, randomBytes(5000))
  const direct = await directConvo(alice, bob)
  const left = await stage.met(2)
  await addAndLeave(left.people[0]!, left.convoId, alice)
  await alice.api.procedure('blockAccount', { did: `did:plc:${'z'.repeat(24)}` })
  await alice.api.procedure('createInvite', { convoId })
  await alice.connect()
  await bob.connect()
  const byTicket = await alice.api.subscribeByTicket({ deviceId: 'phone' })
  const before = await searchTables(stage.db, alice.did)
  expect(before.text).toEqual(expect.arrayContaining(['members.did', 'conversations.creator']))

  const exported = await exportOf(alice)
  const others = [bob.did, carol.did, ...left.people.map(({ did }) => did)]
  expect(others.filter((did) => exported.text.includes(did))).toEqual([])
  const told = new Set(
    EXPORT_PARTS.filter(({ type }) => exported.types.has(type)).flatMap(({ tables }) => tables),
  )
  const named = new Set(before.text.map((column) => column.split('.')[0]!))
  expect([...named].filter((table) => !told.has(table))).toEqual([])

  await alice.api.procedure('deleteAccount')
  expect(await alice.stream!.closed).toMatchObject({ code: 1000, reason: 'the account is gone' })
  expect(await byTicket.closed).toMatchObject({ code: 1000 })
  await bob.stream!.until(
    (event) =>
      event.type === 'membershipChangeEvent' &&
      event.convoId === convoId &&
      event.did === alice.did &&
      event.action === 'left',
  )
  await bob.stream!.until(
    (event) => event.type === 'convoEvent' && event.convoId === direct && event.action === 'closed',
  )
  expect(await stage.roster(convoId)).toMatchObject({
    closed: false,
    members: [
      { did: bob.did, role: 'admin' },
      { did: carol.did, role: 'member' },
    ],
    leaves: [
      [alice.mls.name, 'accountDeleted'],
      [bob.mls.name, null],
      [carol.mls.name, null],
    ],
  })
  expect(await stage.roster(direct)).toMatchObject({ closed: true, leaves: [[bob.mls.name, null]] })
  expect((await alice.api.query('getConvos')).conversations).toEqual([])
  await stage.changesNothing(() => alice.api.procedure('deleteAccount'))
  expect((await exportOf(alice)).types).toEqual(new Set(['account', 'leaf', 'event']))

  expect(await outcome(await download(bob.api, convoId, blobId))).toBe('BlobNotFound')
  expect(await outcome(await download(bob.api, convoId, theirs.blobId))).toBe(5000)

  const found = await searchTables(stage.db, alice.did)
  expect(found.text).toEqual([...UNTIL_THE_WINDOW_ENDS, ...UNTIL_THE_NEXT_COMMIT])
  expect(found.bytes.filter((column) => !OF_MLS.includes(column))).toEqual([])

  const { convo } = await bob.api.query('getConvo', { convoId })
  expect(convo.pendingRemovals).toMatchObject([{ leafIndex: 0, did: alice.did }])
  await expect(bobs.update()).rejects.toMatchObject({ error: 'PendingRemovals' })
  await bobs.remove([alice.did])
  const rest = left.people[1]!
  await rest.convo(left.convoId).catchUp()
  await rest.convo(left.convoId).remove([alice.did])
  expect((await searchTables(stage.db, alice.did)).text).toEqual(UNTIL_THE_WINDOW_ENDS)

  await sql`update event_stream set created_at = now() - interval '8 days'`.execute(stage.db)
  const context = {
    db: stage.db,
    blobs: NO_BLOBS,
    retention: { events: 7, welcomes: 30, messages: 0 },
  }
  await forgetEvents.run(context, new AbortController().signal)
  expect((await searchTables(stage.db, alice.did)).text).toEqual([])
  expect((await searchTables(stage.db, bob.did)).text).toContain('members.did')
})

test('who comes back begins anew, with a device that nobody had before', async () => {
  const { convoId, people, convos } = await stage.met(2)
  const [alice, bob] = people as [ClientDevice, ClientDevice]
  await bob.connect()
  await convos[0]!.send('for a cursor')
  await bob.hear(convoId, 2)
  await bob.api.procedure('deleteAccount')
  await stage.refuses(() => bob.register(1), 'DeviceUnknown', /deleted/)
  await expect(bob.api.query('getConvo', { convoId })).rejects.toMatchObject({
    error: 'ConvoNotFound',
  })

  const again = await stage.device(bob.api.account as never, 'phone')
  again.cursor = bob.cursor
  await again.connect()
  await convos[0]!.update({ remove: convos[0]!.group.leavesOf(bob.did) })
  await convos[0]!.add([bob.did])
  await again.stream!.until((event) => event.type === 'welcomeEvent')
  const [joined] = await again.join()
  expect(joined!.convoId).toBe(convoId)
  const { convo } = await alice.api.query('getConvo', { convoId })
  expect(convo.members.map(({ did }) => did)).toEqual([alice.did, bob.did])
  expect(again.stream!.error).toBeUndefined()
})

test('an account that never was here is deleted as well, and nothing changes', async () => {
  const stranger = await stage.service.client()
  await stage.changesNothing(() => stranger.procedure('deleteAccount'))
})

async function directConvo(alice: ClientDevice, bob: ClientDevice): Promise<string> {
  const group = await TestGroup.create(alice.mls, crypto.getRandomValues(new Uint8Array(16)))
  const { keyPackages } = await alice.api.query('getKeyPackages', { dids: [bob.did] })
  const { convo } = await alice.api.procedure('createConvo', {
    genesis: await group.groupInfo(),
    change: await group.commit({ add: keyPackages.map(({ keyPackage }) => keyPackage) }),
    kind: 'direct',
  })
  return convo.convoId
}

/** Adds `guest`, who leaves again: its leaf waits for the next commit. */
async function addAndLeave(host: ClientDevice, convoId: string, guest: ClientDevice) {
  await host.convo(convoId).add([guest.did])
  await guest.api.procedure('leaveConvo', { convoId })
}

async function exportOf({ api }: ClientDevice): Promise<{ text: string; types: Set<string> }> {
  const text = (await api.send('GET', 'exportAccountData')) as string
  const lines = text.trimEnd().split('\n')
  const types = lines.map((line) => (JSON.parse(line) as { type: string }).type)
  expect(types[0]).toBe('account')
  return { text, types: new Set(types) }
}
