import { inTx } from '../../db/tx.js'
import { InviteNotFoundError, NotAdminError } from '../../errors.js'
import type { Did } from '../../lib/ids.js'
import type { ConvoDeps } from '../deps.js'
import { lockConvo } from '../lock.js'
import { latestMembership, requireMember } from '../members.js'
import type { InviteRow } from './invite.js'

/**
 * Ends an invite; who came by it stays. Admins only; again, it changes nothing.
 *
 * @throws {InviteNotFoundError} also for an account that never was in the conversation.
 */
export async function revokeInvite(
  deps: Pick<ConvoDeps, 'db' | 'lanes' | 'clock'>,
  { actor, inviteId }: { actor: Did; inviteId: string },
): Promise<InviteRow> {
  const found = await deps.db
    .selectFrom('invites')
    .select('convo_id')
    .where('invite_id', '=', inviteId)
    .executeTakeFirst()
  if (!found) throw notFound()
  const convoId = found.convo_id
  return deps.lanes.run(convoId, () =>
    inTx(deps.db, async (tx) => {
      await lockConvo(tx, convoId)
      const membership = await latestMembership(tx, convoId, actor)
      if (!membership) throw notFound()
      const { role } = requireMember(membership)
      if (role !== 'admin') throw new NotAdminError('Only admins revoke invites')
      const invite = await tx
        .updateTable('invites')
        .set(({ fn, val }) => ({ revoked_at: fn.coalesce('revoked_at', val(deps.clock())) }))
        .where('invite_id', '=', inviteId)
        .returningAll()
        .executeTakeFirst()
      if (!invite) throw notFound()
      return invite
    }),
  )
}

function notFound(): InviteNotFoundError {
  return new InviteNotFoundError('There is no such invite')
}
