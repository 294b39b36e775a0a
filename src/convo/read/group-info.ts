import type { Queryable } from '../../db/types.js'
import type { ConvoId, Did, Epoch } from '../../lib/ids.js'
import { decodeExact } from '../../mls/decode.js'
import { EXTENSION, findExtension } from '../../mls/wire/extension.js'
import { MAX_GROUP_INFO_BYTES } from '../../mls/wire/limits.js'
import { requireMember } from '../members.js'

export interface PublicState {
  /** MLSMessage, as the committer of the epoch uploaded it. */
  groupInfo: Uint8Array
  /** The data of its `ratchet_tree` extension (RFC 9420 §12.4.3.3). */
  ratchetTree: Uint8Array
  epoch: Epoch
}

/**
 * What an external commit is built on; for members, with or without a device in the tree.
 *
 * @throws {ConvoNotFoundError} for an outsider, {NotMemberError} for a former member.
 */
export async function readGroupInfo(
  q: Queryable,
  convoId: ConvoId,
  did: Did,
): Promise<PublicState> {
  const row = await q
    .selectFrom('members')
    .leftJoin('group_states as state', (join) =>
      join.onRef('state.convo_id', '=', 'members.convo_id').on('members.left_at', 'is', null),
    )
    .selectAll('members')
    .select(['state.epoch', 'state.group_info'])
    .where('members.convo_id', '=', convoId)
    .where('members.did', '=', did)
    .where('members.latest', '=', true)
    .executeTakeFirst()
  const { group_info: groupInfo, epoch } = requireMember(row)
  if (groupInfo === null || epoch === null) throw new Error('a conversation without group state')
  return { groupInfo, ratchetTree: ratchetTreeOf(groupInfo), epoch }
}

/** No GroupInfo was stored without a tree. */
export function ratchetTreeOf(groupInfo: Uint8Array): Uint8Array {
  const decoded = decodeExact(groupInfo, 'mls_group_info', MAX_GROUP_INFO_BYTES)
  const tree = decoded.ok && findExtension(decoded.value.extensions, EXTENSION.ratchetTree)
  if (!tree) throw new Error('the stored group state has no ratchet tree')
  return tree
}
