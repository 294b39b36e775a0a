import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Conversation } from '../../packages/client/src/index.js'
import type { ConvoId, Did } from '../../src/lib/ids.js'
import { FailingStore } from '../support/failing-store.js'
import { Random } from '../support/random.js'
import type { SdkClient } from '../support/sdk.js'
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

test('all follow into the new group by their welcomes, and nothing that was said is lost', async () => {
  const { alice, bob, carol, convoId, at } = await scene()
  await at[1].send('before')
  await at[0].reset()
  await at[0].send('after')
  await until('all are in it', () => agree(at) && at.every((convo) => convo.epoch! >= 1))
  await at[2].send('here, too')
  for (const client of [alice, bob, carol]) {
    await client.read(convoId, 'before', 'after', 'here, too')
    const changes = (await client.mls.conversation(convoId).history()).filter(
      (entry) => entry.kind === 'change',
    )
    expect(changes.filter(({ reset }) => reset)).toHaveLength(1)
    // One commit of the new group: nobody had to come in by one of its own.
    expect(changes.at(-1)).toMatchObject({ reset: true })
    expect(client.events.map(({ type }) => type)).not.toContain('trouble')
    expect(client.events.filter(({ type }) => type === 'reset').length).toBeGreaterThan(0)
  }
  expect(at.map(({ title }) => title?.name)).toEqual(['Owls', 'Owls', 'Owls'])
  await at[0].add((await online())[0].did)
  await until('they go on together', () => agree(at))
})

test('who was away reads up to the reset with the old keys, and goes on with the new ones', async () => {
  const { bob, carol, convoId, at } = await scene()
  await bob.mls.close()
  // Its packages are gone: it has no welcome, and comes in by a commit of its own.
  await service.context.db
    .deleteFrom('key_packages')
    .where('did', '=', carol.did as Did)
    .execute()
  await carol.mls.close()
  await at[0].send('while you were away')
  await at[0].updateKeys()
  await at[0].send('in the next epoch')
  await at[0].reset()
  await at[0].send('in the new group')

  const again = await stage.open({ account: bob.account, store: bob.store })
  await again.start()
  await again.read(convoId, 'while you were away', 'in the next epoch', 'in the new group')
  const late = await stage.open({ account: carol.account, store: carol.store })
  await late.start()
  await late.read(convoId, 'while you were away', 'in the next epoch')
  const all = [at[0], again.mls.conversation(convoId), late.mls.conversation(convoId)]
  await until('all are in it', () => agree(all))
  await at[0].send('now all of you')
  await again.read(convoId, 'in the new group', 'now all of you')
  await late.read(convoId, 'in the next epoch', 'now all of you')
  const unreadable = (await all[2]!.history()).filter(({ kind }) => kind === 'unreadable')
  expect(unreadable.length).toBeGreaterThan(0)
  expect(unreadable).not.toContainEqual(expect.objectContaining({ reason: 'failed' }))
})

test('an admin who has lost everything but the key resets; only admins do', async () => {
  const { alice, bob, convoId, at } = await scene()
  await expect(at[1].reset()).rejects.toMatchObject({ code: 'refused', error: 'NotAdmin' })
  await alice.mls.close()
  const groups = await alice.store.list({ prefix: 'group/' })
  await alice.store.write(groups.map(({ key }) => ({ key, value: undefined })))
  const again = await stage.open({ account: alice.account, store: alice.store })
  const broken = again.mls.conversation(convoId)
  expect(broken.status).toBe('waiting')
  await broken.reset()
  expect(broken.status).toBe('active')
  await broken.send('a new beginning')
  await bob.read(convoId, 'a new beginning')
  await again.start()
  await until('all agree', () => agree([broken, at[1], at[2]]))
})

test.each([{ after: false }, { after: true }])(
  'killed at any write of a reset (after it: $after): there is one new group, and all are in it',
  async ({ after }) => {
    const writes = await writesOfReset()
    expect(writes).toBeGreaterThan(2)
    const seed = Random.seed()
    const nth = 1 + new Random(seed).int(writes)
    console.log(`MLS_SEED=${seed}, write ${nth} of ${writes}`)
    const store = new FailingStore()
    const { alice, bob, convoId, at } = await scene(store)
    await alice.mls.close()
    const killed = await stage.open({ account: alice.account, store })
    Object.assign(store, { failAt: store.writes + nth, after })
    const reset = killed.mls.conversation(convoId).reset()
    const died = await reset.then(
      () => false,
      () => true,
    )
    expect(died).toBe(store.writes >= store.failAt)
    const again = await stage.open({ account: alice.account, store: store.kept })
    await again.start()
    const here = again.mls.conversation(convoId)
    if (here.facts === undefined || !(await wasReset(here))) await here.reset()
    await here.send('a new beginning')
    await bob.read(convoId, 'a new beginning')
    await until('all agree', () => agree([here, at[1], at[2]]))
    const rows = service.context.db
      .selectFrom('conversations')
      .where('convo_id', '=', convoId as ConvoId)
    expect(await rows.select('generation').executeTakeFirst()).toMatchObject({ generation: 1 })
  },
)

async function writesOfReset(): Promise<number> {
  const store = new FailingStore()
  const { alice, convoId } = await scene(store)
  await alice.mls.close()
  const client = await stage.open({ account: alice.account, store })
  const before = store.writes
  await client.mls.conversation(convoId).reset()
  await client.mls.close()
  return store.writes - before
}

async function wasReset(convo: Conversation): Promise<boolean> {
  return (await convo.safety()).generation > 0
}

/** Three people in a conversation, the first its admin. */
async function scene(store?: FailingStore) {
  const alice = await stage.open(store && { store })
  await alice.start()
  const [bob, carol] = await online(2)
  const { id } = await alice.mls.create({ people: [bob.did, carol.did], name: 'Owls' })
  const at = await Promise.all([alice, bob, carol].map((client) => client.joined(id)))
  await until('the name is known', () => at.every(({ title }) => title?.name === 'Owls'))
  await until('all have read all', () => new Set(at.map(({ position }) => position.seq)).size === 1)
  return { alice, bob, carol, convoId: id, at: at as [Conversation, Conversation, Conversation] }
}

async function online(count = 1): Promise<[SdkClient, SdkClient]> {
  return (await stage.online(count)) as [SdkClient, SdkClient]
}

function agree(convos: Conversation[]): boolean {
  const authenticators = convos.map(({ epochAuthenticator }) => epochAuthenticator)
  return authenticators[0] !== undefined && new Set(authenticators).size === 1
}
