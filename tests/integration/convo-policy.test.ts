import { randomBytes } from 'node:crypto'
import type { Proposal } from 'ts-mls'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ClientConvo, leasePackages } from '../support/client-convo.js'
import type { ClientDevice } from '../support/client-device.js'
import { ConvoStage, OPENS_WITHIN_MS } from '../support/convo-stage.js'
import { forgeCommit, readKeyPackage, TestGroup } from '../support/mls/index.js'
import type { Change, CommitOptions } from '../support/mls/index.js'

const ROLES = ['member', 'moderator', 'admin'] as const
type Role = (typeof ROLES)[number]

let stage: ConvoStage
beforeAll(async () => {
  stage = await ConvoStage.open()
}, OPENS_WITHIN_MS)
afterAll(() => stage?.[Symbol.asyncDispose]())

/** Alice is admin; Bob has the role in question, two devices, and does it; Carol, Dan and Eve are others. */
interface Cast {
  convoId: string
  alice: ClientDevice
  bob: ClientDevice
  bobs: ClientConvo
  laptop: ClientDevice
  /** Of this role, in the group. */
  others: Record<Role, ClientDevice>
  outsider: ClientDevice
}

interface Effect {
  what: string
  /** Who is allowed to; the others get the error. */
  by: readonly Role[]
  otherwise?: string
  build: (cast: Cast) => Promise<Change>
  didList?: (cast: Cast) => string[]
  before?: (cast: Cast) => Promise<unknown>
}

const ALL = ROLES
const NOBODY = [] as const

/** The table of §3 of the protocol, in its order. */
const effects: Effect[] = [
  {
    what: 'add another account, where members may',
    by: ALL,
    build: (cast) => adding(cast, [cast.outsider.did]),
  },
  {
    what: 'add another account, where admins may',
    by: ['admin'],
    otherwise: 'NotAdmin',
    before: (cast) => policy(cast, 'admin'),
    build: (cast) => adding(cast, [cast.outsider.did]),
  },
  {
    what: 'add another member’s device, where admins may',
    by: ['admin'],
    otherwise: 'NotAdmin',
    before: async (cast) => {
      await policy(cast, 'admin')
      await stage.device(cast.others.member.api.account as never, 'tablet')
    },
    build: (cast) => adding(cast, [cast.others.member.did]),
  },
  {
    what: 'add an own device, where admins may',
    by: ALL,
    before: async (cast) => {
      await policy(cast, 'admin')
      await stage.device(cast.bob.api.account as never, 'tablet')
    },
    build: (cast) => adding(cast, [cast.bob.did]),
  },
  {
    what: 'remove an own device',
    by: ALL,
    build: (cast) => removing(cast, cast.laptop.mls.name),
  },
  {
    what: 'replace an own device',
    by: ALL,
    before: (cast) => stage.device(cast.bob.api.account as never, 'tablet'),
    build: async (cast) => {
      const { group } = cast.bobs
      const add = await leasePackages(cast.bob.api, group, cast.convoId, [cast.bob.did])
      return group.commit({ add, remove: group.leavesOf(cast.laptop.mls.name) })
    },
  },
  {
    what: 'remove a member',
    by: ['moderator', 'admin'],
    otherwise: 'NotAdmin',
    build: (cast) => removing(cast, cast.others.member.did),
  },
  {
    what: 'remove a moderator',
    by: ['admin'],
    otherwise: 'NotAdmin',
    build: (cast) => removing(cast, cast.others.moderator.did),
  },
  {
    what: 'remove an admin',
    by: ['admin'],
    otherwise: 'NotAdmin',
    build: (cast) => removing(cast, cast.others.admin.did),
  },
  {
    what: 'remove a member without a device, by name',
    by: ['moderator', 'admin'],
    otherwise: 'NotAdmin',
    before: async (cast) => {
      await cast.others.member.api.procedure('deleteDevice', { deviceId: 'phone' })
      const ours = cast.alice.convo(cast.convoId)
      await ours.update({ remove: ours.group.leavesOf(cast.others.member.did) })
    },
    build: (cast) => cast.bobs.group.commit(),
    didList: (cast) => [cast.others.member.did],
  },
  {
    what: 'remove a member by name, with the leaf that its deleted device left',
    by: ['moderator', 'admin'],
    otherwise: 'NotAdmin',
    before: async (cast) => {
      await cast.others.member.api.procedure('deleteDevice', { deviceId: 'phone' })
    },
    build: (cast) => removing(cast, cast.others.member.did),
    didList: (cast) => [cast.others.member.did],
  },
  {
    what: 'remove one of two devices of another',
    by: NOBODY,
    otherwise: 'NotAdmin|InvalidCommit',
    before: async (cast) => {
      const second = await stage.device(cast.others.member.api.account as never, 'tablet')
      await cast.alice.convo(cast.convoId).add([second.did])
    },
    build: (cast) => removing(cast, cast.others.member.mls.name),
  },
  {
    what: 'remove the pending leaf of one who left',
    by: ALL,
    before: (cast) => leaves(cast, cast.others.admin),
    build: (cast) => removing(cast, cast.others.admin.did),
  },
  {
    what: 'remove the pending leaf of a deleted device',
    by: ALL,
    before: (cast) => cast.others.admin.api.procedure('deleteDevice', { deviceId: 'phone' }),
    build: (cast) => removing(cast, cast.others.admin.did),
  },
  {
    what: 'leave a pending leaf in the tree',
    by: NOBODY,
    otherwise: 'PendingRemovals',
    before: (cast) => leaves(cast, cast.others.member),
    build: (cast) => cast.bobs.group.commit(),
  },
  { what: 'update the own leaf', by: ALL, build: (cast) => cast.bobs.group.commit() },
  {
    what: 'update another’s leaf',
    by: NOBODY,
    otherwise: 'InvalidCommit',
    build: async (cast) => {
      const { bytes } = await cast.others.member.mls.keyPackage()
      const { leafNode } = readKeyPackage(bytes)
      const update = { proposalType: 'update', update: { leafNode } } as unknown as Proposal
      return forgeCommit(cast.bobs.group, { proposals: [update] })
    },
  },
  {
    what: 'change the group context',
    by: ['admin'],
    otherwise: 'NotAdmin',
    build: (cast) => cast.bobs.group.commit(CONTEXT),
  },
  {
    what: 'change the group context beside an add',
    by: ['admin'],
    otherwise: 'NotAdmin',
    build: async (cast) => {
      const { group } = cast.bobs
      const add = await leasePackages(cast.bob.api, group, cast.convoId, [cast.outsider.did])
      return group.commit({ ...CONTEXT, add })
    },
  },
  {
    what: 'reinitialise the group',
    by: NOBODY,
    otherwise: 'InvalidCommit',
    build: (cast) =>
      forgeCommit(cast.bobs.group, {
        proposals: [
          {
            proposalType: 'reinit',
            reinit: {
              groupId: randomBytes(16),
              version: 'mls10',
              cipherSuite: 'MLS_128_DHKEMX25519_AES128GCM_SHA256_Ed25519',
              extensions: [],
            },
          },
        ],
        draft: { withPath: false },
      }),
  },
]

