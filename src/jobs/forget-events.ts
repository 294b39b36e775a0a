import { sql } from 'kysely'
import { changed, inBatches } from './in-batches.js'
import { type Job, MINUTE_MS } from './job.js'

const BATCH = { name: 'forgetEvents', size: 500 }

/**
 * Ends the stream's window: events older than it are deleted.
 *
 * @NOTE Always from the stream's beginning, up to the first event that stays. A hole behind an event that
 * is kept would be a silent loss for the reader whose cursor lies before it.
 */
export const forgetEvents: Job = {
  name: BATCH.name,
  intervalMs: 10 * MINUTE_MS,
  run: (ctx, signal) =>
    inBatches(ctx, signal, BATCH, async (tx, size) =>
      changed(
        await sql`
          with oldest as (
            select xid, id, created_at < now() - make_interval(days => ${ctx.retention.events}) as over
            from event_stream order by xid, id limit ${size}
          ), kept as (
            select xid, id from oldest where not over order by xid, id limit 1
          )
          delete from event_stream e using oldest o
          where e.xid = o.xid and e.id = o.id and o.over
            and not exists (select 1 from kept k where (k.xid, k.id) < (o.xid, o.id))`.execute(tx),
      ),
    ),
}
