import type { Queryable } from '../../db/types.js'
import type { ConvoId, Did } from '../../lib/ids.js'
import { latestMembership, requireMember } from '../members.js'
import type { InviteRow } from './invite.js'

/** As many as a conversation has at most. */
const INVITES_MAX = 100

/**
 * The invites of a conversation, the newest first, those that opened it once included: its members see
 * who came by which.
 *
 * @throws {ConvoNotFoundError} for an outsider, {NotMemberError} for a former member.
 */
export async function listInvites(q: Queryable, convoId: ConvoId, did: Did): Promise<InviteRow[]> {
  requireMember(await latestMembership(q, convoId, did))
  return q
    .selectFrom('invites')
    .selectAll()
    .where('convo_id', '=', convoId)
    .orderBy('created_at', 'desc')
    .orderBy('invite_id')
    .limit(INVITES_MAX)
    .execute()
}