const CONTEXT: CommitOptions = {
  groupContextExtensions: [{ extensionType: 0x000a, extensionData: Uint8Array.of(1) }],
}

test.each(effects)('to $what', async ({ by, otherwise, build, didList, before }) => {
  let cast: Cast | undefined
  for (const role of ROLES) {
    // What is refused changes nothing, so that the next role finds everything as it was.
    if (cast === undefined) {
      cast = await gather()
      await before?.(cast)
    }
    const { convoId, alice, bob, bobs } = cast
    await alice.api.procedure('setMemberRole', { convoId, did: bob.did, role })
    await bobs.catchUp()
    const change = await build(cast)
    const input = { convoId, change, ...(didList && { didList: didList(cast) }) }
    const call = () => bob.api.procedure(didList ? 'removeMembers' : 'submitCommit', input)
    if ((by as readonly Role[]).includes(role)) {
      expect(await call(), role).toMatchObject({ success: true })
      cast = undefined
    } else {
      const error = otherwise === 'NotAdmin|InvalidCommit' ? PARTIAL[role] : otherwise!
      await stage.refuses(call, error)
      bobs.group.drop()
    }
  }
})

/** Who may not remove an account at all is told so first. */
const PARTIAL: Record<Role, string> = {
  member: 'NotAdmin',
  moderator: 'InvalidCommit',
  admin: 'InvalidCommit',
}

