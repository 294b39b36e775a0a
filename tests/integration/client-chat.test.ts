import { afterAll, beforeAll, expect, test } from 'vitest'
import { SdkStage, until } from '../support/sdk.js'
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

test('three people chat, under a name that the service cannot read; one leaves and reads no more', async () => {
  const [alice, bob, carol] = (await stage.online(3)) as [Client, Client, Client]
  const atAlice = await alice.mls.create({ people: [bob.did], name: 'Bird watchers' })
  await atAlice.send('hello Bob')
  const atBob = await bob.joined(atAlice.id)
  await bob.read(atAlice.id, 'hello Bob')
  expect(atBob.unread).toBe(1)
  await until('Bob knows the name', () => atBob.title?.name === 'Bird watchers')
  await atBob.send('hello Alice')
  await alice.read(atAlice.id, 'hello Bob', 'hello Alice')

  await atAlice.add(carol.did)
  const atCarol = await carol.joined(atAlice.id)
  await until('Carol knows the name', () => atCarol.title?.name === 'Bird watchers')
  await atCarol.send('and me')
  await alice.read(atAlice.id, 'and me')
  await bob.read(atAlice.id, 'and me')
  expect(await carol.texts(atAlice.id)).toEqual(['and me'])
  await atAlice.rename({ name: 'Owls' })
  await until('all know the new name', () =>
    [atAlice, atBob, atCarol].every(({ title }) => title?.name === 'Owls'),
  )

  await atBob.leave()
  await until('his leaf is gone', () => !atAlice.members.includes(bob.did))
  await atAlice.send('without Bob')
  await carol.read(atAlice.id, 'without Bob')
  expect(await bob.texts(atAlice.id)).not.toContain('without Bob')
  expect(atBob.status).toBe('gone')
  await until('they agree', () => atAlice.epochAuthenticator === atCarol.epochAuthenticator)

  const stored = await service.context.db.selectFrom('conversations').selectAll().execute()
  expect(JSON.stringify(stored)).not.toContain('Owls')
  expect(service.log.join('\n')).not.toContain('without Bob')
})

test('a direct conversation is one for the pair, whoever asks', async () => {
  const [alice, bob] = (await stage.online(2)) as [Client, Client]
  const first = await alice.mls.direct(bob.did)
  await bob.joined(first.id)
  expect((await bob.mls.direct(alice.did)).id).toBe(first.id)

  const laptop = await stage.open({ account: alice.account })
  await laptop.mls.sync()
  const again = await laptop.mls.direct(bob.did)
  expect(again.id).toBe(first.id)
  await again.send('from the laptop')
  await bob.read(first.id, 'from the laptop')
  await alice.read(first.id, 'from the laptop')
})

test('racing commits: all are done in the end, and all agree', async () => {
  const [alice, bob, carol, ...others] = (await stage.online(6)) as Client[]
  const convo = await alice!.mls.create({ people: [bob!.did, carol!.did] })
  const all = await Promise.all([alice, bob, carol].map((client) => client!.joined(convo.id)))
  await Promise.all(all.map((at) => at.updateKeys()))
  await alice!.mls.conversation(convo.id).setRole(bob!.did, 'admin')
  await Promise.all([
    all[0]!.add(others[0]!.did),
    all[1]!.add(others[1]!.did, others[2]!.did),
    all[2]!.updateKeys(),
    all[0]!.send('in the middle of it'),
  ])
  const everyone = await Promise.all(others.map((client) => client.joined(convo.id)))
  await until('they agree', () => {
    const epochs = [...all, ...everyone].map(({ epochAuthenticator }) => epochAuthenticator)
    return new Set(epochs).size === 1
  })
  expect(all[0]!.members).toHaveLength(6)
  await bob!.read(convo.id, 'in the middle of it')
})

test('a request is taken, and a conversation muted, for the whole account', async () => {
  const [alice, bob] = (await stage.online(2)) as [Client, Client]
  const { id } = await alice.mls.create({ people: [bob.did] })
  const atBob = await bob.joined(id)
  await until('it is a request', () => atBob.facts?.status === 'request')
  await atBob.accept()
  expect(atBob.facts).toMatchObject({ status: 'accepted', muted: false })
  await atBob.mute()
  expect(atBob.facts).toMatchObject({ status: 'accepted', muted: true })
  const tablet = await stage.open({ account: bob.account })
  await tablet.mls.sync()
  expect(tablet.mls.conversation(id).facts).toMatchObject({ status: 'accepted', muted: true })
  await atBob.unmute()
  expect(atBob.facts?.muted).toBe(false)
})

test('typing and read receipts reach those who are there, and leave nothing behind', async () => {
  const [alice, bob] = (await stage.online(2)) as [Client, Client]
  const atAlice = await alice.mls.create({ people: [bob.did] })
  const atBob = await bob.joined(atAlice.id)
  const before = await service.context.db.selectFrom('messages').selectAll().execute()
  await atAlice.typing()
  await until('Bob sees it', () => bob.events.some(({ type }) => type === 'typing'))
  await atBob.markRead({ tell: true })
  await until('Alice sees it', () => alice.events.some(({ type }) => type === 'read'))
  const after = await service.context.db.selectFrom('messages').selectAll().execute()
  expect(after).toHaveLength(before.length)
  await atAlice.send('and this one is kept')
  await bob.read(atAlice.id, 'and this one is kept')
})

test('a picture: only its readers can open it, and a changed one is refused', async () => {
  const [alice, bob] = (await stage.online(2)) as [Client, Client]
  const atAlice = await alice.mls.create({ people: [bob.did] })
  const picture = crypto.getRandomValues(new Uint8Array(20_000))
  const attachment = await atAlice.upload(picture, { mimeType: 'image/png', name: '../an owl.png' })
  await atAlice.send({ type: 'text', text: 'look', attachments: [attachment] })
  const atBob = await bob.joined(atAlice.id)
  await bob.read(atAlice.id, 'look')
  const [entry] = (await atBob.history()).slice(-1)
  const sent =
    entry?.kind === 'message' && entry.payload.type === 'text' ? entry.payload : undefined
  const [received] = sent?.attachments ?? []
  expect(received).toMatchObject({ mimeType: 'image/png', name: '.._an owl.png', size: 20_000 })
  expect(Buffer.compare(await atBob.download(received!), picture)).toBe(0)

  const other = { ...received!, sha256: '00'.repeat(32) }
  await expect(atBob.download(other)).rejects.toMatchObject({ code: 'attachment' })
  const wrongKey = { ...received!, key: '00'.repeat(32) }
  await expect(atBob.download(wrongKey)).rejects.toMatchObject({ code: 'attachment' })
  const blobs = await service.context.db.selectFrom('blobs').select('size').execute()
  expect(blobs.map(({ size }) => Number(size))).not.toContain(20_000)
})

type Client = Awaited<ReturnType<SdkStage['open']>>
