import type { Role } from '../db/schema.js'
import { inTx } from '../db/tx.js'
import { ForbiddenError, InvalidRequestError, NotAdminError } from '../errors.js'
import type { ConvoId, Did } from '../lib/ids.js'
import type { ConvoDeps } from './deps.js'
import { lockConvo } from './lock.js'
import { openMembers, latestMembership, requireMember, setRole } from './members.js'
import { requireOpen } from './open.js'

export interface RoleRequest {
  actor: Did
  convoId: ConvoId
  did: Did
  role: Role
}

/** Gives a member another role. Admins only; the last admin stays one. */
export async function setMemberRole(deps: ConvoDeps, request: RoleRequest): Promise<void> {
  const { actor, convoId, did, role } = request
  await deps.lanes.run(convoId, () =>
    inTx(deps.db, async (tx) => {
      const convo = await lockConvo(tx, convoId)
      const own = requireMember(await latestMembership(tx, convoId, actor))
      requireOpen(convo!)
      if (own.role !== 'admin') throw new NotAdminError('Only admins change roles')
      const members = await openMembers(tx, convoId)
      const target = members.find((member) => member.did === did)
      if (!target) throw new InvalidRequestError('The account is no member of this conversation')
      if (target.role === role) return
      if (convo!.kind === 'direct') {
        throw new ForbiddenError('Both accounts of a direct conversation are admins')
      }
      const admins = members.filter((member) => member.role === 'admin')
      if (target.role === 'admin' && admins.length === 1) {
        throw new ForbiddenError(
          'The last admin cannot be demoted; make another member admin first',
        )
      }
      await setRole(tx, convo!, did, role)
      await deps.outbox.append(tx, [
        {
          kind: 'membershipChange',
          convoId,
          subject: did,
          action: 'roleChanged',
          role,
          epoch: convo!.epoch,
          seq: convo!.last_seq,
        },
      ])
    }),
  )
}
