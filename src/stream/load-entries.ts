import { sql } from 'kysely'
import { runPrepared } from '../db/prepared.js'
import type { Queryable } from '../db/types.js'
import type { ConvoId, Seq } from '../lib/ids.js'
import { encodeEntry } from './encode-event.js'
import { ENTRY_VIEW_COLUMNS, type EntryRow } from '../convo/read/message-view.js'
import type { StreamItem } from './stream-item.js'

/** Reads the log entries that `items` point to, of those that have not been read yet; one statement. */
export async function loadEntries(q: Queryable, items: readonly StreamItem[]): Promise<void> {
  const wanted = items.flatMap((item) => {
    const { encoded, event } = item
    return encoded === undefined && event.kind === 'message' ? [{ item, place: event }] : []
  })
  if (wanted.length === 0) return
  const rows = await readEntries(
    q,
    wanted.map(({ place }) => place),
  )
  const byPlace = new Map(rows.map((row) => [keyOf(row.convo_id, row.seq), row]))
  for (const { item, place } of wanted) {
    const row = byPlace.get(keyOf(place.convoId, place.seq))
    item.encoded ??= row ? encodeEntry(row, item.cursor) : 'gone'
  }
}

/** Some items, in order, and the ciphertext that has to be loaded for them. */
export interface Piece {
  items: StreamItem[]
  bytes: number
}

/** Cuts `items` into pieces of at most `maxBytes` of ciphertext each; one item alone may have more. */
export async function inPieces(
  q: Queryable,
  items: readonly StreamItem[],
  maxBytes: number,
): Promise<Piece[]> {
  const places = items.flatMap(({ encoded, event }) =>
    encoded === undefined && event.kind === 'message' ? [event] : [],
  )
  const sizes = places.length > 0 ? await readSizes(q, places) : new Map<string, number>()
  const pieces: Piece[] = []
  for (const item of items) {
    const { event, encoded } = item
    const unloaded = encoded === undefined && event.kind === 'message'
    const bytes = unloaded ? (sizes.get(keyOf(event.convoId, event.seq)) ?? 0) : 0
    const last = pieces.at(-1)
    if (last && last.bytes + bytes <= maxBytes) {
      last.items.push(item)
      last.bytes += bytes
    } else {
      pieces.push({ items: [item], bytes })
    }
  }
  return pieces
}

interface Place {
  convoId: ConvoId
  seq: Seq
}

function keyOf(convoId: ConvoId, seq: Seq): string {
  return `${convoId} ${seq}`
}

function wantedPlaces(places: readonly Place[]) {
  const convoIds = places.map(({ convoId }) => convoId)
  const seqs = places.map(({ seq }) => seq)
  return sql<Place>`unnest(${sql.val(convoIds)}::text[], ${sql.val(seqs)}::bigint[]) as want(convo_id, seq)`
}

async function readEntries(q: Queryable, places: readonly Place[]): Promise<EntryRow[]> {
  return runPrepared(
    q,
    'entries_of_events',
    sql<EntryRow>`
    select ${ENTRY_VIEW_COLUMNS}
    from ${wantedPlaces(places)} join messages using (convo_id, seq)`,
  )
}

/** The length stands in the row: ciphertexts are not read for it. */
async function readSizes(q: Queryable, places: readonly Place[]): Promise<Map<string, number>> {
  const { rows } = await sql<{ convo_id: ConvoId; seq: Seq; bytes: number | null }>`
    select m.convo_id, m.seq, octet_length(m.ciphertext) as bytes
    from ${wantedPlaces(places)} join messages m using (convo_id, seq)`.execute(q)
  return new Map(rows.map((row) => [keyOf(row.convo_id, row.seq), row.bytes ?? 0]))
}
