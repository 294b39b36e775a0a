import { sql } from 'kysely'
import type { Queryable } from '../../db/types.js'
import { ConvoNotFoundError } from '../../errors.js'
import type { ConvoId, Did, Epoch, Seq } from '../../lib/ids.js'
import type { MemberRow } from '../members.js'

/** An account's newest membership, and where the conversation stands for it. */
export interface Standing extends MemberRow {
  /** For a former member that of the last entry it may read. */
  generation: number
  epoch: Epoch
  last_seq: Seq
  reset_seq: Seq | null
}

/** Undefined for an outsider, as for a conversation that does not exist. */
export async function readStanding(
  q: Queryable,
  convoId: ConvoId,
  did: Did,
): Promise<Standing | undefined> {
  return q
    .selectFrom('members')
    .innerJoin('conversations as convo', 'convo.convo_id', 'members.convo_id')
    .leftJoin('messages as last', (join) =>
      join
        .onRef('last.convo_id', '=', 'members.convo_id')
        .onRef('last.seq', '=', 'members.left_seq'),
    )
    .selectAll('members')
    .select(['convo.epoch', 'convo.last_seq', 'convo.reset_seq'])
    .select(
      sql<number>`case when members.left_at is null then convo.generation
        else coalesce(last.generation, 0) end`.as('generation'),
    )
    .where('members.convo_id', '=', convoId)
    .where('members.did', '=', did)
    .where('members.latest', '=', true)
    .executeTakeFirst()
}

/**
 * For what former members may still read.
 *
 * @throws {ConvoNotFoundError} for an account that never was in the conversation, as for none.
 */
export function requireEverMember<M extends MemberRow>(row: M | undefined): M {
  if (!row) throw new ConvoNotFoundError('There is no such conversation')
  return row
}
