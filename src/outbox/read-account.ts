import { sql } from 'kysely'
import type { Queryable } from '../db/types.js'
import type { ConvoId, Did } from '../lib/ids.js'
import type { EventColumns } from './events.js'
import type { Position } from './position.js'
import { type StoredEvent, toStored } from './read.js'

/**
 * The first `limit` readable events after `after` that may concern an account: those of conversations
 * that it is or was in, its own, and those of devices. Which of them it may see is for the reader to judge.
 *
 * It costs what the account's own events cost, not what happened meanwhile to all others.
 *
 * @param onlyConvo leaves out other conversations.
 */
export async function readAccountEvents(
  q: Queryable,
  { did, onlyConvo, devices }: AccountEventsQuery,
  after: Position,
  limit: number,
): Promise<StoredEvent[]> {
  const columns = sql.raw('e.xid, e.id, e.kind, e.convo_id, e.did, e.seq, e.payload')
  const next = sql`${isReadableAfter(after)} order by e.xid, e.id limit ${limit}`
  const filter = onlyConvo === undefined ? sql`` : sql`and m.convo_id = ${onlyConvo}`
  const { rows } = await sql<EventColumns & { xid: string; id: number }>`
    select e.xid::text, e.id, e.kind, e.convo_id, e.did, e.seq, e.payload from (
      (select ${columns} from members m cross join lateral (
        select ${columns} from event_stream e
        where e.convo_id = m.convo_id and e.did is null and ${next}
      ) e where m.did = ${did} and m.latest ${filter})
      union all
      (select ${columns} from event_stream e where e.did = ${did} and ${next})
      union all
      (select ${columns} from ${devices === 'companions' ? companionsOf(did) : EVERYBODY}
        cross join lateral (
          select ${columns} from event_stream e
          where e.kind = 'device' and ${devices === 'companions' ? OF_COMPANION : ANY} and ${next}
        ) e)
    ) e order by e.xid, e.id limit ${limit}`.execute(q)
  return rows.map(toStored)
}

/**
 * Whose device events are to be read for an account that was away since `after`: everybody's, which are
 * then judged one by one, or, where those are many, of each account that it shares a conversation with.
 */
export async function whoseDevices(
  q: Queryable,
  after: Position,
): Promise<AccountEventsQuery['devices']> {
  const { rows } = await sql<{ count: number }>`
    select count(*) as count from (
      select from event_stream e where e.kind = 'device' and ${isReadableAfter(after)}
      order by e.xid, e.id limit ${FEW_DEVICE_EVENTS + 1}
    ) as first_of_them`.execute(q)
  return rows[0]!.count > FEW_DEVICE_EVENTS ? 'companions' : 'all'
}

/** It takes no longer to read so many than to look up whom an account knows. */
const FEW_DEVICE_EVENTS = 256

const EVERYBODY = sql`(select) everybody`
const ANY = sql<boolean>`true`
const OF_COMPANION = sql<boolean>`e.payload->>'subject' = companion.did`

function companionsOf(did: Did) {
  return sql`(
    select did from members where convo_id in (
      select convo_id from members where did = ${did} and left_at is null) and left_at is null
    union select ${did}
  ) companion`
}

function isReadableAfter({ xid, id }: Position) {
  return sql<boolean>`
    (e.xid, e.id) > (${xid.toString()}::xid8, ${id}::bigint)
    and e.xid < pg_snapshot_xmin(pg_current_snapshot())`
}

export interface AccountEventsQuery {
  did: Did
  onlyConvo: ConvoId | undefined
  devices: 'all' | 'companions'
}
