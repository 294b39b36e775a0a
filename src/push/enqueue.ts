import { sql } from 'kysely'
import type { Tx } from '../db/types.js'
import type { ConvoId, Seq } from '../lib/ids.js'
import { ORIGIN, type Position, positionOf } from '../outbox/position.js'
import { readEvents, readNewest, type StoredEvent } from '../outbox/read.js'

/**
 * Reads on in the event stream and queues what devices are to be woken for, in one transaction with the
 * position: an event is neither lost nor queued twice, whatever crashes. Answers how many were read.
 *
 * It begins with what happens from now on, and so again in another incarnation of the database.
 */
export async function enqueuePushes(
  tx: Tx,
  { incarnation, delayMs }: { incarnation: string; delayMs: number },
  limit: number,
): Promise<number> {
  const position = await readPosition(tx, incarnation)
  if (!position) {
    await writePosition(tx, incarnation, (await readNewest(tx)) ?? ORIGIN)
    return 0
  }
  const { events } = await readEvents(tx, position, limit)
  const last = events.at(-1)
  if (!last) return 0
  await queueMessages(tx, events, delayMs)
  await queueWelcomes(tx, events, delayMs)
  await writePosition(tx, incarnation, last.position)
  return events.length
}

/** For all devices of members that want to hear of it, unless the account has read it meanwhile. */
async function queueMessages(
  tx: Tx,
  events: readonly StoredEvent[],
  delayMs: number,
): Promise<void> {
  const entries: { convoId: ConvoId; seq: Seq }[] = events.flatMap(({ event }) =>
    event.kind === 'message' ? [event] : [],
  )
  if (entries.length === 0) return
  const convoIds = sql.val(entries.map(({ convoId }) => convoId))
  const seqs = sql.val(entries.map(({ seq }) => seq))
  await sql`
    insert into push_queue as q (registration_id, convo_id, seq, due_at)
    select r.registration_id, m.convo_id, max(e.seq), ${dueAt(delayMs)}
    from unnest(${convoIds}::text[], ${seqs}::bigint[]) as e(convo_id, seq)
    join messages l on l.convo_id = e.convo_id and l.seq = e.seq and l.kind = 1
    join members m on m.convo_id = e.convo_id and m.joined_seq <= e.seq and ${WANTS}
    join push_registrations r on r.did = m.did
    group by r.registration_id, m.convo_id
    ${COLLAPSE}`.execute(tx)
}

/** For the device that was added. */
async function queueWelcomes(
  tx: Tx,
  events: readonly StoredEvent[],
  delayMs: number,
): Promise<void> {
  for (const { event } of events) {
    if (event.kind !== 'welcome') continue
    const { convoId, did, deviceId, seq } = event
    await sql`
      insert into push_queue as q (registration_id, convo_id, seq, due_at)
      select r.registration_id, m.convo_id, ${seq}::bigint, ${dueAt(delayMs)}
      from members m
      join push_registrations r on r.did = m.did and r.device_id = ${deviceId}
      where m.convo_id = ${convoId} and m.did = ${did} and ${WANTS}
      ${COLLAPSE}`.execute(tx)
  }
}

/** A member that accepted the conversation and did not mute it. */
export const WANTS = sql<boolean>`m.left_at is null and m.status = 'accepted' and not m.muted`

const COLLAPSE = sql`
  on conflict (registration_id, convo_id) do update set seq = greatest(q.seq, excluded.seq)`

function dueAt(delayMs: number) {
  return sql`now() + make_interval(secs => ${delayMs / 1000}::float8)`
}

async function readPosition(tx: Tx, incarnation: string): Promise<Position | undefined> {
  const row = await tx
    .selectFrom('push_cursor')
    .select([sql<string>`xid::text`.as('xid'), 'id', 'incarnation'])
    .executeTakeFirst()
  return row?.incarnation === incarnation ? positionOf(row) : undefined
}

async function writePosition(tx: Tx, incarnation: string, { xid, id }: Position): Promise<void> {
  const values = { incarnation, xid: xid.toString(), id }
  await tx
    .insertInto('push_cursor')
    .values(values)
    .onConflict((oc) => oc.column('only_row').doUpdateSet(values))
    .execute()
}
