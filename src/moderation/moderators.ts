import { latestMembership, type MemberRow, requireMember } from '../convo/members.js'
import type { Role } from '../db/schema.js'
import type { Queryable } from '../db/types.js'
import { NotAdminError } from '../errors.js'
import type { ConvoId, Did } from '../lib/ids.js'

export function moderates(role: Role): boolean {
  return role === 'admin' || role === 'moderator'
}

/**
 * @throws {ConvoNotFoundError} for an outsider, {NotMemberError} for a former member.
 * @throws {NotAdminError} for a plain member.
 */
export async function requireModerator(
  q: Queryable,
  convoId: ConvoId,
  did: Did,
): Promise<MemberRow> {
  const member = requireMember(await latestMembership(q, convoId, did))
  if (!moderates(member.role)) {
    throw new NotAdminError('Reports are for the admins and moderators of a conversation')
  }
  return member
}
