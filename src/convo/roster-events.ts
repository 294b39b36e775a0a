import type { MemberStatus } from '../db/schema.js'
import type { Did } from '../lib/ids.js'
import type { Leaf } from '../mls/public-group.js'
import type { MembershipAction, StreamEvent } from '../outbox/events.js'
import type { CheckedChange } from './apply-change.js'
import { gainedLeaves, type RosterChange } from './effects.js'
import type { LockedConvo } from './lock.js'

/** What a commit changed in the roster: who left or was removed, who came, whose devices. */
export function rosterEvents(
  convo: LockedConvo,
  { commit, inviteId }: Pick<CheckedChange, 'commit' | 'inviteId'>,
  { opens, closes }: RosterChange,
): StreamEvent[] {
  const event = (action: MembershipAction, { did, deviceId }: Subject): StreamEvent => ({
    kind: 'membershipChange',
    convoId: convo.convo_id,
    subject: did,
    action,
    ...(deviceId !== undefined && { deviceId }),
    ...(action === 'joined' && { role: convo.kind === 'direct' ? ('admin' as const) : 'member' }),
    // Nobody else comes in by a commit that an invite opened the way for.
    ...(action === 'joined' && inviteId !== undefined && { inviteId }),
    epoch: convo.epoch,
    seq: convo.last_seq,
  })
  return [
    ...commit.removed.map((leaf) => event('deviceRemoved', leaf)),
    ...closes.map((did) => event('removed', { did })),
    ...opens.map((did) => event('joined', { did })),
    ...gainedLeaves(commit).map((leaf) => event('deviceAdded', leaf)),
  ]
}

/** To each account that has not accepted who added it, alone. */
export function requestEvents(
  { convo_id: convoId, last_seq: seq }: LockedConvo,
  standings: ReadonlyMap<Did, MemberStatus>,
): StreamEvent[] {
  return [...standings]
    .filter(([, status]) => status === 'request')
    .map(([did]) => ({ kind: 'convo', convoId, action: 'requested', did, seq }))
}

interface Subject {
  did: Did
  deviceId?: Leaf['deviceId']
}