describe('a direct conversation', () => {
  test('has two admins, keeps both, and takes in their devices', async () => {
    const { convoId, alice, bob, ours } = await pair()
    const { members } = await stage.roster(convoId)
    expect(members.map(({ role }) => role)).toEqual(['admin', 'admin'])
    for (const role of ['member', 'moderator']) {
      const input = { convoId, did: bob.did, role }
      await stage.refuses(() => alice.api.procedure('setMemberRole', input), 'Forbidden')
    }
    const third = await stage.device()
    const add = await leasePackages(alice.api, ours.group, convoId, [third.did])
    const adding = { convoId, change: await ours.group.commit({ add }) }
    await stage.refuses(() => alice.api.procedure('addMembers', adding), 'Forbidden', /two/)
    const remove = ours.group.leavesOf(bob.did)
    const removing = { convoId, change: await ours.group.commit({ remove }) }
    await stage.refuses(() => alice.api.procedure('removeMembers', removing), 'Forbidden', /two/)
    const swapping = { convoId, change: await ours.group.commit({ remove, add }) }
    await stage.refuses(() => alice.api.procedure('submitCommit', swapping), 'Forbidden', /two/)
    ours.group.drop()

    const laptop = await stage.device(bob.api.account as never, 'laptop')
    await ours.add([bob.did])
    const { groupInfo } = await laptop.api.query('getGroupInfo', { convoId })
    const { change } = await TestGroup.joinExternally(laptop.mls, groupInfo)
    await laptop.api.procedure('joinConvo', { convoId, change })
    expect((await stage.roster(convoId)).members).toEqual(members)
  })

  test('is reset by either, with both in it', async () => {
    const { convoId, bob, alice } = await pair()
    const group = await TestGroup.create(bob.mls, randomBytes(16))
    const genesis = await group.groupInfo()
    const third = await stage.device()
    const tooMany = await leasePackages(bob.api, group, convoId, [alice.did, third.did])
    const wide = { convoId, genesis, change: await group.commit({ add: tooMany }) }
    await stage.refuses(() => bob.api.procedure('resetConvo', wide), 'Forbidden', /two/)
    const add = await leasePackages(bob.api, group, convoId, [alice.did])
    const change = await group.commit({ add })
    const { convo } = await bob.api.procedure('resetConvo', { convoId, genesis, change })
    expect(convo).toMatchObject({ kind: 'direct', generation: 1, memberCount: 2 })
    const again = await direct(alice, bob)
    expect(again.convo.convoId).toBe(convoId)
  })

  test('closes when one leaves, and the pair is free for another', async () => {
    const { convoId, alice, bob } = await pair()
    await bob.api.procedure('leaveConvo', { convoId })
    expect(await stage.roster(convoId)).toMatchObject({ closed: true })
    const group = await TestGroup.create(alice.mls, randomBytes(16))
    const reset = { convoId, genesis: await group.groupInfo() }
    await stage.refuses(() => alice.api.procedure('resetConvo', reset), 'Forbidden', /closed/)
    const next = await direct(alice, bob)
    expect(next.convo.convoId).not.toBe(convoId)
  })
})

async function gather(): Promise<Cast> {
  const { convoId, people } = await stage.met(5)
  const [alice, bob, member, moderator, admin] = people as Five
  const laptop = await stage.device(bob.api.account as never, 'laptop')
  await alice.convo(convoId).add([bob.did])
  await alice.api.procedure('setMemberRole', { convoId, did: moderator.did, role: 'moderator' })
  await alice.api.procedure('setMemberRole', { convoId, did: admin.did, role: 'admin' })
  const outsider = await stage.device()
  const others = { member, moderator, admin }
  return { convoId, alice, bob, bobs: bob.convo(convoId), laptop, others, outsider }
}

type Five = [ClientDevice, ClientDevice, ClientDevice, ClientDevice, ClientDevice]

async function adding({ bob, bobs, convoId }: Cast, dids: string[]): Promise<Change> {
  return bobs.group.commit({ add: await leasePackages(bob.api, bobs.group, convoId, dids) })
}

function removing({ bobs: { group } }: Cast, who: string): Promise<Change> {
  return group.commit({ remove: group.leavesOf(who) })
}

function policy({ alice, convoId }: Cast, whoCanAdd: 'admin' | 'member') {
  return alice.api.procedure('updateConvo', { convoId, policy: { whoCanAdd } })
}

function leaves({ convoId }: Cast, who: ClientDevice) {
  return who.api.procedure('leaveConvo', { convoId })
}

async function pair() {
  const [alice, bob] = (await stage.devices(2)) as [ClientDevice, ClientDevice]
  const { convo, group } = await direct(alice, bob)
  const { convoId } = convo
  group.adopt()
  return { convoId, alice, bob, ours: new ClientConvo(alice.api, convoId, group, 1) }
}

async function direct(from: ClientDevice, to: ClientDevice) {
  const group = await TestGroup.create(from.mls, randomBytes(16))
  const add = await leasePackages(from.api, group, group.groupId, [to.did])
  const genesis = await group.groupInfo()
  const change = await group.commit({ add })
  const { convo } = await from.api.procedure('createConvo', { genesis, change, kind: 'direct' })
  return { convo, group }
}
