import type { InviteRow } from '../../convo/invites/invite.js'
import type { InviteView } from '../../lexicon/types/blue/catbird/mls/defs.js'

/** `blue.catbird.mls.defs#inviteView`, without the secret. */
export function inviteView(row: InviteRow): InviteView {
  return {
    inviteId: row.invite_id,
    convoId: row.convo_id,
    createdBy: row.created_by,
    createdAt: row.created_at.toISOString(),
    ...(row.expires_at && { expiresAt: row.expires_at.toISOString() }),
    ...(row.max_uses !== null && { maxUses: row.max_uses }),
    uses: row.uses,
    revoked: row.revoked_at !== null,
  }
}
