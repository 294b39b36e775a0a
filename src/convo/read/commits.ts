import { sql } from 'kysely'
import type { Queryable } from '../../db/types.js'
import type { MessageView } from '../../lexicon/types/blue/catbird/mls/defs.js'
import type { ConvoId, Did, Epoch } from '../../lib/ids.js'
import { ENTRY_COLUMNS, readEntryPage } from './entry-page.js'
import { messageView } from './message-view.js'
import { readStanding, requireEverMember } from './standing.js'

const EPOCH_MAX = Number.MAX_SAFE_INTEGER as Epoch

/**
 * The commits that end the epochs of a range, ascending, as far as they lie in the account's intervals.
 *
 * @throws {ConvoNotFoundError} for an account that never was in the conversation.
 */
export async function readCommits(q: Queryable, request: CommitsQuery): Promise<MessageView[]> {
  const { convoId, did, fromEpoch, toEpoch = EPOCH_MAX, limit } = request
  const standing = requireEverMember(await readStanding(q, convoId, did))
  const generation = request.generation ?? standing.generation
  const entries = visibleCommits({ convoId, did, generation, fromEpoch, toEpoch, limit })
  const { rows } = await readEntryPage(q, {
    name: 'page_of_commits',
    entries,
    limit,
    direction: 'forward',
  })
  return rows.map(messageView)
}

/**
 * Epochs have no gaps either: those of an interval begin with the commit that it begins with, or before
 * `fromEpoch`, so that its first `limit` ones are a range of the index of commits. (A request may name a
 * generation that the column has no room for: hence int8.)
 */
function visibleCommits(range: Required<CommitsQuery>) {
  const { convoId, did, generation, fromEpoch, toEpoch, limit } = range
  return sql`
    select ${ENTRY_COLUMNS}
    from (
      select joined_seq, left_seq,
        case when joined.generation = ${generation}::int8 then greatest(joined.epoch, ${fromEpoch}::int8)
          else ${fromEpoch}::int8 end as first_epoch
      from members
      left join messages as joined
        on joined.convo_id = members.convo_id and joined.seq = members.joined_seq
      where members.convo_id = ${convoId} and did = ${did}
        and coalesce(joined.generation, 0) <= ${generation}::int8
    ) as membership
    cross join lateral (
      select * from messages
      where convo_id = ${convoId} and generation = ${generation}::int8 and kind = 2
        and epoch >= first_epoch and epoch <= first_epoch + ${limit} and epoch <= ${toEpoch}
        and seq >= joined_seq and (left_seq is null or seq <= left_seq)
    ) as entry`
}

export interface CommitsQuery {
  convoId: ConvoId
  did: Did
  /** The one that the caller knows as current, by default. */
  generation?: number | undefined
  fromEpoch: Epoch
  /** Included. */
  toEpoch?: Epoch | undefined
  limit: number
}
