import type { ConvoKind, Metadata } from '../../db/schema.js'
import { InviteNotFoundError } from '../../errors.js'
import type { ConvoId, Did } from '../../lib/ids.js'
import type { ConvoDeps } from '../deps.js'
import { type PublicState, ratchetTreeOf } from '../read/group-info.js'
import { requireInvite } from './invite.js'

export interface Preview extends PublicState {
  convoId: ConvoId
  kind: ConvoKind
  memberCount: number
  metadata: Metadata | null
}

/**
 * What an invite opens, and all that an external commit is built on.
 *
 * @throws {InviteNotFoundError} {RateLimitExceededError}
 */
export async function previewInvite(
  deps: Pick<ConvoDeps, 'db' | 'clock' | 'previewLimits'>,
  { actor, secret }: { actor: Did; secret: string },
): Promise<Preview> {
  await deps.previewLimits.admit(actor)
  const { convo_id: convoId } = await requireInvite(deps.db, { secret, now: deps.clock() })
  const row = await deps.db
    .selectFrom('conversations as convo')
    .innerJoin('group_states as state', 'state.convo_id', 'convo.convo_id')
    .select(['convo.kind', 'convo.metadata', 'state.epoch', 'state.group_info as groupInfo'])
    .select(({ selectFrom, fn }) =>
      selectFrom('members')
        .select(fn.countAll<number>().as('count'))
        .whereRef('members.convo_id', '=', 'convo.convo_id')
        .where('left_at', 'is', null)
        .as('memberCount'),
    )
    .where('convo.convo_id', '=', convoId)
    .where('convo.closed_at', 'is', null)
    .executeTakeFirst()
  if (!row) throw new InviteNotFoundError('The conversation of this invite is closed')
  const { memberCount, ...rest } = row
  return {
    ...rest,
    convoId,
    memberCount: memberCount ?? 0,
    ratchetTree: ratchetTreeOf(row.groupInfo),
  }
}
