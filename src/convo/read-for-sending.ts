import { prepared } from '../db/prepared.js'
import type { StatementRunner } from '../db/types.js'
import type { ConvoId, Epoch, Seq } from '../lib/ids.js'
import type { LogEnd } from './log.js'
import type { PreparedMessage } from './prepared-message.js'
import type { Place } from './sendable.js'

/** What a locked conversation says of one message. */
export interface Seen extends LogEnd, Place {
  /** Null also for a conversation that does not exist, which has no other values either. */
  membership: 'open' | 'ended' | null
  stored_id: string | null
  stored_seq: Seq
  stored_kind: number
  stored_epoch: Epoch
  stored_hash: Uint8Array
  stored_at: Date
}

/** In the order of `messages`; of conversations that `tx` has locked, by a statement that begins now. */
export async function readForSending(
  tx: StatementRunner,
  messages: readonly PreparedMessage[],
): Promise<Seen[]> {
  return read(
    tx,
    messages.map(({ convoId }) => convoId),
    messages.map(({ sender }) => sender),
    messages.map(({ msgId }) => msgId.toLowerCase()),
    messages.map(({ msgId }) => msgId.toUpperCase()),
  )
}

/**
 * Three look-ups by key for each message. As lateral subqueries with a limit, so that no estimate of how
 * many there are makes the planner read a table instead.
 *
 * Both spellings of an id are looked for, under the conversation's lock, so that no index on the folded
 * id is needed: one by one, since for a list of them, in a table that was small when the statement was
 * planned, the planner takes to reading the whole conversation (10 × the cost of a message in a busy one).
 */
const read = prepared<Seen & { convo_id: ConvoId }>(
  'read_for_sending',
  `select c.convo_id, c.generation, c.epoch, c.group_id, c.closed_at, c.last_seq, c.hash,
    c.application_count, m.membership, s.message_id as stored_id, s.seq as stored_seq,
    s.kind as stored_kind, s.epoch as stored_epoch, s.content_hash as stored_hash,
    s.created_at as stored_at
  from unnest($1::text[], $2::text[], $3::text[], $4::text[]) with ordinality
    as i (convo_id, did, lower, upper, n)
  left join lateral (
    select * from conversations where convo_id = i.convo_id limit 1
  ) c on true
  left join lateral (
    select case when left_at is null then 'open' else 'ended' end as membership
    from members where convo_id = i.convo_id and did = i.did and latest limit 1
  ) m on true
  left join lateral (
    select * from messages where convo_id = i.convo_id and message_id = i.lower
    union all
    select * from messages where convo_id = i.convo_id and message_id = i.upper
    limit 1
  ) s on true
  order by i.n`,
)
