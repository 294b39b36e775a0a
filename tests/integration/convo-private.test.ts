import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { ClientConvo, leasePackages } from '../support/client-convo.js'
import type { ClientDevice } from '../support/client-device.js'
import { ConvoStage, OPENS_WITHIN_MS } from '../support/convo-stage.js'
import { flipBit, forgeCommit, hex, resignGroupInfo, TestGroup } from '../support/mls/index.js'
import type { Change, CommitOptions, CommitTamper } from '../support/mls/index.js'
import { checkStanding } from '../support/standing-check.js'

let stage: ConvoStage
let convoId: string
let alice: ClientDevice, bob: ClientDevice, carol: ClientDevice, dora: ClientDevice
let ours: ClientConvo, bobs: ClientConvo
beforeAll(async () => {
  stage = await ConvoStage.open({ env: { COMMIT_FRAMING: 'any' } })
  dora = await stage.device()
}, OPENS_WITHIN_MS)
afterAll(() => stage?.[Symbol.asyncDispose]())
/** Alice is admin, Bob and Carol are members by an encrypted first commit; Dora is outside. */
beforeEach(async () => {
  ;[alice, bob, carol] = (await stage.devices(3)) as [ClientDevice, ClientDevice, ClientDevice]
  await dora.publish(3)
  const group = await TestGroup.create(alice.mls, randomBytes(16))
  convoId = group.groupId
  const input = {
    genesis: await group.groupInfo(),
    change: await group.commit({
      add: await leasePackages(alice.api, group, convoId, [bob.did, carol.did]),
      framing: 'private',
    }),
  }
  const { convo } = await alice.api.procedure('createConvo', input)
  expect(convo).toMatchObject({ convoId, epoch: 1, commitFraming: 'any', memberCount: 3 })
  expect(await stage.changesNothing(() => alice.api.procedure('createConvo', input))).toEqual({
    convo,
  })
  group.adopt()
  ours = new ClientConvo(alice.api, convoId, group, 1)
  ;[bobs] = (await bob.join()) as [ClientConvo]
  await carol.join()
})

