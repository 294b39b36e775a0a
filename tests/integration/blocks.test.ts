import { randomBytes } from 'node:crypto'
import { sql } from 'kysely'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { type AppviewBehaviour, startAppview, type TestAppview } from '../support/appview.js'
import type { ClientConvo } from '../support/client-convo.js'
import type { ClientDevice } from '../support/client-device.js'
import { ConvoStage, type Met, OPENS_WITHIN_MS } from '../support/convo-stage.js'
import { leaseRegardless } from '../support/lease.js'
import { TestGroup } from '../support/mls/index.js'

let stage: ConvoStage
let appview: TestAppview
/** Two who go on not being joined by anybody. */
let met: Met
beforeAll(async () => {
  appview = await startAppview()
  stage = await ConvoStage.open({ env: { APPVIEW_URL: appview.url } })
  met = await stage.met(2)
}, OPENS_WITHIN_MS)
afterEach(() => appview.behave('serve'))
afterAll(async () => {
  await stage?.[Symbol.asyncDispose]()
  await appview?.[Symbol.asyncDispose]()
})

describe('blockAccount, unblockAccount, getBlocks', () => {
  test('keep a list for the account alone, however often each is said', async () => {
    const [alice, bob, carol] = (await stage.devices(3)) as Three
    for (const did of [bob.did, carol.did, bob.did]) await block(alice, did)
    const { blocks } = await alice.api.query('getBlocks')
    expect(blocks.map(({ did }) => did)).toEqual([carol.did, bob.did])
    expect(await bob.api.query('getBlocks')).toEqual({ blocks: [] })
    for (let i = 0; i < 2; i++) await alice.api.procedure('unblockAccount', { did: bob.did })
    expect((await alice.api.query('getBlocks')).blocks).toMatchObject([{ did: carol.did }])
  })

  test('page through it, and take no cursor of another making', async () => {
    const alice = await stage.device()
    const others = Array.from({ length: 5 }, (_, i) => `did:plc:${'abcde'[i]!.repeat(24)}`)
    for (const did of others) await block(alice, did)
    const seen: string[] = []
    let cursor: string | undefined
    do {
      const page = await alice.api.query('getBlocks', { limit: 2, cursor })
      expect(page.blocks.length).toBeLessThanOrEqual(2)
      seen.push(...page.blocks.map(({ did }) => did))
      cursor = page.cursor
    } while (cursor !== undefined)
    expect(seen).toEqual(others.reverse())
    const other = () => alice.api.query('getBlocks', { cursor: 'bm9uc2Vuc2U' })
    await stage.refuses(other, 'InvalidCursor')
  })

  test('keep ten thousand; the next has to wait for one to go', async () => {
    const alice = await stage.device()
    await sql`
      insert into blocks (did, subject)
      select ${alice.did}, 'did:web:' || n || '.example.com' from generate_series(1, 9999) as n
    `.execute(stage.db)
    await block(alice, plcDid(1))
    await expect(block(alice, plcDid(2))).rejects.toMatchObject({ error: 'QuotaExceeded' })
    // Who is blocked already is no further one.
    await block(alice, plcDid(1))
    await alice.api.procedure('unblockAccount', { did: plcDid(1) })
    await block(alice, plcDid(2))
    await sql`delete from blocks where did = ${alice.did}`.execute(stage.db)
  })

  test('refuse oneself, and what is no account', async () => {
    const alice = await stage.device()
    await stage.refuses(() => block(alice, alice.did), 'InvalidRequest', /itself/)
    await stage.refuses(() => block(alice, 'did:key:zQ3sh'), 'InvalidRequest')
    expect(await alice.api.query('getBlocks')).toEqual({ blocks: [] })
  })
})

/** Each lets one account block another; `who` is of (adder, member, target, another target). */
const BLOCKS: [string, (from: ClientDevice, to: ClientDevice) => Promise<void> | void][] = [
  ['kept here', (from, to) => block(from, to.did)],
  ['public', (from, to) => appview.block(from.did, to.did)],
  ['public, by a list', (from, to) => appview.blockByList(from.did, to.did)],
]

describe.each(BLOCKS)('a block %s', (_kind, makeBlock) => {
  test.each([
    ['of the adder by the target', 2, 0],
    ['of the target by the adder', 0, 2],
    ['of another member by the target', 2, 1],
    ['of the target by another member', 1, 2],
    ['between two that are added', 2, 3],
  ])('%s keeps the addition away', async (_who, from, to) => {
    const { convoId, people, convos } = met
    const targets = await stage.devices(2)
    const four = [...people, ...targets]
    const change = await leased(convos[0]!, targets)
    convos[0]!.group.drop()
    await makeBlock(four[from]!, four[to]!)
    const add = () => people[0]!.api.procedure('addMembers', { convoId, change })
    await stage.refuses(add, 'BlockedByMember')
  })

  test('keeps a new conversation away, and one for two', async () => {
    const [alice, bob] = (await stage.devices(2)) as Two
    await makeBlock(bob, alice)
    for (const kind of ['group', 'direct']) {
      const founding = await foundingOf(alice, [bob])
      const create = () => alice.api.procedure('createConvo', { ...founding, kind })
      await stage.refuses(create, 'BlockedByMember')
    }
  })
})

