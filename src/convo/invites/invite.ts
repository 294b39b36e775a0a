import { type Selectable, sql } from 'kysely'
import type { Schema } from '../../db/schema.js'
import type { Queryable } from '../../db/types.js'
import { InviteNotFoundError } from '../../errors.js'
import type { ConvoId } from '../../lib/ids.js'
import { hashOfSecret } from './secret.js'

export type InviteRow = Selectable<Schema['invites']>

/**
 * The invite that the secret opens, if it still does.
 *
 * @param convoId where given, the conversation that it must be for.
 * @throws {InviteNotFoundError}
 */
export async function requireInvite(
  q: Queryable,
  { secret, convoId, now }: { secret: string; convoId?: ConvoId; now: Date },
): Promise<InviteRow> {
  const invite = await q
    .selectFrom('invites')
    .selectAll()
    .where('secret_hash', '=', hashOfSecret(secret))
    .executeTakeFirst()
  const fits = invite && (convoId === undefined || invite.convo_id === convoId)
  if (!fits) throw new InviteNotFoundError('There is no such invite')
  const end = endOf(invite, now)
  if (end) throw new InviteNotFoundError(`The invite ${end}; ask for another one`)
  return invite
}

/** Why it opens nothing any more; undefined while it does. */
function endOf({ revoked_at, expires_at, max_uses, uses }: InviteRow, now: Date) {
  if (revoked_at !== null) return 'was revoked'
  if (expires_at !== null && expires_at <= now) return 'has expired'
  if (max_uses !== null && uses >= max_uses) return 'is used up'
  return undefined
}

/** The same as a condition on rows. */
export function isLive(now: Date) {
  return sql<boolean>`(
    revoked_at is null and (expires_at is null or expires_at > ${now})
    and (max_uses is null or uses < max_uses))`
}
