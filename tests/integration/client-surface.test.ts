import { createECDH } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { fingerprintOf } from '../../packages/client/src/index.js'
import { createPushKeys, webPushEnv } from '../support/push-servers.js'
import type { SdkClient } from '../support/sdk.js'
import { SdkStage, until } from '../support/sdk.js'
import { startService } from '../support/service.js'
import type { TestService } from '../support/service.js'

let service: TestService
let stage: SdkStage
beforeAll(async () => {
  service = await startService({ env: webPushEnv(createPushKeys()) })
  stage = new SdkStage(service)
})
afterAll(async () => {
  await stage[Symbol.asyncDispose]()
  await service[Symbol.asyncDispose]()
})

test('whoever has an invite sees what it opens, joins, and may come back; a revoked one opens nothing', async () => {
  const [alice, bob, carol] = await people(3)
  const atAlice = await alice.mls.create({ people: [], name: 'Owls' })
  const invite = await atAlice.createInvite({ maxUses: 5, expiresAt: new Date('2099-01-01') })
  const preview = await bob.mls.previewInvite(invite.secret)
  expect(preview).toEqual({
    convoId: atAlice.id,
    kind: 'group',
    memberCount: 1,
    members: [alice.did],
  })
  const atBob = await bob.mls.joinByInvite(invite.secret)
  await atBob.send('here I am')
  await alice.read(atAlice.id, 'here I am')
  await until('he is told the name', () => atBob.title?.name === 'Owls')
  expect((await bob.mls.joinByInvite(invite.secret)).id).toBe(atAlice.id)
  expect((await atAlice.people()).find(({ did }) => did === bob.did)).toMatchObject({
    role: 'member',
    inviteId: invite.inviteId,
  })

  await atBob.leave()
  await until('his leaf is gone', () => !atAlice.members.includes(bob.did))
  const again = await bob.mls.joinByInvite(invite.secret)
  expect(again).toBe(atBob)
  await atAlice.send('welcome back')
  await bob.read(atAlice.id, 'here I am', 'welcome back')

  await atAlice.revokeInvite(invite.inviteId)
  expect(await atAlice.invites()).toMatchObject([{ inviteId: invite.inviteId, revoked: true }])
  const late = carol.mls.joinByInvite(invite.secret)
  await expect(late).rejects.toMatchObject({ code: 'refused', method: 'previewInvite' })
  expect(carol.mls.conversations()).toEqual([])
})

test('moderators hear of reports and resolve them; the reported hears nothing', async () => {
  const [alice, bob, carol] = await people(3)
  const atAlice = await alice.mls.create({ people: [bob.did, carol.did] })
  const atBob = await bob.joined(atAlice.id)
  const atCarol = await carol.joined(atAlice.id)
  await atCarol.send('something nasty')
  await bob.read(atAlice.id, 'something nasty')
  const [entry] = (await atBob.history()).slice(-1)
  const reportId = await atBob.report(carol.did, { category: 'spam', messageIds: [entry!.id] })
  await until('Alice hears', () =>
    alice.events.some((event) => event.type === 'report' && event.reportId === reportId),
  )
  expect(await atAlice.reports('open')).toMatchObject([
    { reportId, did: carol.did, category: 'spam', messageIds: [entry!.id] },
  ])
  await atAlice.resolveReport(reportId, 'warned', 'told her')
  expect(await atAlice.reports('open')).toEqual([])
  const [resolved] = await atAlice.reports()
  expect(resolved).toMatchObject({ action: 'warned', notes: 'told her', resolvedBy: alice.did })
  expect(JSON.stringify(resolved)).not.toContain(bob.did)
  await expect(atCarol.reports()).rejects.toMatchObject({ code: 'refused' })
  expect(carol.events.map(({ type }) => type)).not.toContain('report')
})