test('control: without a block the same additions are taken', async () => {
  const { people, convos } = await stage.met(2)
  const targets = await stage.devices(2)
  const { convoId } = convos[0]!
  const change = await leased(convos[0]!, targets)
  await people[0]!.api.procedure('addMembers', { convoId, change })
  const founding = await foundingOf(people[0]!, [targets[0]!])
  await people[0]!.api.procedure('createConvo', { ...founding, kind: 'direct' })
})

test('a block of a former member does not count, and one that was taken back neither', async () => {
  const { people, convos } = await stage.met(3)
  const [alice, bob, carol] = people as Three
  const target = await stage.device()
  await block(bob, target.did)
  await block(carol, target.did)
  await convos[0]!.remove([bob.did])
  const { convoId } = convos[0]!
  const change = await leased(convos[0]!, [target])
  const add = () => alice.api.procedure('addMembers', { convoId, change })
  await stage.refuses(add, 'BlockedByMember')
  await carol.api.procedure('unblockAccount', { did: target.did })
  await add()
})

test('a block hides nothing that both are in already', async () => {
  const { convoId, people, convos } = await stage.met(2)
  const [alice, bob] = people as Two
  await convos[1]!.send('before')
  await block(alice, bob.did)
  appview.block(alice.did, bob.did)
  await convos[1]!.send('after')
  await convos[0]!.catchUp()
  expect(convos[0]!.read.map(({ text }) => text)).toEqual(['before', 'after'])
  await convos[0]!.update()
  await convos[1]!.catchUp()
  expect((await bob.api.query('getMembers', { convoId })).members).toHaveLength(2)
  // What both are in can still be mended: a device of either comes in.
  await stage.device(alice.api.account as never, 'laptop')
  await convos[1]!.add([alice.did])
  expect((await stage.roster(convoId)).leaves).toHaveLength(3)
})

describe('the AppView', () => {
  test('is asked before an addition, in batches, and not again within a minute', async () => {
    const { people, convos } = await stage.met(2)
    const [alice] = people as Two
    appview.follow(alice.did, alice.did)
    const target = await stage.device()
    const others = Array.from({ length: 65 }, (_, i) => plcDid(i))
    const before = appview.questions.length
    await stage.service.context.outside.relationships(target.did as never, others as never)
    const asked = appview.questions.slice(before)
    expect(asked.map((question) => question.others.length).sort()).toEqual([30, 30, 5])

    await convos[0]!.add([target.did])
    const pairs = () =>
      appview.questions.filter(
        ({ actor, others: of }) =>
          [actor, ...of].includes(alice.did) && [actor, ...of].includes(target.did),
      )
    expect(pairs()).toHaveLength(1)
    await convos[0]!.remove([target.did])
    await convos[0]!.add([target.did])
    expect(pairs()).toHaveLength(1)
  })

  test('makes an account accept whom it follows', async () => {
    const [alice, fan, stranger] = (await stage.devices(3)) as Three
    appview.follow(fan.did, alice.did)
    appview.follow(alice.did, stranger.did)
    const { convoId } = await alice.createConvo([fan.did, stranger.did])
    const { members } = await alice.api.query('getMembers', { convoId })
    expect(members.map(({ did, status }) => [did, status])).toEqual(
      expect.arrayContaining([
        [fan.did, 'accepted'],
        [stranger.did, 'request'],
      ]),
    )
  })

  test.each<AppviewBehaviour>(['fail', 'garbage', 'hang'])(
    'that does this keeps additions away, and nothing else: %s',
    async (behaviour) => {
      const { convoId, people, convos } = await stage.met(2)
      const [alice, bob] = people as Two
      const target = await stage.device()
      const change = await leased(convos[0]!, [target])
      const founding = await foundingOf(alice, [target])
      appview.behave(behaviour)
      const calls = () => [
        alice.api.procedure('addMembers', { convoId, change }),
        alice.api.procedure('createConvo', founding),
        alice.api.query('getKeyPackages', { dids: [target.did] }),
      ]
      const outcomes = await stage.changesNothing(() => Promise.allSettled<unknown>(calls()))
      for (const outcome of outcomes) {
        expect(outcome).toMatchObject({
          status: 'rejected',
          reason: { error: 'ServiceUnavailable', message: expect.stringContaining('asked') },
        })
      }

      convos[0]!.group.drop()
      await convos[0]!.send('going on')
      await convos[1]!.update()
      await convos[0]!.remove([bob.did])
      appview.behave('serve')
      await convos[0]!.catchUp()
      await convos[0]!.add([target.did])
    },
  )
})

type Two = [ClientDevice, ClientDevice]
type Three = [ClientDevice, ClientDevice, ClientDevice]

async function block(who: ClientDevice, did: string): Promise<void> {
  await who.api.procedure('blockAccount', { did })
}

/** A change that adds all devices of the targets. */
async function leased(convo: ClientConvo, targets: ClientDevice[]) {
  const add = await leaseRegardless(stage, convo.api.did, targets, convo.convoId)
  return convo.group.commit({ add })
}

async function foundingOf(creator: ClientDevice, targets: ClientDevice[]) {
  const group = await TestGroup.create(creator.mls, randomBytes(16))
  const add = await leaseRegardless(stage, creator.did, targets, group.groupId)
  return { genesis: await group.groupInfo(), change: await group.commit({ add }) }
}

function plcDid(index: number): string {
  return `did:plc:${index.toString(2).replaceAll('0', 'a').replaceAll('1', 'b').padStart(24, 'c')}`
}
