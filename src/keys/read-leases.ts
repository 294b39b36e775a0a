import { sql } from 'kysely'
import type { Tx } from '../db/types.js'
import { type DeviceName, rowsOf } from './device-name.js'
import { type Holder, LEASED, type LeasedKeyPackage } from './holder.js'
import { UNUSED } from './stock.js'

/** What the holder has leased of these devices already; one for each at most. */
export async function readLeases(
  tx: Tx,
  { caller, convoId, cipherSuite }: Holder,
  devices: readonly DeviceName[],
): Promise<LeasedKeyPackage[]> {
  if (devices.length === 0) return []
  const { rows } = await sql<LeasedKeyPackage>`
    select distinct on (did, device_id) ${LEASED}
    from key_packages
    where (did, device_id) in ${rowsOf(devices)}
      and cipher_suite = ${cipherSuite}
      and ${UNUSED}
      and not_after > statement_timestamp()
      and case when last_resort
        then exists (
          select 1 from last_resort_leases as lease
          where lease.ref = key_packages.ref
            and lease.leased_to = ${caller}
            and lease.leased_convo is not distinct from ${convoId}::text
            and lease.leased_until > statement_timestamp())
        else leased_to = ${caller}
          and leased_convo is not distinct from ${convoId}::text
          and leased_until > statement_timestamp()
        end
    order by did, device_id, last_resort, leased_until desc, ref
  `.execute(tx)
  return rows
}
