import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { leasePackages } from '../support/client-convo.js'
import type { ClientConvo } from '../support/client-convo.js'
import type { ClientDevice } from '../support/client-device.js'
import { ConvoStage, OPENS_WITHIN_MS } from '../support/convo-stage.js'
import { flipBit, forgeCommit, readKeyPackage, TestGroup } from '../support/mls/index.js'
import type { Change, CommitOptions } from '../support/mls/index.js'

/** In a commit, from its end: before the confirmation and the membership tag, 33 bytes each. */
const SIGNATURE_AT = -70

let stage: ConvoStage
let convoId: string
let alice: ClientDevice, bob: ClientDevice, carol: ClientDevice, dora: ClientDevice
let ours: ClientConvo, bobs: ClientConvo
beforeAll(async () => {
  stage = await ConvoStage.open()
  dora = await stage.device()
}, OPENS_WITHIN_MS)
afterAll(() => stage?.[Symbol.asyncDispose]())
/** Alice is admin, Bob and Carol are members, Dora is outside. */
beforeEach(async () => {
  const met = await stage.met(3)
  convoId = met.convoId
  ;[alice, bob, carol] = met.people as [ClientDevice, ClientDevice, ClientDevice]
  ;[ours, bobs] = met.convos as [ClientConvo, ClientConvo]
  await dora.publish(4)
})

describe('addMembers', () => {
  test('adds, delivers, announces; the same bytes again have one effect', async () => {
    const input = { convoId, change: await adding(bob, [dora]), didList: [dora.did] }
    const answers = await Promise.all(
      Array.from({ length: 6 }, () => bob.api.procedure('addMembers', input)),
    )
    expect(answers).toEqual(answers.map(() => ({ success: true, newEpoch: 2, seq: 2 })))
    const again = await stage.changesNothing(() => bob.api.procedure('addMembers', input))
    expect(again).toEqual(answers[0])
    expect(await stage.roster(convoId)).toMatchObject({
      epoch: 2,
      lastSeq: 2,
      members: [
        { did: alice.did, role: 'admin', interval: [1, undefined] },
        { did: bob.did },
        { did: carol.did },
        { did: dora.did, role: 'member', interval: [2, undefined] },
      ],
      leaves: [
        [alice.mls.name, null],
        [bob.mls.name, null],
        [carol.mls.name, null],
        [dora.mls.name, null],
      ],
    })
    await ours.catchUp()
    const [joined] = (await dora.join()).filter((convo) => convo.convoId === convoId)
    expect(joined!.group.epochAuthenticator).toEqual(ours.group.epochAuthenticator)
    // One who joins by a repeated commit still gets the answer of the first.
    expect(await dora.api.procedure('addMembers', input)).toEqual(answers[0])
  })

  test.each<[string, string, (change: Change) => Change]>([
    [
      'a commit with a broken signature',
      'InvalidCommit',
      (change) => ({
        ...change,
        commit: flipBit(change.commit, SIGNATURE_AT),
      }),
    ],
    [
      'a GroupInfo with a broken signature',
      'InvalidGroupInfo',
      (change) => ({
        ...change,
        groupInfo: flipBit(change.groupInfo, -1),
      }),
    ],
    ['no welcome', 'InvalidWelcome', ({ commit, groupInfo }) => ({ commit, groupInfo })],
    [
      'bytes that are no MLSMessage',
      'InvalidMlsMessage',
      (change) => ({
        ...change,
        commit: Uint8Array.of(1, 2, 3),
      }),
    ],
  ])('refuses %s: %s', async (_what, error, breaks) => {
    const change = await adding(alice, [dora])
    const broken = { convoId, change: breaks(change) }
    await stage.refuses(() => alice.api.procedure('addMembers', broken), error, /RFC 9420 §/)
    await alice.api.procedure('addMembers', { convoId, change })
  })

  test('refuses a didList that the commit does not fit', async () => {
    const change = await adding(alice, [dora])
    for (const didList of [[], [bob.did], [dora.did, bob.did]]) {
      const input = { convoId, change, didList }
      await stage.refuses(
        () => alice.api.procedure('addMembers', input),
        'InvalidCommit',
        /didList/,
      )
    }
  })

  test('refuses a device that is in the tree already', async () => {
    const add = (await alice.api.query('getKeyPackages', { dids: [bob.did], convoId })).keyPackages
    const change = await forgeCommit(ours.group, {
      proposals: add.map(({ keyPackage }) => ({
        proposalType: 'add' as const,
        add: { keyPackage: readKeyPackage(keyPackage) },
      })),
    })
    await stage.refuses(
      () => alice.api.procedure('addMembers', { convoId, change }),
      'AlreadyMember',
    )
  })

  test('refuses a key package of another lease, of none, and a used one', async () => {
    const theirs = await leasePackages(bob.api, bobs.group, convoId, [dora.did])
    const unpublished = [(await dora.mls.keyPackage()).bytes]
    for (const add of [theirs, unpublished]) {
      const change = await ours.group.commit({ add })
      const call = () => alice.api.procedure('addMembers', { convoId, change })
      await stage.refuses(call, 'InvalidKeyPackage', /getKeyPackages/)
    }
    ours.group.drop()
    await bobs.add([dora.did])
    await ours.catchUp()
    await ours.remove([dora.did])
    const change = await ours.group.commit({ add: theirs })
    const call = () => alice.api.procedure('addMembers', { convoId, change })
    await stage.refuses(call, 'InvalidKeyPackage', /getKeyPackages/)
  })

  test('keeps to maxMembers and whoCanAdd', async () => {
    await alice.api.procedure('updateConvo', {
      convoId,
      policy: { whoCanAdd: 'admin', maxMembers: 3 },
    })
    const byBob = { convoId, change: await adding(bob, [dora]) }
    await stage.refuses(() => bob.api.procedure('addMembers', byBob), 'NotAdmin')
    const emil = await stage.device()
    const byAlice = { convoId, change: await adding(alice, [emil]) }
    await stage.refuses(() => alice.api.procedure('addMembers', byAlice), 'TooManyMembers', /3/)
    await alice.api.procedure('updateConvo', {
      convoId,
      policy: { whoCanAdd: 'admin', maxMembers: 4 },
    })
    await alice.api.procedure('addMembers', byAlice)
  })

  test('adds a second device of the own account under every policy', async () => {
    const policy = { whoCanAdd: 'admin', maxMembers: 3 }
    await alice.api.procedure('updateConvo', { convoId, policy })
    const laptop = await stage.device(bob.api.account as never, 'laptop')
    await bobs.add([bob.did])
    expect(await stage.roster(convoId)).toMatchObject({
      members: [{}, { did: bob.did, interval: [1, undefined] }, {}],
      leaves: [{}, {}, {}, [laptop.mls.name, null]],
    })
  })
})

