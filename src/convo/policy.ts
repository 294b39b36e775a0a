import type { ConvoKind, Policy, Role } from '../db/schema.js'
import type { Did } from '../lib/ids.js'
import { accept, refuse, type Verdict } from '../lib/verdict.js'

/** What a change would do, derived from the verified trees, never from what the request says. */
export interface Effects {
  /** Accounts other than the actor that gain a device. */
  devicesAddedTo: readonly Did[]
  /** Of those, the accounts that were no members before. */
  accountsAdded: readonly Did[]
  /** The actor was no member: it comes in by an invite. */
  comesIn: boolean
  /** Accounts other than the actor that lose a leaf that was not pending removal. */
  accountsRemoved: readonly RemovedAccount[]
  /** Leaves pending removal that the change leaves in the tree. */
  pendingLeft: readonly PendingLeaf[]
  contextChanged: boolean
  /** An external commit cannot remove more than its own old leaf. */
  external: boolean
  /** Members and leaves after the change. */
  memberCount: number
  leafCount: number
  /** The largest number of leaves of one account after the change. */
  leavesOfOneAccount: number
}

export interface RemovedAccount {
  did: Did
  /** Leaves, not pending, that the change would leave in the tree. */
  leavesKept: number
}

export interface PendingLeaf {
  leafIndex: number
  did: Did
  deviceId: string
}

export interface Settings {
  kind: ConvoKind
  /** The first commit, which makes a direct conversation of two. */
  founding: boolean
  policy: Policy
  roles: ReadonlyMap<Did, Role>
  maxMembers: number
  maxLeaves: number
  maxDevicesPerAccount: number
}

export type PolicyError =
  | 'Forbidden'
  | 'NotAdmin'
  | 'PendingRemovals'
  | 'InvalidCommit'
  | 'TooManyMembers'
  | 'TooManyDevices'

export interface PolicyRefusal {
  error: PolicyError
  detail: string
}

/**
 * Whether an account with this role may have these effects: the table in §3 of the protocol. Every
 * change of a group comes through here, whatever its method.
 */
export function judge(
  role: Role,
  effects: Effects,
  settings: Settings,
): Verdict<true, PolicyRefusal> {
  const leavesOutPending = !effects.external && effects.pendingLeft.length > 0
  if (leavesOutPending) return refuse(pendingRemovals(effects.pendingLeft))

  const addsOthers = effects.devicesAddedTo.length > 0
  if (addsOthers && settings.policy.whoCanAdd === 'admin' && role !== 'admin') {
    return refuse({ error: 'NotAdmin', detail: 'Only admins add devices of others here' })
  }
  const changesDirect =
    settings.kind === 'direct' &&
    !settings.founding &&
    (effects.accountsAdded.length > 0 || effects.accountsRemoved.length > 0 || effects.comesIn)
  if (changesDirect) {
    return refuse({ error: 'Forbidden', detail: 'A direct conversation keeps its two accounts' })
  }
  for (const removed of effects.accountsRemoved) {
    if (!mayRemove(role, settings.roles.get(removed.did))) {
      return refuse({
        error: 'NotAdmin',
        detail: 'Only admins remove others; moderators remove plain members',
      })
    }
    if (removed.leavesKept > 0) {
      return refuse({
        error: 'InvalidCommit',
        detail: `An account is removed with all its leaves in one commit (allLeavesOfAccount); ${removed.leavesKept} of ${removed.did} would stay`,
      })
    }
  }
  if (effects.contextChanged && role !== 'admin') {
    return refuse({ error: 'NotAdmin', detail: 'Only admins change group context extensions' })
  }
  return judgeSize(effects, settings)
}

function judgeSize(effects: Effects, settings: Settings): Verdict<true, PolicyRefusal> {
  const maxMembers = Math.min(settings.maxMembers, settings.policy.maxMembers ?? Infinity)
  const grows = effects.accountsAdded.length > 0 || effects.comesIn
  if (grows && effects.memberCount > maxMembers) {
    return refuse({ error: 'TooManyMembers', detail: `At most ${maxMembers} members` })
  }
  if (effects.leafCount > settings.maxLeaves) {
    return refuse({ error: 'TooManyMembers', detail: `At most ${settings.maxLeaves} leaves` })
  }
  if (effects.leavesOfOneAccount > settings.maxDevicesPerAccount) {
    return refuse({
      error: 'TooManyDevices',
      detail: `At most ${settings.maxDevicesPerAccount} devices of one account in a conversation`,
    })
  }
  return accept(true)
}

function mayRemove(role: Role, target: Role | undefined): boolean {
  if (role === 'admin') return true
  return role === 'moderator' && target === 'member'
}

function pendingRemovals(left: readonly PendingLeaf[]): PolicyRefusal {
  const names = left.map(({ leafIndex, did, deviceId }) => `${leafIndex} (${did}#${deviceId})`)
  return {
    error: 'PendingRemovals',
    detail: `The commit must also remove the leaves that are pending removal: ${names.join(', ')}`,
  }
}
