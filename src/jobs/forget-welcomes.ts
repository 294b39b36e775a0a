import { type RawBuilder, sql } from 'kysely'
import type { Tx } from '../db/types.js'
import type { ConvoId, Seq } from '../lib/ids.js'
import { changed, inBatches } from './in-batches.js'
import { inPages, type Page } from './in-pages.js'
import { HOUR_MS, type Job } from './job.js'

const NAME = 'forgetWelcomes'
const DELETING = { name: NAME, size: 500 }
/** Each may be as large as a group: a transaction is short all the same. */
const PAGE = 50

/**
 * Takes the bytes of Welcomes that nobody can ask for any more (acknowledged, ended, expired by every
 * clock), and later the rows. Of those that were never taken the row stays while their leaf does: by it
 * the device learns why it cannot follow.
 */
export const forgetWelcomes: Job = {
  name: NAME,
  intervalMs: HOUR_MS,
  async run(ctx, signal) {
    const emptied = await inPages<Place>(ctx, signal, NAME, emptyPage)
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
    const unreferred = await inPages<Place>(ctx, signal, NAME, deleteUnreferred)
    return emptied + deleted + unreferred
  },
}

function emptyPage(tx: Tx, after: Place | undefined): Promise<Page<Place>> {
  return onPage(
    tx,
    after,
    sql`
      update welcome_messages m set welcome = '' from page
      where m.convo_id = page.convo_id and m.seq = page.seq and octet_length(m.welcome) > 0
        and not exists (
          select 1 from welcomes w
          where w.convo_id = m.convo_id and w.seq = m.seq
            and case when w.state = 'pending' then w.expires_at else w.ended_at end
              > now() - interval '1 hour')`,
  )
}

function deleteUnreferred(tx: Tx, after: Place | undefined): Promise<Page<Place>> {
  return onPage(
    tx,
    after,
    sql`
      delete from welcome_messages m using page
      where m.convo_id = page.convo_id and m.seq = page.seq
        and not exists (
          select 1 from welcomes w where w.convo_id = m.convo_id and w.seq = m.seq)`,
  )
}

/** Does something to the rows of the next `page`. */
async function onPage(
  tx: Tx,
  after: Place | undefined,
  work: RawBuilder<unknown>,
): Promise<Page<Place>> {
  const { rows } = await sql<{ changed: number; convoId: ConvoId | null; seq: Seq | null }>`
    with page as (
      select convo_id, seq from welcome_messages
      where (convo_id, seq) > (${after?.convoId ?? ''}, ${after?.seq ?? 0}::bigint)
      order by convo_id, seq limit ${PAGE}
    ), changed as (${work} returning 1), last as (
      select convo_id, seq from page order by convo_id desc, seq desc limit 1
    )
    select (select count(*) from changed) as changed, convo_id as "convoId", seq
    from (select) one left join last on true`.execute(tx)
  const { changed, convoId, seq } = rows[0]!
  return { changed, last: convoId !== null && seq !== null ? { convoId, seq } : undefined }
}

interface Place {
  convoId: ConvoId
  seq: Seq
}
