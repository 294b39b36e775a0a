import { base64url, randomBytes } from '../lib/bytes.js'
import type { InviteView } from '../lexicon/types/blue/catbird/mls/defs.js'
import type { ConvoState } from './state.js'

const SECRET_BYTES = 32

/** Makes a way in for whoever has its secret. The secret is made here: a repeated call makes one invite. */
export async function createInvite(
  { deps, convoId }: ConvoState,
  { expiresAt, maxUses }: InviteTerms,
): Promise<Invite & { secret: string }> {
  const secret = base64url(randomBytes(SECRET_BYTES))
  const { invite } = await deps.service.call('createInvite', (mls, options) =>
    mls.createInvite(
      {
        convoId,
        secret,
        ...(expiresAt !== undefined && { expiresAt: expiresAt.toISOString() }),
        ...(maxUses !== undefined && { maxUses }),
      },
      options,
    ),
  )
  return { ...inviteOf(invite), secret }
}

export async function listInvites({ deps, convoId }: ConvoState): Promise<Invite[]> {
  const { invites } = await deps.service.call('getInvites', (mls, options) =>
    mls.getInvites({ convoId }, options),
  )
  return invites.map(inviteOf)
}

export async function revokeInvite({ deps }: ConvoState, inviteId: string): Promise<Invite> {
  const { invite } = await deps.service.call('revokeInvite', (mls, options) =>
    mls.revokeInvite({ inviteId }, options),
  )
  return inviteOf(invite)
}

function inviteOf(view: InviteView): Invite {
  const { inviteId, createdBy, createdAt, expiresAt, maxUses, uses, revoked } = view
  return {
    inviteId,
    createdBy,
    createdAt,
    ...(expiresAt !== undefined && { expiresAt }),
    ...(maxUses !== undefined && { maxUses }),
    uses,
    revoked,
  }
}

/** What an invite is good for. */
export interface InviteTerms {
  /** For ever by default. */
  expiresAt?: Date
  /** How many accounts may come in by it; by default as many as there is room for. */
  maxUses?: number
}

/** A way into a conversation, without the secret that opens it. */
export interface Invite {
  inviteId: string
  /** The admin who made it. */
  createdBy: string
  /** ISO 8601. */
  createdAt: string
  expiresAt?: string
  maxUses?: number
  /** How many accounts have come in by it. */
  uses: number
  revoked: boolean
}
