import { sql } from 'kysely'
import { changed, inBatches } from './in-batches.js'
import { HOUR_MS, type Job } from './job.js'

const EMPTYING = { name: 'forgetWelcomes', size: 20 }
const DELETING = { name: 'forgetWelcomes', size: 500 }

/**
 * Takes the bytes of Welcomes that nobody can ask for any more (acknowledged, ended, expired by every
 * clock), and later the rows. Of those that were never taken the row stays while their leaf does: by it
 * the device learns why it cannot follow.
 */
export const forgetWelcomes: Job = {
  name: DELETING.name,
  intervalMs: HOUR_MS,
  async run(ctx, signal) {
    const emptied = await inBatches(ctx, signal, EMPTYING, async (tx, size) =>
      changed(
        await sql`
          update welcome_messages set welcome = '' where (convo_id, seq) in (
            select m.convo_id, m.seq from welcome_messages m
            where octet_length(m.welcome) > 0 and not exists (
              select 1 from welcomes w
              where w.convo_id = m.convo_id and w.seq = m.seq
                and case when w.state = 'pending' then w.expires_at else w.ended_at end
                  > now() - interval '1 hour'
            ) limit ${size})`.execute(tx),
      ),
    )
    const deleted = await inBatches(ctx, signal, DELETING, async (tx, size) =>
      changed(
        await sql`
          delete from welcomes where welcome_id in (
            select w.welcome_id from welcomes w
            where w.created_at < now() - make_interval(days => ${ctx.retention.welcomes})
              and w.expires_at < now()
              and (w.state in ('joined', 'superseded', 'removed') or not exists (
                select 1 from leaves l
                where l.convo_id = w.convo_id and l.added_seq = w.seq
                  and l.did = w.did and l.device_id = w.device_id))
            limit ${size} for update skip locked)`.execute(tx),
      ),
    )
    const unreferred = await inBatches(ctx, signal, DELETING, async (tx, size) =>
      changed(
        await sql`
          delete from welcome_messages where (convo_id, seq) in (
            select m.convo_id, m.seq from welcome_messages m
            where not exists (
              select 1 from welcomes w where w.convo_id = m.convo_id and w.seq = m.seq)
            limit ${size})`.execute(tx),
      ),
    )
    return emptied + deleted + unreferred
  },
}