describe('removeMembers', () => {
  test('removes all leaves of an account, which reads its removal and no more', async () => {
    const input = { convoId, change: await removing(ours, [bob.did]), didList: [bob.did] }
    const answer = await alice.api.procedure('removeMembers', input)
    expect(answer).toEqual({ success: true, newEpoch: 2, seq: 2 })
    expect(await stage.changesNothing(() => alice.api.procedure('removeMembers', input))).toEqual(
      answer,
    )
    await ours.catchUp()
    await ours.send('they are gone')
    expect(await stage.roster(convoId)).toMatchObject({
      members: [{ interval: [1, undefined] }, { did: bob.did, interval: [1, 2] }, {}],
      leaves: [
        [alice.mls.name, null],
        [carol.mls.name, null],
      ],
    })
    await bobs.catchUp()
    expect(bobs.group.removed).toBe(true)
    expect((await bobs.history()).map(({ seq }) => seq)).toEqual([1, 2])
  })

  test('by every role, of every role', async () => {
    const role = (did: string, to: string) =>
      alice.api.procedure('setMemberRole', { convoId, did, role: to })
    const attempt = async () => {
      const change = await removing(bobs, [carol.did])
      return bob.api.procedure('removeMembers', { convoId, change })
    }
    for (const [own, others] of [
      ['member', 'member'],
      ['moderator', 'moderator'],
      ['moderator', 'admin'],
    ] as const) {
      await role(bob.did, own)
      await role(carol.did, others)
      await stage.refuses(attempt, 'NotAdmin')
    }
    await role(carol.did, 'member')
    expect(await attempt()).toMatchObject({ newEpoch: 2 })
  })

  test('refuses to leave a leaf of the account, and a didList that does not fit', async () => {
    await stage.device(carol.api.account as never, 'laptop')
    await bobs.add([carol.did])
    await ours.catchUp()
    const half = await ours.group.commit({ remove: ours.group.leavesOf(carol.mls.name) })
    const call = () => alice.api.procedure('removeMembers', { convoId, change: half })
    await stage.refuses(call, 'InvalidCommit', /all its leaves/)
    const change = await removing(ours, [carol.did])
    for (const didList of [[], [bob.did], [bob.did, carol.did]]) {
      const input = { convoId, change, didList }
      await stage.refuses(
        () => alice.api.procedure('removeMembers', input),
        'InvalidCommit',
        /didList/,
      )
    }
    await alice.api.procedure('removeMembers', { convoId, change, didList: [carol.did] })
  })

  test('removes a member without a device by an empty commit and its name', async () => {
    await bob.api.procedure('deleteDevice', { deviceId: 'phone' })
    await ours.update({ remove: ours.group.leavesOf(bob.did) })
    expect((await stage.roster(convoId)).members[1]).toMatchObject({ interval: [1, undefined] })

    const carols = carol.convo(convoId)
    await carols.catchUp()
    const byCarol = { convoId, change: await carols.group.commit(), didList: [bob.did] }
    await stage.refuses(() => carol.api.procedure('removeMembers', byCarol), 'NotAdmin')
    const input = { convoId, change: await ours.group.commit(), didList: [bob.did] }
    const answer = await alice.api.procedure('removeMembers', input)
    expect(answer).toEqual({ success: true, newEpoch: 3, seq: 3 })
    expect((await stage.roster(convoId)).members[1]).toMatchObject({ interval: [1, 3] })
    expect((await stage.announced(convoId)).at(-1)).toMatchObject({ action: 'removed' })
    await ours.catchUp()
  })
})

