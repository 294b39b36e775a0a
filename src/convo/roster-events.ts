import type { Did } from '../lib/ids.js'
import type { Leaf } from '../mls/public-group.js'
import type { VerifiedCommit } from '../mls/verify-commit.js'
import type { MembershipAction, StreamEvent } from '../outbox/events.js'
import type { RosterChange } from './effects.js'
import type { LockedConvo } from './lock.js'

/** What a commit changed in the roster: who left or was removed, who came, whose devices. */
export function rosterEvents(
  convo: LockedConvo,
  commit: VerifiedCommit,
  { opens, closes }: RosterChange,
): StreamEvent[] {
  const event = (action: MembershipAction, { did, deviceId }: Subject): StreamEvent => ({
    kind: 'membershipChange',
    convoId: convo.convo_id,
    subject: did,
    action,
    ...(deviceId !== undefined && { deviceId }),
    ...(action === 'joined' && { role: convo.kind === 'direct' ? ('admin' as const) : 'member' }),
    epoch: convo.epoch,
    seq: convo.last_seq,
  })
  const gained = [
    ...commit.added.map(({ leaf }) => leaf),
    ...(commit.external ? [commit.committer] : []),
  ]
  return [
    ...commit.removed.map((leaf) => event('deviceRemoved', leaf)),
    ...closes.map((did) => event('removed', { did })),
    ...opens.map((did) => event('joined', { did })),
    ...gained.map((leaf) => event('deviceAdded', leaf)),
  ]
}

interface Subject {
  did: Did
  deviceId?: Leaf['deviceId']
}
