import { describe, expect, test } from 'vitest'
import { type Effects, judge, type Settings } from '../../../src/convo/policy.js'
import type { Role } from '../../../src/db/schema.js'
import type { Did } from '../../../src/lib/ids.js'

const ADMIN = 'did:plc:adminadminadminadminadmi' as Did
const MODERATOR = 'did:plc:moderatormoderatormodera' as Did
const MEMBER = 'did:plc:membermembermembermember' as Did
const NOBODY = 'did:plc:nobodynobodynobodynobody' as Did

const NOTHING: Effects = {
  devicesAddedTo: [],
  accountsAdded: [],
  comesIn: false,
  accountsRemoved: [],
  pendingLeft: [],
  contextChanged: false,
  external: false,
  memberCount: 3,
  leafCount: 3,
  leavesOfOneAccount: 1,
}

const SETTINGS: Settings = {
  kind: 'group',
  founding: false,
  policy: { whoCanAdd: 'member' },
  roles: new Map([
    [ADMIN, 'admin'],
    [MODERATOR, 'moderator'],
    [MEMBER, 'member'],
  ]),
  maxMembers: 1_000,
  maxLeaves: 2_000,
  maxDevicesPerAccount: 20,
}

const ROLES: Role[] = ['admin', 'moderator', 'member']

type Expected = 'yes' | 'NotAdmin' | 'Forbidden' | 'InvalidCommit' | 'PendingRemovals'

/** One row an effect of the table in §3 of the protocol; one cell a role: admin, moderator, member. */
const TABLE: [string, Partial<Effects>, Partial<Settings>, [Expected, Expected, Expected]][] = [
  ['update own leaf (no effect on the roster)', {}, {}, ['yes', 'yes', 'yes']],
  [
    'add an account, whoCanAdd member',
    { devicesAddedTo: [NOBODY], accountsAdded: [NOBODY] },
    {},
    ['yes', 'yes', 'yes'],
  ],
  [
    'add an account, whoCanAdd admin',
    { devicesAddedTo: [NOBODY], accountsAdded: [NOBODY] },
    { policy: { whoCanAdd: 'admin' } },
    ['yes', 'NotAdmin', 'NotAdmin'],
  ],
  [
    "add another member's device, whoCanAdd admin",
    { devicesAddedTo: [MEMBER] },
    { policy: { whoCanAdd: 'admin' } },
    ['yes', 'NotAdmin', 'NotAdmin'],
  ],
  [
    'remove an admin',
    { accountsRemoved: [{ did: ADMIN, leavesKept: 0 }] },
    {},
    ['yes', 'NotAdmin', 'NotAdmin'],
  ],
  [
    'remove a moderator',
    { accountsRemoved: [{ did: MODERATOR, leavesKept: 0 }] },
    {},
    ['yes', 'NotAdmin', 'NotAdmin'],
  ],
  [
    'remove a plain member',
    { accountsRemoved: [{ did: MEMBER, leavesKept: 0 }] },
    {},
    ['yes', 'yes', 'NotAdmin'],
  ],
  [
    'remove some leaves of a member',
    { accountsRemoved: [{ did: MEMBER, leavesKept: 1 }] },
    {},
    ['InvalidCommit', 'InvalidCommit', 'NotAdmin'],
  ],
  [
    'change group context extensions',
    { contextChanged: true },
    {},
    ['yes', 'NotAdmin', 'NotAdmin'],
  ],
  [
    'leave a pending removal in the tree',
    { pendingLeft: [{ leafIndex: 2, did: NOBODY, deviceId: 'phone' }] },
    {},
    ['PendingRemovals', 'PendingRemovals', 'PendingRemovals'],
  ],
  [
    'leave a pending removal in the tree by an external commit',
    { pendingLeft: [{ leafIndex: 2, did: NOBODY, deviceId: 'phone' }], external: true },
    {},
    ['yes', 'yes', 'yes'],
  ],
  [
    'add a third account to a direct conversation',
    { devicesAddedTo: [NOBODY], accountsAdded: [NOBODY] },
    { kind: 'direct' },
    ['Forbidden', 'Forbidden', 'Forbidden'],
  ],
  [
    'add the second account to a direct conversation',
    { devicesAddedTo: [NOBODY], accountsAdded: [NOBODY] },
    { kind: 'direct', founding: true },
    ['yes', 'yes', 'yes'],
  ],
  [
    'add a device of the other to a direct conversation',
    { devicesAddedTo: [MEMBER] },
    { kind: 'direct' },
    ['yes', 'yes', 'yes'],
  ],
  [
    'remove the other from a direct conversation',
    { accountsRemoved: [{ did: MEMBER, leavesKept: 0 }] },
    { kind: 'direct' },
    ['Forbidden', 'Forbidden', 'Forbidden'],
  ],
]

describe.each(TABLE)('%s', (_name, effects, settings, cells) => {
  test.each(ROLES.map((role, index) => [role, cells[index]] as const))(
    'as %s: %s',
    (role, cell) => {
      const verdict = judge(role, { ...NOTHING, ...effects }, { ...SETTINGS, ...settings })
      expect(verdict.ok ? 'yes' : verdict.refusal.error).toBe(cell)
    },
  )
})

describe('size', () => {
  const grows = { devicesAddedTo: [NOBODY], accountsAdded: [NOBODY] }

  test.each([
    ['at the limit of the service', { memberCount: 1_000 }, {}, undefined],
    ['over the limit of the service', { memberCount: 1_001 }, {}, 'TooManyMembers'],
    [
      'at the limit of its policy',
      { memberCount: 5 },
      { whoCanAdd: 'member', maxMembers: 5 },
      undefined,
    ],
    [
      'over the limit of its policy',
      { memberCount: 6 },
      { whoCanAdd: 'member', maxMembers: 5 },
      'TooManyMembers',
    ],
    ['over the leaves', { leafCount: 2_001 }, {}, 'TooManyMembers'],
    ['at the devices of an account', { leavesOfOneAccount: 20 }, {}, undefined],
    ['over the devices of an account', { leavesOfOneAccount: 21 }, {}, 'TooManyDevices'],
  ])('%s', (_name, size, policy, error) => {
    const verdict = judge(
      'admin',
      { ...NOTHING, ...grows, ...size },
      { ...SETTINGS, policy: { ...SETTINGS.policy, ...(policy as object) } },
    )
    expect(verdict.ok ? undefined : verdict.refusal.error).toBe(error)
  })

  test('a conversation above a limit that was lowered can still shrink or update', () => {
    const settings: Settings = { ...SETTINGS, policy: { whoCanAdd: 'member', maxMembers: 2 } }
    expect(judge('member', { ...NOTHING, memberCount: 9 }, settings).ok).toBe(true)
  })
})
