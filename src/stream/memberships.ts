import { sql } from 'kysely'
import type { Queryable } from '../db/types.js'
import type { ConvoId, Did, Seq } from '../lib/ids.js'
import type { Position } from '../outbox/position.js'

/**
 * What one account may see of which conversations: its membership intervals, open ones and those that
 * ended within `ENDED_DAYS`, beyond which no event is kept.
 *
 * They are ranges of `seq`, so that they hold for events of any age, read in any order.
 */
export class Memberships {
  #intervals: ReadonlyMap<ConvoId, readonly Interval[]> = new Map()

  /** @param onlyConvo look at this conversation alone. */
  constructor(
    private readonly did: Did,
    private readonly onlyConvo: ConvoId | undefined,
  ) {}

  async load(q: Queryable): Promise<void> {
    const rows = await readIntervals(q, this.did, this.onlyConvo)
    this.#intervals = Map.groupBy(rows, ({ convoId }) => convoId)
  }

  /** Reads the intervals of one conversation again, after an event that may have changed them. */
  async reload(q: Queryable, convoId: ConvoId): Promise<void> {
    if (this.onlyConvo !== undefined && convoId !== this.onlyConvo) return
    const intervals = new Map(this.#intervals)
    const rows = await readIntervals(q, this.did, convoId)
    if (rows.length > 0) intervals.set(convoId, rows)
    else intervals.delete(convoId)
    this.#intervals = intervals
  }

  isOpen(convoId: ConvoId): boolean {
    return this.#intervals.get(convoId)?.some(({ leftSeq }) => leftSeq === null) ?? false
  }

  /**
   * Whether a reader that has come as far as `after` has more to see: a membership may have ended in the
   * database, and what came before its end may still lie ahead of the reader.
   */
  isAhead(convoId: ConvoId, after: Position): boolean {
    const intervals = this.#intervals.get(convoId)
    return (
      intervals?.some(({ leftSeq, endXid }) =>
        leftSeq === null ? true : endXid !== null && BigInt(endXid) > after.xid,
      ) ?? false
    )
  }

  convos(): Iterable<ConvoId> {
    return this.#intervals.keys()
  }

  /** Whether the account may read the log entry at `seq`. */
  seesEntry(convoId: ConvoId, seq: Seq): boolean {
    const intervals = this.#intervals.get(convoId)
    return intervals?.some((each) => seq >= each.joinedSeq && seq <= lastSeqOf(each)) ?? false
  }

  /**
   * Whether the account may see an event that is no entry and stands behind the one at `seq`. Several
   * such events share a `seq`: of those at the end of an interval it sees what came before the end, and
   * what the transaction that ended it did beside. Likewise before the first entry.
   */
  seesEvent(convoId: ConvoId, seq: Seq, at: Position): boolean {
    const intervals = this.#intervals.get(convoId)
    return (
      intervals?.some((each) => {
        if (each.startXid !== null && at.xid < BigInt(each.startXid)) return false
        // Events before the first entry stand at 0, where the creator was already, alone.
        if (seq < each.joinedSeq) return each.founded
        if (seq !== each.leftSeq) return seq < lastSeqOf(each)
        return each.endXid !== null && at.xid <= BigInt(each.endXid)
      }) ?? false
    )
  }
}

/** Longer than events are kept, clocks that disagree included. */
const ENDED_DAYS = 8

interface Interval {
  convoId: ConvoId
  joinedSeq: Seq
  /** Whether the conversation began with it. */
  founded: boolean
  /** The transaction that began it, where that wrote the first entry and its event is still kept. */
  startXid: string | null
  /** Null: it is open. */
  leftSeq: Seq | null
  /** The transaction that ended it, where its event is still kept. */
  endXid: string | null
}

function lastSeqOf({ leftSeq }: Interval): number {
  return leftSeq ?? Infinity
}

async function readIntervals(
  q: Queryable,
  did: Did,
  convoId: ConvoId | undefined,
): Promise<Interval[]> {
  const { rows } = await sql<Interval>`
    select m.convo_id as "convoId", m.joined_seq as "joinedSeq", m.left_seq as "leftSeq",
      m.joined_seq = 1 and c.creator = m.did as founded,
      case when m.joined_seq = 1 and c.creator <> m.did then (
        select min(e.xid)::text from event_stream e
        where e.kind = 'membershipChange' and e.convo_id = m.convo_id and e.seq = m.joined_seq
          and e.payload->>'subject' = m.did and e.payload->>'action' = 'joined'
      ) end as "startXid",
      case when m.left_seq is not null then (
        select max(e.xid)::text from event_stream e
        where e.kind = 'membershipChange' and e.convo_id = m.convo_id and e.seq = m.left_seq
          and e.payload->>'subject' = m.did and e.payload->>'action' in ('left', 'removed')
      ) end as "endXid"
    from members l join members m on m.convo_id = l.convo_id and m.did = l.did
    join conversations c on c.convo_id = l.convo_id
    where l.did = ${did} and l.latest and (m.left_at is null or m.left_at > now() - make_interval(days => ${ENDED_DAYS}))
      ${convoId === undefined ? sql`` : sql`and l.convo_id = ${convoId}`}
    order by m.joined_seq`.execute(q)
  return rows
}
