import { sql } from 'kysely'
import type { Tx } from '../db/types.js'
import { type DeviceName, rowsOf } from './device-name.js'
import { endOfLease, type Holder, LEASED, type LeasedKeyPackage } from './holder.js'
import { LASTS, UNUSED } from './stock.js'

/** A lease that ended so long ago cannot be committed with any more: it has to be asked for again. */
const ENDED_LEASE_KEPT_DAYS = 30

/** Gives the newest last-resort package of each device that has one. Others may hold it as well. */
export async function leaseLastResorts(
  tx: Tx,
  holder: Holder,
  devices: readonly DeviceName[],
): Promise<LeasedKeyPackage[]> {
  if (devices.length === 0) return []
  const { rows } = await sql<LeasedKeyPackage>`
    select distinct on (did, device_id) ${LEASED}
    from key_packages
    where (did, device_id) in ${rowsOf(devices)}
      and cipher_suite = ${holder.cipherSuite}
      and ${UNUSED} and last_resort and ${LASTS}
    order by did, device_id, created_at desc, ref
  `.execute(tx)
  if (rows.length > 0) await noteLeases(tx, holder, rows)
  return rows
}

async function noteLeases(
  tx: Tx,
  holder: Holder,
  leased: readonly LeasedKeyPackage[],
): Promise<void> {
  const refs = leased.map(({ keyPackageRef }) => keyPackageRef)
  await tx
    .deleteFrom('last_resort_leases')
    .where('ref', 'in', refs)
    .where(
      'leased_until',
      '<',
      sql<Date>`statement_timestamp() - make_interval(days => ${sql.lit(ENDED_LEASE_KEPT_DAYS)})`,
    )
    .execute()
  const { caller, convoId } = holder
  const until = endOfLease(holder)
  await tx
    .insertInto('last_resort_leases')
    .values(
      refs.map((ref) => ({ ref, leased_to: caller, leased_convo: convoId, leased_until: until })),
    )
    .onConflict((oc) =>
      oc.columns(['ref', 'leased_to', 'leased_convo']).doUpdateSet({ leased_until: until }),
    )
    .execute()
}
