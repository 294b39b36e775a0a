import { sql } from 'kysely'
import type { Queryable } from '../db/types.js'
import type { ConvoId, Did } from '../lib/ids.js'
import type { EventColumns } from './events.js'
import type { Position } from './position.js'
import { type StoredEvent, toStored } from './read.js'

/**
 * The first `limit` readable events after `after` that may concern an account: those of conversations
 * that it is or was in, its own, and those of devices, whoever's. Which of them it may see is for the
 * reader to judge.
 *
 * It costs what the account's own events cost, not what happened meanwhile to all others.
 *
 * @param onlyConvo leaves out other conversations.
 */
export async function readAccountEvents(
  q: Queryable,
  { did, onlyConvo }: { did: Did; onlyConvo: ConvoId | undefined },
  after: Position,
  limit: number,
): Promise<StoredEvent[]> {
  const columns = sql.raw('e.xid, e.id, e.kind, e.convo_id, e.did, e.seq, e.payload')
  const next = sql`
    (e.xid, e.id) > (${after.xid.toString()}::xid8, ${after.id}::bigint)
    and e.xid < pg_snapshot_xmin(pg_current_snapshot())
    order by e.xid, e.id limit ${limit}`
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
      (select ${columns} from event_stream e where e.kind = 'device' and ${next})
    ) e order by e.xid, e.id limit ${limit}`.execute(q)
  return rows.map(toStored)
}
