import { sql } from 'kysely'
import type { Queryable } from '../db/types.js'
import type { Position } from './position.js'

/**
 * For how many milliseconds the oldest committed event has been waiting for an older transaction that
 * still runs; 0 if none waits. Any writing transaction of the whole server counts, also of another
 * database: above a second somebody should look for it.
 */
export async function readHorizonLag(q: Queryable): Promise<number> {
  const { rows } = await sql<{ ms: number }>`
    select (extract(epoch from clock_timestamp() - created_at) * 1000)::float8 as ms
    from event_stream where xid >= pg_snapshot_xmin(pg_current_snapshot())
    order by xid, id limit 1`.execute(q)
  return Math.max(0, rows[0]?.ms ?? 0)
}

/** Age in milliseconds of the oldest committed event after `position`; 0 if there is none. */
export async function readLagAfter(q: Queryable, { xid, id }: Position): Promise<number> {
  const { rows } = await sql<{ ms: number }>`
    select (extract(epoch from clock_timestamp() - created_at) * 1000)::float8 as ms
    from event_stream where (xid, id) > (${xid.toString()}::xid8, ${id}::bigint)
    order by xid, id limit 1`.execute(q)
  return Math.max(0, rows[0]?.ms ?? 0)
}