describe('with COMMIT_FRAMING=any', () => {
  test('says so, by the service and by each conversation', async () => {
    expect(await alice.api.query('describeServer')).toMatchObject({ commitFraming: 'any' })
    expect((await bob.api.query('getConvo', { convoId })).convo.commitFraming).toBe('any')
  })

  test('adds, updates and removes by encrypted commits, and takes public ones between', async () => {
    const add = await leasePackages(bob.api, bobs.group, convoId, [dora.did])
    const added = {
      change: await bobs.group.commit({ add, framing: 'private' }),
      didList: [dora.did],
    }
    const answer = await bob.api.procedure('addMembers', { convoId, ...added })
    expect(answer).toEqual({ success: true, newEpoch: 2, seq: 2 })
    const again = () => bob.api.procedure('addMembers', { convoId, ...added })
    expect(await stage.changesNothing(again)).toEqual(answer)
    await bobs.catchUp()
    await ours.catchUp()
    const [doras] = (await dora.join()).filter((convo) => convo.convoId === convoId)
    expect(secretOf(doras!)).toBe(secretOf(ours))

    await ours.update({ framing: 'private' })
    await doras!.catchUp()
    await doras!.update()
    await ours.catchUp()
    await submit(alice, 'removeMembers', await removing([bob.did]), [bob.did])
    await ours.catchUp()
    await doras!.catchUp()
    expect(secretOf(doras!)).toBe(secretOf(ours))
    await bobs.catchUp()
    expect(bobs.group.removed).toBe(true)
    expect(await stage.roster(convoId)).toMatchObject({
      epoch: 5,
      lastSeq: 5,
      members: [
        { did: alice.did, role: 'admin', interval: [1, undefined] },
        { did: bob.did, interval: [1, 5] },
        { did: carol.did, interval: [1, undefined] },
        { did: dora.did, interval: [2, undefined] },
      ],
      leaves: [
        [alice.mls.name, null],
        [carol.mls.name, null],
        [dora.mls.name, null],
      ],
    })
    const { commits } = await alice.api.query('getCommits', { convoId, fromEpoch: 0 })
    // Two bytes of version, two of wire format: 1 public, 2 private.
    expect(commits.map(({ ciphertext }) => ciphertext![3])).toEqual([2, 2, 2, 1, 2])
    await checkStanding(stage.db, convoId)
  })

  test('lets a device in by a public commit, after encrypted ones', async () => {
    await ours.update({ framing: 'private' })
    const { groupInfo } = await carol.api.query('getGroupInfo', { convoId })
    const { group, change } = await TestGroup.joinExternally(carol.mls, groupInfo)
    await carol.api.procedure('joinConvo', { convoId, change })
    group.adopt()
    await ours.catchUp()
    expect(hex(group.epochAuthenticator)).toBe(secretOf(ours))
  })

  test('resets with an encrypted first commit', async () => {
    const group = await TestGroup.create(alice.mls, randomBytes(16))
    const add = await leasePackages(alice.api, group, convoId, [bob.did])
    const genesis = await group.groupInfo()
    const change = await group.commit({ add, framing: 'private' })
    const { convo } = await alice.api.procedure('resetConvo', { convoId, genesis, change })
    expect(convo).toMatchObject({ generation: 1, epoch: 1, commitFraming: 'any', resetSeq: 1 })
    group.adopt()
    const [joined] = await bob.join()
    expect(secretOf(joined!)).toBe(hex(group.epochAuthenticator))
  })

  test('asks of encrypted commits what it asks of public ones', async () => {
    const stale = await bobs.group.commit({ framing: 'private' })
    await ours.update({ framing: 'private' })
    await refused(bob, 'submitCommit', stale, 'EpochMismatch', /epoch 2.*seq 2/)
    await bobs.catchUp()

    const byBob = await bobs.group.commit({
      remove: bobs.group.leavesOf(carol.did),
      framing: 'private',
    })
    await refused(bob, 'removeMembers', byBob, 'NotAdmin')
    const context: CommitOptions = {
      groupContextExtensions: [{ extensionType: 0x000a, extensionData: Uint8Array.of(1) }],
      framing: 'private',
    }
    await refused(bob, 'submitCommit', await bobs.group.commit(context), 'NotAdmin')
    await refused(
      alice,
      'submitCommit',
      await bobs.group.commit({ framing: 'private' }),
      'InvalidCommit',
    )

    const unleased = [(await dora.mls.keyPackage()).bytes]
    const unknown = await ours.group.commit({ add: unleased, framing: 'private' })
    await refused(alice, 'addMembers', unknown, 'InvalidKeyPackage', /getKeyPackages/)
    const leased = await leasePackages(bob.api, bobs.group, convoId, [dora.did])
    const theirs = await ours.group.commit({ add: leased, framing: 'private' })
    await refused(alice, 'addMembers', theirs, 'InvalidKeyPackage', /getKeyPackages/)
    const { commit, groupInfo } = theirs
    await refused(alice, 'addMembers', { commit, groupInfo }, 'InvalidWelcome')

    await carol.api.procedure('leaveConvo', { convoId })
    const without = await ours.group.commit({ framing: 'private' })
    await refused(alice, 'submitCommit', without, 'PendingRemovals', /carol|#phone/)
    const { change, didList } = { change: await removing([carol.did]), didList: [] }
    await submit(alice, 'removeMembers', change, didList)
  })

  test.each<[string, string, (change: Change) => Change | Promise<Change>]>([
    [
      'another’s signature',
      'InvalidGroupInfo',
      (c) => ({ ...c, groupInfo: flipBit(c.groupInfo, -1) }),
    ],
    [
      'a GroupInfo of the epoch before',
      'InvalidGroupInfo',
      async (c) => ({ ...c, groupInfo: await ours.group.groupInfo() }),
    ],
    [
      'a tree of its own',
      'InvalidGroupInfo',
      async (c) => ({
        ...c,
        groupInfo: await resignGroupInfo(alice.mls, c.groupInfo, (info) => ({
          ...info,
          groupContext: { ...info.groupContext, treeHash: new Uint8Array(32) },
        })),
      }),
    ],
    [
      'an application message',
      'InvalidCommit',
      async (c) => ({ ...c, commit: await ours.group.encrypt('no commit') }),
    ],
    [
      'a byte after the commit',
      'InvalidCommit|InvalidMlsMessage',
      (c) => ({ ...c, commit: Uint8Array.from([...c.commit, 0]) }),
    ],
  ])('refuses %s', async (_what, error, breaks) => {
    const change = await ours.group.commit({ framing: 'private' })
    await refused(alice, 'submitCommit', await breaks(change), error)
    await submit(alice, 'submitCommit', change)
  })

  test.each<[string, CommitTamper]>([
    ['a leaf key that another has', { leaf: (l) => ({ ...l, hpkePublicKey: keyOf(2) }) }],
    ['another device’s name', { leaf: (l) => ({ ...l, credential: bob.mls.credential }) }],
    ['a wrong parent hash', { leaf: (l) => ({ ...l, parentHash: new Uint8Array(32) }) }],
    ['a path too short', { nodes: (nodes) => nodes.slice(1) }],
    ['another epoch', { nextContext: (c) => ({ ...c, epoch: c.epoch + 1n }) }],
    ['another signer', { groupInfo: (i) => ({ ...i, signer: 1 }) }],
  ])('refuses an encrypted commit with %s', async (_what, tamper) => {
    const draft = { framing: 'private' as const }
    const change = await forgeCommit(ours.group, { draft }, tamper)
    await refused(alice, 'submitCommit', change, 'InvalidCommit|InvalidGroupInfo', /§/)
    await submit(alice, 'submitCommit', await forgeCommit(ours.group, { draft }))
  })
})

test('without it, an encrypted commit is refused', async () => {
  await using strict = await ConvoStage.open()
  const { convoId, convos, people } = await strict.met(2)
  expect(await people[0]!.api.query('describeServer')).toMatchObject({ commitFraming: 'public' })
  const { convo } = await people[0]!.api.query('getConvo', { convoId })
  expect(convo.commitFraming).toBe('public')
  const change = await convos[0]!.group.commit({ framing: 'private' })
  const call = () => people[0]!.api.procedure('submitCommit', { convoId, change })
  await strict.refuses(call, 'InvalidCommit', /PublicMessage|public/)
})

type Method = 'addMembers' | 'removeMembers' | 'submitCommit'

function submit(who: ClientDevice, method: Method, change: Change, didList?: string[]) {
  return who.api.procedure(method, { convoId, change, ...(didList && { didList }) })
}

async function refused(
  who: ClientDevice,
  method: Method,
  change: Change,
  errors: string,
  words = /./,
) {
  const before = await stage.stored()
  const failure = await submit(who, method, change).then(
    () => ({ error: 'none', message: '' }),
    (error: unknown) => error as { error: string; message: string },
  )
  expect(errors.split('|')).toContain(failure.error)
  expect(failure.message).toMatch(words)
  expect(await stage.stored()).toEqual(before)
}

async function removing(dids: string[]): Promise<Change> {
  const remove = dids.flatMap((did) => ours.group.leavesOf(did))
  return ours.group.commit({ remove, framing: 'private' })
}

function secretOf({ group }: ClientConvo): string {
  return hex(group.epochAuthenticator)
}

function keyOf(leafIndex: number): Uint8Array {
  const node = ours.group.state.ratchetTree[2 * leafIndex]
  if (node?.nodeType !== 'leaf') throw new Error('no such leaf')
  return node.leaf.hpkePublicKey
}
