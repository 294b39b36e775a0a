import { sql } from 'kysely'
import type { Queryable } from '../db/types.js'
import type { DeviceId, Did } from '../lib/ids.js'

/** Below this many available packages the device is asked for more. */
export const LOW_STOCK = 10
/** A package that ends sooner is not given out: its welcome would come too late. */
export const LIFETIME_LEFT_MIN_SECONDS = 600

/*
 * Conditions on a row of `key_packages`. They go by the database's clock: instances whose clocks
 * differ must agree on when a lease ends.
 */

/** Neither consumed nor deleted. */
export const UNUSED = sql<boolean>`
  (key_packages.consumed_at is null and key_packages.deleted_at is null)`
export const LASTS = sql<boolean>`
  (key_packages.not_after > statement_timestamp() + make_interval(secs => ${sql.lit(LIFETIME_LEFT_MIN_SECONDS)}))`
export const UNLEASED = sql<boolean>`
  (key_packages.leased_until is null or key_packages.leased_until <= statement_timestamp())`
export const AVAILABLE = sql<boolean>`
  (${UNUSED} and not key_packages.last_resort and ${UNLEASED} and ${LASTS})`

/** How many packages each device could give out now, last-resort ones aside; devices with none are absent. */
export async function countAvailable(
  q: Queryable,
  { did, cipherSuite }: { did: Did; cipherSuite?: string },
): Promise<Map<DeviceId, number>> {
  let query = q
    .selectFrom('key_packages')
    .select(['device_id', sql<number>`count(*)`.as('available')])
    .where('did', '=', did)
    .where(AVAILABLE)
    .groupBy('device_id')
  if (cipherSuite !== undefined) query = query.where('cipher_suite', '=', cipherSuite)
  const rows = await query.execute()
  return new Map(rows.map(({ device_id, available }) => [device_id, available]))
}
