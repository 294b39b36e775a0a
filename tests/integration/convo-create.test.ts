import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { leasePackages } from '../support/client-convo.js'
import type { ClientDevice } from '../support/client-device.js'
import { ConvoStage, OPENS_WITHIN_MS } from '../support/convo-stage.js'
import { flipBit, resignGroupInfo, TestGroup, withTrailingByte } from '../support/mls/index.js'

/** In the commit, from its end: before the confirmation and the membership tag, 33 bytes each. */
const SIGNATURE_AT = -70

let stage: ConvoStage
let alice: ClientDevice, bob: ClientDevice, carol: ClientDevice
beforeAll(async () => {
  stage = await ConvoStage.open()
  ;[alice, bob, carol] = (await stage.devices(3)) as [ClientDevice, ClientDevice, ClientDevice]
}, OPENS_WITHIN_MS)
afterAll(() => stage?.[Symbol.asyncDispose]())

describe('createConvo', () => {
  test('creates, adds and delivers in one transaction', async () => {
    const { input, group } = await founding(alice, [bob])
    const { convo } = await alice.api.procedure('createConvo', {
      ...input,
      metadata: { name: 'n' },
    })
    expect(convo).toMatchObject({
      convoId: group.groupId,
      groupId: group.groupId,
      generation: 0,
      epoch: 1,
      lastSeq: 1,
      creator: alice.did,
      role: 'admin',
      kind: 'group',
      status: 'accepted',
      memberCount: 2,
      metadata: { name: 'n' },
      pendingRemovals: [],
      intervals: [{ joinedSeq: 1 }],
    })
    expect(await stage.roster(group.groupId)).toEqual({
      generation: 0,
      epoch: 1,
      lastSeq: 1,
      resetSeq: null,
      closed: false,
      members: [
        { did: alice.did, role: 'admin', interval: [1, undefined] },
        { did: bob.did, role: 'member', interval: [1, undefined] },
      ],
      leaves: [
        [alice.mls.name, null],
        [bob.mls.name, null],
      ],
    })
    const { welcomes } = await bob.api.query('getWelcomes', { deviceId: 'phone' })
    expect(welcomes.filter(({ convoId }) => convoId === group.groupId)).toHaveLength(1)
    expect((await stage.announced(group.groupId)).map(({ kind }) => kind)).toEqual([
      'convo',
      'message',
      'membershipChange',
      'membershipChange',
      'convo',
      'welcome',
    ])
  })

  test('answers the same bytes with the same conversation, also many at once', async () => {
    const { input } = await founding(alice, [bob])
    const answers = await Promise.all(
      Array.from({ length: 8 }, () => alice.api.procedure('createConvo', input)),
    )
    expect(new Set(answers.map(({ convo }) => JSON.stringify(convo))).size).toBe(1)
    const again = await stage.changesNothing(() => alice.api.procedure('createConvo', input))
    expect(again).toEqual(answers[0])
  })

  test('refuses a group id that is taken by other bytes', async () => {
    const { input, group } = await founding(alice, [bob])
    await alice.api.procedure('createConvo', input)
    const { genesis } = input
    await stage.refuses(() => alice.api.procedure('createConvo', { genesis }), 'ConvoExists')
    const other = await TestGroup.create(bob.mls, Buffer.from(group.groupId, 'hex'))
    const taken = { genesis: await other.groupInfo() }
    await stage.refuses(() => bob.api.procedure('createConvo', taken), 'ConvoExists')
  })

  test('makes one direct conversation of a pair, whoever creates it', async () => {
    const first = await founding(bob, [carol])
    const { convo } = await bob.api.procedure('createConvo', { ...first.input, kind: 'direct' })
    expect(convo.members.map(({ did, role }) => [did, role])).toEqual([
      [bob.did, 'admin'],
      [carol.did, 'admin'],
    ])
    const second = await founding(carol, [bob])
    const answer = await stage.changesNothing(() =>
      carol.api.procedure('createConvo', { ...second.input, kind: 'direct' }),
    )
    expect(answer.convo).toMatchObject({ convoId: convo.convoId, epoch: 1, lastSeq: 1 })

    await carol.api.procedure('leaveConvo', { convoId: convo.convoId })
    const third = await founding(carol, [bob])
    const fresh = await carol.api.procedure('createConvo', { ...third.input, kind: 'direct' })
    expect(fresh.convo.convoId).toBe(third.group.groupId)
  })

  test('makes one direct conversation when both create it at once', async () => {
    const [dora, emil] = (await stage.devices(2)) as [ClientDevice, ClientDevice]
    const ours = await founding(dora, [emil])
    const theirs = await founding(emil, [dora])
    const answers = await Promise.all([
      dora.api.procedure('createConvo', { ...ours.input, kind: 'direct' }),
      emil.api.procedure('createConvo', { ...theirs.input, kind: 'direct' }),
    ])
    expect(new Set(answers.map(({ convo }) => convo.convoId)).size).toBe(1)
  })

  test('refuses a direct conversation of one or three accounts', async () => {
    const alone = await founding(alice, [])
    const three = await founding(alice, [bob, carol])
    for (const { input } of [alone, three]) {
      const direct = { ...input, kind: 'direct' }
      await stage.refuses(() => alice.api.procedure('createConvo', direct), 'InvalidRequest')
    }
  })

  test('refuses a group whose creator is not registered, or is another device', async () => {
    const nobody = await stage.service.device()
    const group = await TestGroup.create(nobody.mls, randomBytes(16))
    const genesis = await group.groupInfo()
    await stage.refuses(() => nobody.api.procedure('createConvo', { genesis }), 'DeviceUnknown')
    await stage.refuses(() => alice.api.procedure('createConvo', { genesis }), 'InvalidGroupInfo')
  })

  test.each<[string, string, (parts: Parts) => Promise<Parts> | Parts]>([
    [
      'genesis with a byte after it',
      'InvalidGroupInfo',
      (parts) => ({
        ...parts,
        genesis: withTrailingByte(parts.genesis),
      }),
    ],
    [
      'genesis with a broken signature',
      'InvalidGroupInfo',
      (parts) => ({
        ...parts,
        genesis: flipBit(parts.genesis, -1),
      }),
    ],
    [
      'genesis of a later epoch',
      'InvalidGroupInfo',
      async (parts) => ({
        ...parts,
        genesis: await resignGroupInfo(alice.mls, parts.genesis, (info) => ({
          ...info,
          groupContext: { ...info.groupContext, epoch: 3n },
        })),
      }),
    ],
    [
      'commit with a broken signature',
      'InvalidCommit',
      ({ genesis, change }) => ({
        genesis,
        change: { ...change, commit: flipBit(change.commit, SIGNATURE_AT) },
      }),
    ],
    [
      'change without its welcome',
      'InvalidWelcome',
      ({ genesis, change }) => ({
        genesis,
        change: { commit: change.commit, groupInfo: change.groupInfo },
      }),
    ],
    [
      'change with the genesis as its GroupInfo',
      'InvalidGroupInfo',
      ({ genesis, change }) => ({
        genesis,
        change: { ...change, groupInfo: genesis },
      }),
    ],
    [
      'change with a commit as its welcome',
      'InvalidWelcome',
      ({ genesis, change }) => ({
        genesis,
        change: { ...change, welcome: change.commit },
      }),
    ],
  ])('refuses a %s: %s', async (_what, error, breaks) => {
    const { input } = await founding(alice, [bob])
    const broken = await breaks({ genesis: input.genesis, change: input.change! })
    await stage.refuses(() => alice.api.procedure('createConvo', broken), error)
    await alice.api.procedure('createConvo', input)
  })

  test('refuses a key package that is leased to another, and one that was used', async () => {
    const group = await TestGroup.create(alice.mls, randomBytes(16))
    const theirs = await leasePackages(carol.api, group, group.groupId, [bob.did])
    const stolen = { genesis: await group.groupInfo(), change: await group.commit({ add: theirs }) }
    await stage.refuses(() => alice.api.procedure('createConvo', stolen), 'InvalidKeyPackage')

    const honest = await founding(alice, [bob])
    await alice.api.procedure('createConvo', honest.input)
    const second = await TestGroup.create(alice.mls, randomBytes(16))
    const used = {
      genesis: await second.groupInfo(),
      change: await second.commit({ add: honest.add }),
    }
    await stage.refuses(() => alice.api.procedure('createConvo', used), 'InvalidKeyPackage')
  })

  test('refuses a group id that is too short', async () => {
    const group = await TestGroup.create(alice.mls, randomBytes(15))
    const genesis = await group.groupInfo()
    await stage.refuses(() => alice.api.procedure('createConvo', { genesis }), 'InvalidGroupInfo')
  })
})

/** A new group of the creator's, and the request that creates its conversation with the others. */
async function founding(creator: ClientDevice, others: ClientDevice[]) {
  const group = await TestGroup.create(creator.mls, randomBytes(16))
  const dids = others.map(({ did }) => did)
  const add = dids.length ? await leasePackages(creator.api, group, group.groupId, dids) : []
  const genesis = await group.groupInfo()
  const change = add.length ? await group.commit({ add }) : undefined
  return { group, add, input: { genesis, change } }
}

interface Parts {
  genesis: Uint8Array
  change: { commit: Uint8Array; groupInfo: Uint8Array; welcome?: Uint8Array }
}
