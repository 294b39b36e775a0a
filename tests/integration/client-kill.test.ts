import { afterAll, beforeAll, expect, test } from 'vitest'
import { FailingStore } from '../support/failing-store.js'
import { Random } from '../support/random.js'
import type { SdkClient } from '../support/sdk.js'
import { SdkStage, until } from '../support/sdk.js'
import { startService } from '../support/service.js'
import type { TestService } from '../support/service.js'

const TEXTS = ['one', 'two', 'three']
/** All of them take minutes: `CLIENT_KILLS=all`. */
const KILLS = process.env['CLIENT_KILLS'] === 'all' ? Infinity : 3
const TIMEOUT_MS = 600_000

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

/** Creates a conversation, sends, adds somebody, renews keys, sends again: each step if it is not done. */
async function play({ mls }: SdkClient, people: { bob: string; carol: string }): Promise<string> {
  await mls.sync()
  const convo = mls.conversations()[0] ?? (await mls.create({ people: [people.bob], name: 'Owls' }))
  const done = async () =>
    (await convo.history()).flatMap((entry) =>
      entry.kind === 'message' && entry.payload.type === 'text' ? [entry.payload.text] : [],
    )
  const [first, second, third] = TEXTS as [string, string, string]
  if (!(await done()).includes(first)) await convo.send(first)
  if (!convo.members.includes(people.carol)) await convo.add(people.carol)
  if (!(await done()).includes(second)) await convo.send(second)
  await convo.updateKeys()
  if (!(await done()).includes(third)) await convo.send(third)
  return convo.id
}

test.each([
  { kind: 'before', after: false },
  { kind: 'after', after: true },
])(
  'killed $kind any write of the store: nothing is lost, nothing is twice',
  async ({ after }) => {
    const [bob, carol] = (await stage.online(2)) as [SdkClient, SdkClient]
    const people = { bob: bob.did, carol: carol.did }
    const total = await playThrough(people)
    expect(total).toBeGreaterThan(20)
    const seed = Random.seed()
    console.log(`MLS_SEED=${seed}, ${total} writes`)
    const writes = Array.from({ length: total - 1 }, (_, at) => at + 2)
    for (const failAt of new Random(seed).some(writes, KILLS)) {
      const store = new FailingStore()
      Object.assign(store, { failAt, after })
      const account = await service.createAccount()
      // A device whose keys never reached the store has to be made anew by the application.
      const killed = await killedWhile(() => stage.open({ account, store, keyPackages: 2 }), people)
      expect(killed, `write ${failAt} of ${total}`).toBe(true)
      const again = await stage.open({ account, store: store.kept, keyPackages: 2 })
      const convoId = await play(again, people)
      expect(again.mls.conversations(), `after write ${failAt}`).toHaveLength(1)
      expect(await again.texts(convoId), `after write ${failAt}`).toEqual(TEXTS)
      const atBob = await bob.joined(convoId)
      const atCarol = await carol.joined(convoId)
      const atAlice = again.mls.conversation(convoId)
      await until('all agree', () => {
        const authenticators = [atAlice, atBob, atCarol].map((at) => at.epochAuthenticator)
        return new Set(authenticators).size === 1
      })
      await bob.read(convoId, ...TEXTS)
      expect(await bob.texts(convoId)).toEqual(TEXTS)
      await until('its name is known', () => atCarol.title?.name === 'Owls')
      await again.mls.close()
    }
  },
  TIMEOUT_MS,
)

/** How many writes there are when nobody dies: the control. */
async function playThrough(people: { bob: string; carol: string }): Promise<number> {
  const store = new FailingStore()
  const alice = await stage.open({ store, keyPackages: 2 })
  const convoId = await play(alice, people)
  expect(await alice.texts(convoId)).toEqual(TEXTS)
  await alice.mls.close()
  return store.writes
}

async function killedWhile(
  open: () => Promise<SdkClient>,
  people: { bob: string; carol: string },
): Promise<boolean> {
  let client: SdkClient | undefined
  try {
    client = await open()
    await play(client, people)
    return false
  } catch (error) {
    expect(error).toMatchObject({ code: expect.stringMatching(/storeFailed|closed/) })
    return true
  } finally {
    await client?.mls.close()
  }
}
