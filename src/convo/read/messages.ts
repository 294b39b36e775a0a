import { sql } from 'kysely'
import type { Queryable } from '../../db/types.js'
import type { MessageView } from '../../lexicon/types/blue/catbird/mls/defs.js'
import type { ConvoId, Did, Seq } from '../../lib/ids.js'
import { latestMembership } from '../members.js'
import { ENTRY_COLUMNS, readEntryPage } from './entry-page.js'
import { messageView } from './message-view.js'
import { requireEverMember } from './standing.js'

const SEQ_MAX = Number.MAX_SAFE_INTEGER as Seq

/**
 * A page of the log, ascending: with `sinceSeq` the oldest entries after it, otherwise the newest; in
 * both cases before `beforeSeq`. Former members read on in their intervals.
 *
 * @throws {ConvoNotFoundError} for an account that never was in the conversation.
 */
export async function readMessages(q: Queryable, request: MessagesQuery): Promise<MessagesPage> {
  const { convoId, did, sinceSeq, beforeSeq = SEQ_MAX, limit } = request
  const direction = sinceSeq === undefined ? 'backward' : 'forward'
  const entries = visibleEntries({
    convoId,
    did,
    after: sinceSeq ?? 0,
    beforeSeq,
    limit,
    direction,
  })
  const { rows, hasMore } = await readEntryPage(q, {
    name: 'page_of_messages',
    entries,
    limit,
    direction,
  })
  if (rows.length === 0) requireEverMember(await latestMembership(q, convoId, did))
  return {
    messages: rows.map(messageView),
    lastSeq: rows.at(-1)?.seq ?? sinceSeq ?? (0 as Seq),
    hasMore,
  }
}

/**
 * The entries between two positions, both excluded, that lie in one of the account's intervals. The
 * intervals are read by the statement that reads the log: none has ended in between. Each that is
 * asked for has an entry there, so that no more of them are needed than a page has entries; and each
 * is a range of the log's key, so that what lies between two of them costs nothing.
 */
function visibleEntries({ convoId, did, after, beforeSeq, limit, direction }: VisibleRange) {
  const order = direction === 'forward' ? sql`asc` : sql`desc`
  return sql`
    select ${ENTRY_COLUMNS}
    from (
      select joined_seq, left_seq from members
      where convo_id = ${convoId} and did = ${did}
        and joined_seq < ${beforeSeq} and (left_seq is null or left_seq > ${after})
      order by joined_seq ${order} limit ${limit + 1}
    ) as membership
    cross join lateral (
      select * from messages
      where convo_id = ${convoId} and seq > ${after} and seq < ${beforeSeq}
        and seq >= joined_seq and seq <= coalesce(left_seq, ${SEQ_MAX})
      order by seq ${order} limit ${limit + 1}
    ) as entry`
}

interface VisibleRange {
  convoId: ConvoId
  did: Did
  after: number
  beforeSeq: number
  limit: number
  direction: 'forward' | 'backward'
}

export interface MessagesQuery {
  convoId: ConvoId
  did: Did
  sinceSeq?: Seq | undefined
  beforeSeq?: Seq | undefined
  limit: number
}

export interface MessagesPage {
  messages: MessageView[]
  /** The highest returned; on an empty page `sinceSeq`, or 0. */
  lastSeq: Seq
  /** Whether more entries lie in the direction that was read. */
  hasMore: boolean
}
