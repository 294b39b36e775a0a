import { type RawBuilder, sql } from 'kysely'
import { runPrepared } from '../../db/prepared.js'
import type { Queryable } from '../../db/types.js'
import { ENTRY_VIEW_COLUMNS, type EntryRow } from './message-view.js'

/** Of a page as JSON. One entry is 5.6 MiB at most, so that a page always has the first. */
const PAGE_BYTES_MAX = 8 * 1024 * 1024
/** All of an entry's JSON but its ciphertext; measured 720 with the longest ids. */
const ENTRY_BYTES = 1024

/** What an entry's view is made of; for the inner queries of `readEntryPage`. */
export const ENTRY_COLUMNS = sql`convo_id, seq, kind, generation, epoch, message_id, ciphertext,
  content_hash, previous_hash, hash, created_at`

/**
 * A page of `entries` (a query that gives `ENTRY_COLUMNS`): the first `limit` in the direction that is
 * read, fewer where they would be too many bytes; always ascending.
 *
 * @NOTE The ciphertexts lie outside of their rows: their lengths are known without reading them, and
 * none is read that is not in the page.
 */
export async function readEntryPage(
  q: Queryable,
  { name, entries, limit, direction }: EntryQuery,
): Promise<{ rows: EntryRow[]; hasMore: boolean }> {
  const order = ORDERS[direction]
  const rows = await runPrepared(
    q,
    `${name}_${direction}`,
    sql<EntryRow & { found: number }>`
    select ${ENTRY_VIEW_COLUMNS}, found
    from (
      select ${ENTRY_COLUMNS}, count(*) over () as found,
        sum(${ENTRY_BYTES} + (coalesce(octet_length(ciphertext), 0) + 2) / 3 * 4)
          over (order by seq ${order}) as bytes
      from (${entries} order by seq ${order} limit ${limit + 1}) as entry
    ) as counted
    where bytes <= ${PAGE_BYTES_MAX}
    order by seq ${order}
    limit ${limit}`,
  )
  const hasMore = rows.length < (rows[0]?.found ?? 0)
  if (direction === 'backward') rows.reverse()
  return { rows, hasMore }
}

const ORDERS = { forward: sql`asc`, backward: sql`desc` }

export interface EntryQuery {
  /** Of the statement that `entries` makes it. */
  name: string
  entries: RawBuilder<unknown>
  limit: number
  /** `forward`: the oldest of them; `backward`: the newest. */
  direction: keyof typeof ORDERS
}
