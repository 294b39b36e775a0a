import type { MemberStatus } from '../db/schema.js'
import type { Tx } from '../db/types.js'
import type { Did } from '../lib/ids.js'
import { endWelcomes } from '../welcomes/end.js'
import type { CheckedChange } from './apply-change.js'
import { gainedLeaves, type RosterChange } from './effects.js'
import { addLeaves, removeLeaves } from './leaves.js'
import type { LockedConvo } from './lock.js'
import { closeMembership, openMembership } from './members.js'

/** Makes leaves and memberships what the verified tree says; `convo` stands after the commit's entry. */
export async function writeRoster(
  tx: Tx,
  convo: LockedConvo,
  { commit, inviteId, now }: CheckedChange,
  { opens, closes }: RosterChange,
  standings: ReadonlyMap<Did, MemberStatus>,
): Promise<void> {
  await removeLeaves(
    tx,
    convo,
    commit.removed.map(({ leafIndex }) => leafIndex),
  )
  for (const { did, deviceId } of commit.removed) {
    await endWelcomes(tx, { convoId: convo.convo_id, did, deviceId, state: 'removed' })
  }
  await addLeaves(tx, convo, gainedLeaves(commit))
  if (commit.external) {
    const { did, deviceId } = commit.committer
    await endWelcomes(tx, { convoId: convo.convo_id, did, deviceId, state: 'superseded' })
  }
  for (const did of closes) {
    await closeMembership(tx, convo, { did, leftSeq: convo.last_seq, now })
  }
  for (const did of opens) {
    await openMembership(tx, convo, {
      did,
      joinedSeq: convo.last_seq,
      // The commit is no application entry: what was counted before it is what is counted at it.
      joinedApplicationCount: convo.application_count,
      role: convo.kind === 'direct' ? 'admin' : 'member',
      status: standings.get(did)!,
      inviteId,
      now,
    })
  }
}
