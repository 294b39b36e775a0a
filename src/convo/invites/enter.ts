import type { Queryable, Tx } from '../../db/types.js'
import type { ConvoId, Did } from '../../lib/ids.js'
import type { MemberRow } from '../members.js'
import { requireRoom } from '../room.js'
import { type InviteRow, requireInvite } from './invite.js'

/** The invite by which an account comes in; undefined for a member, who needs none, and without a secret. */
export async function inviteToEnter(
  q: Queryable,
  membership: MemberRow | undefined,
  { convoId, secret, now }: { convoId: ConvoId; secret: string | undefined; now: Date },
): Promise<InviteRow | undefined> {
  if (secret === undefined || membership?.left_at === null) return undefined
  return requireInvite(q, { convoId, secret, now })
}

/**
 * Counts one use, in the transaction of the commit that makes its account a member, and under the lock
 * that all invites of the conversation are written under.
 */
export async function useInvite(tx: Tx, { invite_id }: InviteRow, actor: Did): Promise<void> {
  await requireRoom(tx, [actor])
  await tx
    .updateTable('invites')
    .set(({ eb }) => ({ uses: eb('uses', '+', 1) }))
    .where('invite_id', '=', invite_id)
    .execute()
}
