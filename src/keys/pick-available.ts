import { sql } from 'kysely'
import type { Tx } from '../db/types.js'
import { type DeviceName, rowsOf } from './device-name.js'
import { endOfLease, type Holder, LEASED, type LeasedKeyPackage } from './holder.js'
import { AVAILABLE } from './stock.js'

/**
 * Leases the oldest available package of each device that has one. A row that another call is about to
 * lease is passed over; one that was leased since this statement began is looked at again by the
 * database, and passed over too.
 */
export async function pickAvailable(
  tx: Tx,
  holder: Holder,
  devices: readonly DeviceName[],
): Promise<LeasedKeyPackage[]> {
  if (devices.length === 0) return []
  const { caller, convoId, cipherSuite } = holder
  const { rows } = await sql<LeasedKeyPackage>`
    with picked as materialized (
      select oldest.ref
      from ${rowsOf(devices)} as device
      cross join lateral (
        select ref
        from key_packages
        where did = device.did
          and device_id = device.device_id
          and cipher_suite = ${cipherSuite}
          and ${AVAILABLE}
        order by created_at, ref
        limit 1
        for no key update skip locked
      ) as oldest
    )
    update key_packages
    set leased_to = ${caller},
      leased_convo = ${convoId},
      leased_until = ${endOfLease(holder)}
    from picked
    where key_packages.ref = picked.ref
    returning ${LEASED}
  `.execute(tx)
  return rows
}
