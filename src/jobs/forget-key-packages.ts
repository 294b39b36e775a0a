import { sql } from 'kysely'
import { changed, inBatches } from './in-batches.js'
import { HOUR_MS, type Job } from './job.js'

const BATCH = { name: 'forgetKeyPackages', size: 500 }
/** So long the contract tells an expired package from one that was never published. */
const EXPIRED_KEPT_DAYS = 30
/** A commit may use a package whose lease has ended; after so long it has to lease again. */
const ENDED_LEASE_KEPT_DAYS = 30

/** Deletes key packages that expired long ago, and forgets who had leased which. */
export const forgetKeyPackages: Job = {
  name: BATCH.name,
  intervalMs: HOUR_MS,
  async run(ctx, signal) {
    const packages = await inBatches(ctx, signal, BATCH, async (tx, size) =>
      changed(
        await sql`
          delete from key_packages where ref in (
            select ref from key_packages
            where not_after < now() - make_interval(days => ${EXPIRED_KEPT_DAYS})
            order by not_after limit ${size} for update skip locked)`.execute(tx),
      ),
    )
    const leases = await inBatches(ctx, signal, BATCH, async (tx, size) =>
      changed(
        await sql`
          update key_packages set leased_to = null, leased_convo = null, leased_until = null
          where ref in (
            select ref from key_packages
            where leased_to is not null
              and leased_until < now() - make_interval(days => ${ENDED_LEASE_KEPT_DAYS})
            limit ${size} for update skip locked)`.execute(tx),
      ),
    )
    const lastResorts = await inBatches(ctx, signal, BATCH, async (tx, size) =>
      changed(
        await sql`
          delete from last_resort_leases where ctid in (
            select ctid from last_resort_leases
            where leased_until < now() - make_interval(days => ${ENDED_LEASE_KEPT_DAYS})
            order by leased_until limit ${size} for update skip locked)`.execute(tx),
      ),
    )
    return packages + leases + lastResorts
  },
}