test('blocks, policy and pushes are those of the account', async () => {
  const [alice, bob] = await people(2)
  await bob.mls.block(alice.did)
  expect(await bob.mls.blocks()).toMatchObject([{ did: alice.did }])
  await expect(alice.mls.create({ people: [bob.did] })).rejects.toThrow()
  await bob.mls.unblock(alice.did)
  expect(await bob.mls.blocks()).toEqual([])
  const convo = await alice.mls.create({ people: [bob.did] })
  await convo.setPolicy({ whoCanAdd: 'member', maxMembers: 7 })
  expect(convo.facts).toMatchObject({ whoCanAdd: 'member', maxMembers: 7, memberCount: 2 })

  const keys = { p256dh: createECDH('prime256v1').generateKeys('base64url'), auth: 'A'.repeat(22) }
  const token = JSON.stringify({ endpoint: 'https://push.example/1', keys })
  const target = { platform: 'web', token } as const
  await bob.mls.registerPush(target)
  const registered = service.context.db.selectFrom('push_registrations').selectAll()
  expect(await registered.execute()).toHaveLength(1)
  await bob.mls.unregisterPush(target)
  expect(await registered.execute()).toEqual([])
})

test('a list shows the newest message, and how many are unread', async () => {
  const [alice, bob] = await people(2)
  const { id } = await alice.mls.create({ people: [bob.did] })
  const atBob = await bob.joined(id)
  expect(atBob.lastMessage).toBeUndefined()
  await alice.mls.conversation(id).send('first')
  await alice.mls.conversation(id).send('x'.repeat(1000))
  await until('both came', () => atBob.unread === 2)
  const sender = { did: alice.did, deviceId: alice.mls.deviceId }
  expect(atBob.lastMessage).toMatchObject({ sender, own: false, text: 'x'.repeat(200) })
  const reopened = await stage.open({ account: bob.account, store: bob.store })
  expect(reopened.mls.conversation(id).lastMessage).toEqual(atBob.lastMessage)
})

test('what people compare is equal for all of an epoch, and changes with it', async () => {
  const [alice, bob] = await people(2)
  const atAlice = await alice.mls.create({ people: [bob.did] })
  const atBob = await bob.joined(atAlice.id)
  await until('they agree', () => atAlice.epochAuthenticator === atBob.epochAuthenticator)
  const [first, his] = [await atAlice.safety(), await atBob.safety()]
  expect(his.safetyNumber).toBe(first.safetyNumber)
  expect(first.safetyNumber).toMatch(/^(\d{5} ){11}\d{5}$/)
  expect(his.devices.map(({ fingerprint }) => fingerprint)).toEqual(
    first.devices.map(({ fingerprint }) => fingerprint),
  )
  expect(first.devices.filter(({ own }) => own).map(({ did }) => did)).toEqual([alice.did])
  const { deviceId, signaturePublicKey } = bob.mls
  const bobs = await fingerprintOf({ did: bob.did, deviceId, signaturePublicKey })
  expect(first.devices.find(({ did }) => did === bob.did)!.fingerprint).toBe(bobs)
  await atAlice.updateKeys()
  const second = await atAlice.safety()
  expect(second.safetyNumber).not.toBe(first.safetyNumber)
  expect(second.epoch).toBe(first.epoch + 1)
})

test('an account takes its data along, and nothing stays on the device once it is deleted', async () => {
  const [alice, bob] = await people(2)
  const convo = await alice.mls.create({ people: [bob.did] })
  await bob.joined(convo.id)
  const data = await bob.mls.exportAccount()
  expect(JSON.stringify(data)).toContain(convo.id)
  await bob.mls.deleteAccount()
  expect((await bob.store.list({ prefix: '' })).map(({ key }) => key)).toEqual(['owner'])
  await expect(bob.mls.sync()).rejects.toMatchObject({ code: 'closed' })
  await until('he is out', () => !convo.members.includes(bob.did))
})

test('a device that deletes itself keeps nothing; the account goes on with another', async () => {
  const [alice, bob] = await people(2)
  const tablet = await stage.open({ account: bob.account })
  await tablet.start()
  const convo = await alice.mls.create({ people: [bob.did] })
  await tablet.joined(convo.id)
  await bob.mls.deleteDevice(bob.mls.deviceId)
  expect((await bob.store.list({ prefix: '' })).map(({ key }) => key)).toEqual(['owner'])
  await until('its leaf is gone', () => convo.devices.length === 2)
  expect((await tablet.mls.devices()).map(({ deviceId }) => deviceId)).toEqual([
    tablet.mls.deviceId,
  ])
  await convo.send('still there?')
  await tablet.read(convo.id, 'still there?')
})

async function people(count: number): Promise<[SdkClient, SdkClient, SdkClient]> {
  return (await stage.online(count)) as [SdkClient, SdkClient, SdkClient]
}
