import { afterAll, beforeAll, expect, test } from 'vitest'
import { MemoryStore } from '../../packages/client/src/index.js'
import { SdkStage, STORE_KEY, until } from '../support/sdk.js'
import { startService } from '../support/service.js'
import type { TestService } from '../support/service.js'

let service: TestService
let stage: SdkStage
beforeAll(async () => {
  service = await startService()
  stage = new SdkStage(service)
})
afterAll(async () => {
  await stage[Symbol.asyncDispose]()
  await service[Symbol.asyncDispose]()
})

test('what is written while the service is away is kept, and said once when it is back', async () => {
  const [alice, bob] = (await stage.online(2)) as [Client, Client]
  const { id } = await alice.mls.create({ people: [bob.did] })
  await bob.joined(id)
  const sending = service.restart().then(() => alice.mls.conversation(id).send('after'))
  const meanwhile = alice.mls
    .conversation(id)
    .send('in between')
    .catch(() => {})
  await Promise.all([sending, meanwhile])
  await until('both are there', async () => (await bob.texts(id)).length === 2)
  await until('both are online again', () => alice.mls.online && bob.mls.online)
  expect((await bob.texts(id)).toSorted()).toEqual(['after', 'in between'])
  expect(await alice.mls.conversation(id).unsent()).toEqual([])
  expect(alice.events.map(({ type }) => type)).toContain('offline')
})

test('removed and added again: what was said between stays unseen, by the others too', async () => {
  const [alice, bob, carol] = (await stage.online(3)) as [Client, Client, Client]
  const atAlice = await alice.mls.create({ people: [bob.did, carol.did] })
  const { id } = atAlice
  const atBob = await bob.joined(id)
  await carol.joined(id)
  await atAlice.send('with Bob')
  await bob.read(id, 'with Bob')
  await atAlice.remove(bob.did)
  await until('Bob knows', () => atBob.status === 'gone')
  await expect(atBob.send('still here?')).rejects.toMatchObject({ code: 'notMember' })
  await atAlice.send('without Bob')
  await atAlice.add(bob.did)
  await until('Bob is back', () => atBob.status === 'active')
  await atAlice.send('with Bob again')
  await bob.read(id, 'with Bob', 'with Bob again')
  await carol.read(id, 'with Bob', 'without Bob', 'with Bob again')
  await atBob.send('thanks')
  await alice.read(id, 'thanks')
})

test('a device that is set up anew comes back by itself, and reads what is said from then on', async () => {
  const [alice, bob] = (await stage.online(2)) as [Client, Client]
  const { id } = await alice.mls.create({ people: [bob.did], name: 'Owls' })
  await bob.joined(id)
  await alice.mls.conversation(id).send('before')
  await bob.read(id, 'before')
  await bob.mls.close()
  const again = await stage.open({ account: bob.account })
  await again.start()
  const atBob = await again.joined(id)
  await until('the name is told to it', () => atBob.title?.name === 'Owls')
  await alice.mls.conversation(id).send('afterwards')
  await again.read(id, 'afterwards')
  expect(await again.texts(id)).toEqual(['afterwards'])
  await again.mls.deleteDevice(bob.mls.deviceId)
  const devices = () => alice.mls.conversation(id).devices.filter(({ did }) => did === bob.did)
  await until('the lost device is out', () => devices().length === 1)
})

test('a rejoined device goes on where it was, without the old keys', async () => {
  const [alice, bob] = (await stage.online(2)) as [Client, Client]
  const { id } = await alice.mls.create({ people: [bob.did] })
  const atBob = await bob.joined(id)
  await alice.mls.conversation(id).send('one')
  await bob.read(id, 'one')
  await atBob.rejoin()
  await alice.mls.conversation(id).send('two')
  await bob.read(id, 'one', 'two')
  const epochs = () => [atBob, alice.mls.conversation(id)].map((at) => at.epochAuthenticator)
  await until('both agree', () => new Set(epochs()).size === 1)
})

test('a device that lost its groups, or one of them to damage, comes back with the key that it has', async () => {
  const [alice, bob] = (await stage.online(2)) as [Client, Client]
  const first = await alice.mls.create({ people: [bob.did] })
  const second = await alice.mls.create({ people: [bob.did] })
  for (const { id } of [first, second]) await bob.joined(id)
  await first.send('before')
  await bob.read(first.id, 'before')
  await bob.mls.close()
  const lost = await bob.store.list({ prefix: `group/${first.id}/` })
  await bob.store.write([
    ...lost.map(({ key }) => ({ key, value: undefined })),
    { key: `group/${second.id}/ratchets/1/0`, value: new Uint8Array(100) },
  ])
  await first.send('while it was lost')
  const again = await stage.open({ account: bob.account, store: bob.store })
  const at = [first, second].map(({ id }) => again.mls.conversation(id))
  expect(at.map(({ status }) => status)).toEqual(['waiting', 'waiting'])
  await expect(at[0]!.send('too early')).rejects.toMatchObject({ code: 'notJoined' })
  await again.start()
  for (const { id } of [first, second]) await again.joined(id)
  await first.send('afterwards')
  await again.read(first.id, 'before', 'afterwards')
  expect(first.devices).toHaveLength(2)
  const key = Buffer.from(bob.mls.signaturePublicKey).toString('hex')
  const keys = first.devices.map((each) => Buffer.from(each.signaturePublicKey).toString('hex'))
  expect(keys).toContain(key)
})

test('a device that another has deleted stops for good, and says why', async () => {
  const [alice] = (await stage.online(1)) as [Client]
  const tablet = await stage.open({ account: alice.account })
  await tablet.start()
  await tablet.mls.deleteDevice(alice.mls.deviceId)
  const stopped = () => alice.events.find((event) => event.type === 'stopped')
  await until('it stops', () => stopped() !== undefined)
  expect(stopped()).toMatchObject({ error: { code: 'deviceDeleted' } })
  await until('the other goes on', () => tablet.mls.online)
})

test('a store opens for its account, its device and its key alone', async () => {
  const alice = await stage.open()
  const bob = await service.createAccount()
  const { store } = alice
  await expect(stage.open({ account: bob, store })).rejects.toMatchObject({ code: 'storeAccount' })
  const account = alice.account
  const open = (options: object) => stage.open({ account, store, ...options })
  await expect(open({ deviceId: 'other' })).rejects.toMatchObject({ code: 'storeAccount' })
  const wrong = STORE_KEY.map((byte) => byte ^ 1)
  await expect(open({ storeKey: wrong })).rejects.toMatchObject({ code: 'storeKey' })
  const again = await open({})
  expect(again.mls.deviceId).toBe(alice.mls.deviceId)
  await expect(open({ store: new MemoryStore() })).resolves.toBeDefined()
})

test('people who have no device are named, and nothing has changed', async () => {
  const [alice] = (await stage.online(1)) as [Client]
  const nobody = await service.createAccount()
  const creating = alice.mls.create({ people: [nobody.did] })
  await expect(creating).rejects.toMatchObject({
    code: 'unreachableAccounts',
    dids: [nobody.did],
  })
  await expect(creating).rejects.toThrow(nobody.did)
  expect(alice.mls.conversations()).toEqual([])
  const alone = await alice.mls.create({ people: [] })
  await expect(alone.add(alice.did, nobody.did)).rejects.toMatchObject({
    code: 'unreachableAccounts',
    dids: [nobody.did],
  })
  expect(alone.members).toEqual([alice.did])
  await expect(alone.add('somebody.example')).rejects.toMatchObject({ code: 'handle' })
})

type Client = Awaited<ReturnType<SdkStage['open']>>
