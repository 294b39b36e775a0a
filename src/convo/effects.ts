import type { Did } from '../lib/ids.js'
import type { Leaf } from '../mls/public-group.js'
import type { VerifiedCommit } from '../mls/verify-commit.js'
import type { LeafRow } from './leaves.js'
import type { MemberRow } from './members.js'
import type { Effects, RemovedAccount } from './policy.js'

/** The public state of a conversation as its lock protects it. */
export interface Standing {
  /** Open memberships. */
  members: readonly MemberRow[]
  leaves: readonly LeafRow[]
}

/** What a verified commit does to the roster: for `policy.judge`, and for writing it down. */
export interface RosterChange {
  effects: Effects
  /** Memberships that this change opens: every account that gains its first leaf. */
  opens: Did[]
  /** Memberships that it ends, those without a device without a device included. */
  closes: Did[]
}

/**
 * Derives what `commit` by `actor` does. An account is removed by another's commit that takes a leaf
 * of it which was not pending; its membership ends if it then has no leaf. Taking leaves that were
 * pending ends nothing: those memberships ended before, or outlive a deleted device.
 *
 * @param named accounts named for removal; those without a leaf that counts (one pending removal does
 *   not) go by their name alone.
 */
export function rosterChange(
  actor: Did,
  commit: VerifiedCommit,
  { members, leaves }: Standing,
  named: readonly Did[] = [],
): RosterChange {
  const removedIndices = new Set(commit.removed.map(({ leafIndex }) => leafIndex))
  const kept = leaves.filter(({ leaf_index }) => !removedIndices.has(leaf_index))
  const gained = gainedLeaves(commit)
  const ownersAfter = [...kept.map(({ did }) => did), ...gained.map(({ did }) => did)]

  const isMember = new Set(members.map(({ did }) => did))
  const hasLeaf = new Set(
    leaves.filter(({ pending_reason }) => pending_reason === null).map(({ did }) => did),
  )
  const opens = unique(gained.map(({ did }) => did)).filter((did) => !isMember.has(did))

  const takenFromOthers = leaves.filter(
    ({ leaf_index, did, pending_reason }) =>
      removedIndices.has(leaf_index) && pending_reason === null && did !== actor,
  )
  const accountsRemoved: RemovedAccount[] = unique(takenFromOthers.map(({ did }) => did)).map(
    (did) => ({
      did,
      leavesKept: kept.filter((leaf) => leaf.did === did && leaf.pending_reason === null).length,
    }),
  )
  for (const did of named) {
    if (did !== actor && isMember.has(did) && !hasLeaf.has(did))
      accountsRemoved.push({ did, leavesKept: 0 })
  }
  const closes = accountsRemoved
    .map(({ did }) => did)
    .filter((did) => isMember.has(did) && !ownersAfter.includes(did))

  return {
    opens,
    closes,
    effects: {
      devicesAddedTo: unique(commit.added.map(({ leaf }) => leaf.did)).filter(
        (did) => did !== actor,
      ),
      accountsAdded: opens.filter((did) => did !== actor),
      comesIn: opens.includes(actor),
      accountsRemoved,
      pendingLeft: kept
        .filter(({ pending_reason }) => pending_reason !== null)
        .map(({ leaf_index, did, device_id }) => ({
          leafIndex: leaf_index,
          did,
          deviceId: device_id,
        })),
      contextChanged: commit.contextExtensionsChanged,
      external: commit.external,
      memberCount: members.length + opens.length - closes.length,
      leafCount: ownersAfter.length,
      leavesOfOneAccount: mostOften(ownersAfter),
    },
  }
}

/** What the tree has after the commit that it had not before: added devices, or one that came in by itself. */
export function gainedLeaves({ added, external, committer }: VerifiedCommit): Leaf[] {
  return [...added.map(({ leaf }) => leaf), ...(external ? [committer] : [])]
}

function mostOften(dids: readonly Did[]): number {
  const counts = new Map<Did, number>()
  for (const did of dids) counts.set(did, (counts.get(did) ?? 0) + 1)
  return Math.max(0, ...counts.values())
}

function unique<T>(values: readonly T[]): T[] {
  return [...new Set(values)]
}
