import { inTx } from '../db/tx.js'
import type { Tx } from '../db/types.js'
import type { ConvoId, Did, Epoch, Seq } from '../lib/ids.js'
import { ConvoNotFoundError, InvalidRequestError } from '../errors.js'
import type { ConvoDeps } from './deps.js'
import { endMembership } from './end-membership.js'
import { lockConvo } from './lock.js'
import { latestMembership, type MemberRow } from './members.js'

export interface LeaveOutcome {
  /** The epoch as it is: leaving writes no entry. */
  newEpoch: Epoch
  /** The account's `leftSeq`. */
  seq: Seq
}

/**
 * Ends the caller's membership. `joinedSeq` names the interval that is meant, so that a late retry does
 * not end a newer one.
 */
export async function leaveConvo(
  deps: ConvoDeps,
  { actor, convoId, joinedSeq }: Meant,
): Promise<LeaveOutcome> {
  return deps.lanes.run(convoId, () =>
    inTx(deps.db, async (tx) => {
      const convo = await lockConvo(tx, convoId)
      const meant = await meantInterval(tx, { actor, convoId, joinedSeq })
      if (!convo || !meant) throw await nothingToLeave(tx, { actor, convoId, joinedSeq })
      if (meant.left_seq === null) {
        await endMembership(tx, deps, convo, { did: actor, reason: 'left', now: deps.clock() })
      }
      return { newEpoch: convo.epoch, seq: meant.left_seq ?? convo.last_seq }
    }),
  )
}

interface Meant {
  actor: Did
  convoId: ConvoId
  joinedSeq?: Seq | undefined
}

/** Who was in the conversation is told that it is the interval that there is none of. */
async function nothingToLeave(tx: Tx, { actor, convoId, joinedSeq }: Meant) {
  const known = await latestMembership(tx, convoId, actor)
  if (!known) return new ConvoNotFoundError('There is no such conversation')
  return new InvalidRequestError(
    `No membership of yours began at seq ${joinedSeq}: joinedSeq is that of one of the intervals in getConvo`,
  )
}

async function meantInterval(
  tx: Tx,
  { actor, convoId, joinedSeq }: Meant,
): Promise<MemberRow | undefined> {
  if (joinedSeq === undefined) return latestMembership(tx, convoId, actor)
  return tx
    .selectFrom('members')
    .selectAll()
    .where('convo_id', '=', convoId)
    .where('did', '=', actor)
    .where('joined_seq', '=', joinedSeq)
    .executeTakeFirst()
}
