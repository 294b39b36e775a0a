import type { Queryable } from '../../db/types.js'
import type { ConvoId, Did, Epoch, Seq } from '../../lib/ids.js'
import { requireMember } from '../members.js'
import { readStanding } from './standing.js'

export interface Position {
  convoId: ConvoId
  currentEpoch: Epoch
  generation: number
  lastSeq: Seq
}

/**
 * Where a conversation stands, for its members.
 *
 * @throws {ConvoNotFoundError} for an outsider, {NotMemberError} for a former member.
 */
export async function readPosition(q: Queryable, convoId: ConvoId, did: Did): Promise<Position> {
  const { epoch, generation, last_seq } = requireMember(await readStanding(q, convoId, did))
  return { convoId, currentEpoch: epoch, generation, lastSeq: last_seq }
}
