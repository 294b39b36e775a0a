import type { PendingReason } from '../db/schema.js'
import type { Tx } from '../db/types.js'
import type { Did } from '../lib/ids.js'
import type { StreamEvent } from '../outbox/events.js'
import { endWelcomes } from '../welcomes/end.js'
import type { ConvoDeps } from './deps.js'
import { forgetLeavesOfClosed } from './forget-account.js'
import { markPending } from './leaves.js'
import type { LockedConvo } from './lock.js'
import { closeMembership, type MemberRow, openMembers, setRole } from './members.js'
import { changeSettings } from './store.js'
import { successor } from './succession.js'

/**
 * An account ends its own membership: at once, for reading, sending and streams. Its leaves become
 * pending removals, its admin rights go to a successor where it was the last admin, and the
 * conversation closes with its last member; a direct one with its first.
 */
export async function endMembership(
  tx: Tx,
  { outbox }: Pick<ConvoDeps, 'outbox'>,
  convo: LockedConvo,
  { did, reason, now }: { did: Did; reason: PendingReason; now: Date },
): Promise<void> {
  const members = await openMembers(tx, convo.convo_id)
  await closeMembership(tx, convo, { did, leftSeq: convo.last_seq, now })
  await markPending(tx, convo, { did, reason, now })
  await endWelcomes(tx, { convoId: convo.convo_id, did, state: 'removed' })
  const rest = members.filter((member) => member.did !== did)
  await outbox.append(tx, [leftEvent(convo, did)])
  await handOver(tx, { outbox }, convo, rest)
  const closes = convo.closed_at === null && (rest.length === 0 || convo.kind === 'direct')
  if (!closes) return
  await changeSettings(tx, convo, { closed_at: now, direct_pair: null })
  await forgetLeavesOfClosed(tx, convo.convo_id)
  await outbox.append(tx, [
    { kind: 'convo', convoId: convo.convo_id, action: 'closed', seq: convo.last_seq },
  ])
}

async function handOver(
  tx: Tx,
  { outbox }: Pick<ConvoDeps, 'outbox'>,
  convo: LockedConvo,
  rest: readonly MemberRow[],
): Promise<void> {
  const next = await successor(tx, convo, rest)
  if (!next) return
  await setRole(tx, convo, next, 'admin')
  await outbox.append(tx, [
    {
      kind: 'membershipChange',
      convoId: convo.convo_id,
      subject: next,
      action: 'roleChanged',
      role: 'admin',
      epoch: convo.epoch,
      seq: convo.last_seq,
    },
  ])
}

function leftEvent(convo: LockedConvo, did: Did): StreamEvent {
  return {
    kind: 'membershipChange',
    convoId: convo.convo_id,
    subject: did,
    action: 'left',
    epoch: convo.epoch,
    seq: convo.last_seq,
  }
}