describe('submitCommit', () => {
  test('updates a leaf; a stale commit learns where the conversation is', async () => {
    const stale = await bobs.group.commit()
    const winner = { convoId, change: await ours.group.commit() }
    const answer = await alice.api.procedure('submitCommit', winner)
    expect(answer).toEqual({ success: true, newEpoch: 2, seq: 2 })
    await stage.refuses(
      () => bob.api.procedure('submitCommit', { convoId, change: stale }),
      'EpochMismatch',
      /generation 0, epoch 2; epoch 1 was ended by the commit at seq 2/,
    )
    expect(await stage.changesNothing(() => alice.api.procedure('submitCommit', winner))).toEqual(
      answer,
    )
  })

  test('refuses another conversation’s group, and an external commit', async () => {
    const elsewhere = await bob.createConvo([])
    const change = await elsewhere.group.commit()
    const call = () => bob.api.procedure('submitCommit', { convoId, change })
    await stage.refuses(call, 'InvalidCommit', /groupId/)
    const { groupInfo } = await bob.api.query('getGroupInfo', { convoId })
    const external = (await TestGroup.joinExternally(bob.mls, groupInfo)).change
    await stage.refuses(
      () => bob.api.procedure('submitCommit', { convoId, change: external }),
      'InvalidCommit',
      /joinConvo/,
    )
  })

  test('keeps group context extensions to admins', async () => {
    const options: CommitOptions = {
      groupContextExtensions: [
        {
          extensionType: 'required_capabilities',
          extensionData: Uint8Array.of(0, 0, 0),
        },
      ],
    }
    const byBob = { convoId, change: await bobs.group.commit(options) }
    await stage.refuses(() => bob.api.procedure('submitCommit', byBob), 'NotAdmin')
    const byAlice = { convoId, change: await ours.group.commit(options) }
    await alice.api.procedure('submitCommit', byAlice)
  })

  test('knows nobody outside, and refuses a former member after the duplicate', async () => {
    const change = await bobs.group.commit()
    await stage.refuses(
      () => dora.api.procedure('submitCommit', { convoId, change }),
      'ConvoNotFound',
    )
    const answer = await bob.api.procedure('submitCommit', { convoId, change })
    await bobs.catchUp()
    await bob.api.procedure('leaveConvo', { convoId })
    expect(await bob.api.procedure('submitCommit', { convoId, change })).toEqual(answer)
    const later = await bobs.group.commit()
    const call = () => bob.api.procedure('submitCommit', { convoId, change: later })
    await stage.refuses(call, 'NotMember')
  })

  test('refuses a commit by another’s leaf', async () => {
    const change = await bobs.group.commit()
    const call = () => alice.api.procedure('submitCommit', { convoId, change })
    await stage.refuses(call, 'InvalidCommit')
  })
})

async function adding(who: ClientDevice, added: ClientDevice[]): Promise<Change> {
  const { group } = who.convo(convoId)
  const dids = added.map(({ did }) => did)
  return group.commit({ add: await leasePackages(who.api, group, convoId, dids) })
}

function removing({ group }: ClientConvo, dids: string[]): Promise<Change> {
  return group.commit({ remove: dids.flatMap((did) => group.leavesOf(did)) })
}
