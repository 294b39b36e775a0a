import { sql } from 'kysely'
import { ENTRY_KIND } from '../db/schema.js'
import { changed, inBatches } from './in-batches.js'
import { HOUR_MS, type Job } from './job.js'

const BATCH = { name: 'forgetMessages', size: 200 }

/**
 * Takes the ciphertext of application entries that are older than `MESSAGE_RETENTION_DAYS`. The entry
 * stays, with its seq and hashes: the log keeps its order and its chain. Commits stay whole.
 */
export const forgetMessages: Job = {
  name: BATCH.name,
  intervalMs: HOUR_MS,
  async run(ctx, signal) {
    const days = ctx.retention.messages
    if (days === 0) return 0
    return inBatches(ctx, signal, BATCH, async (tx, size) =>
      changed(
        await sql`
          update messages set ciphertext = null where (convo_id, seq) in (
            select convo_id, seq from messages
            where kind = ${sql.lit(ENTRY_KIND.application)} and ciphertext is not null
              and created_at < now() - make_interval(days => ${days})
            order by created_at limit ${size} for update skip locked)`.execute(tx),
      ),
    )
  },
}
