import type { Queryable } from '../db/types.js'
import type { ConvoId, Did } from '../lib/ids.js'
import { encodeCursor } from '../outbox/cursor.js'
import type { StoredEvent } from '../outbox/read.js'
import { encodeEvent } from './encode-event.js'
import type { StreamItem } from './stream-item.js'

/** Finds out once, for all readers, what decides who gets each event. Log entries stay unloaded. */
export async function toItems(
  q: Queryable,
  incarnation: string,
  events: readonly StoredEvent[],
): Promise<StreamItem[]> {
  const founders = await membersOf(q, convosCreated(events))
  const shared = await convosOf(q, subjectsOfDevices(events))
  const subjects = subjectsByTransaction(events, founders)
  return events.map(({ position, event }): StreamItem => {
    const cursor = encodeCursor(incarnation, position)
    const changed =
      'convoId' in event ? subjects.get(`${position.xid} ${event.convoId}`) : undefined
    return {
      position,
      event,
      cursor,
      ...(changed && { subjects: changed }),
      ...(event.kind === 'device' && { sharedIn: shared.get(event.subject) ?? [] }),
      encoded: event.kind === 'message' ? undefined : (encodeEvent(event, cursor) ?? 'gone'),
    }
  })
}

function subjectsByTransaction(
  events: readonly StoredEvent[],
  founders: ReadonlyMap<ConvoId, Did[]>,
): Map<string, Set<Did>> {
  const subjects = new Map<string, Set<Did>>()
  for (const { position, event } of events) {
    if (!('convoId' in event)) continue
    const changed =
      event.kind === 'membershipChange'
        ? [event.subject]
        : isCreation(event)
          ? founders.get(event.convoId)
          : undefined
    if (!changed) continue
    const key = `${position.xid} ${event.convoId}`
    subjects.set(key, new Set([...(subjects.get(key) ?? []), ...changed]))
  }
  return subjects
}

function isCreation(event: StoredEvent['event']): event is Creation {
  return event.kind === 'convo' && event.action === 'created'
}

type Creation = Extract<StoredEvent['event'], { kind: 'convo' }>

function convosCreated(events: readonly StoredEvent[]): ConvoId[] {
  return events.flatMap(({ event }) => (isCreation(event) ? [event.convoId] : []))
}

function subjectsOfDevices(events: readonly StoredEvent[]): Did[] {
  return events.flatMap(({ event }) => (event.kind === 'device' ? [event.subject] : []))
}

async function membersOf(q: Queryable, convoIds: readonly ConvoId[]): Promise<Map<ConvoId, Did[]>> {
  if (convoIds.length === 0) return new Map()
  const rows = await q
    .selectFrom('members')
    .select((eb) => ['convo_id', eb.fn.agg<Did[]>('array_agg', ['did']).as('dids')])
    .where('convo_id', 'in', convoIds)
    .where('latest', '=', true)
    .groupBy('convo_id')
    .execute()
  return new Map(rows.map(({ convo_id, dids }) => [convo_id, dids]))
}

async function convosOf(q: Queryable, dids: readonly Did[]): Promise<Map<Did, ConvoId[]>> {
  if (dids.length === 0) return new Map()
  const rows = await q
    .selectFrom('members')
    .select((eb) => ['did', eb.fn.agg<ConvoId[]>('array_agg', ['convo_id']).as('convoIds')])
    .where('did', 'in', [...new Set(dids)])
    .where('latest', '=', true)
    .where('left_at', 'is', null)
    .groupBy('did')
    .execute()
  return new Map(rows.map(({ did, convoIds }) => [did, convoIds]))
}
