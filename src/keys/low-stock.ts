import { sql } from 'kysely'
import type { Tx } from '../db/types.js'
import type { Outbox } from '../outbox/append.js'
import { type DeviceName, nameOf, rowsOf } from './device-name.js'
import { AVAILABLE, LOW_STOCK } from './stock.js'

/**
 * Tells the owners of devices that have just given away a package if few are left, and in any case if
 * it was the last resort.
 */
export async function announceLowStock(
  tx: Tx,
  { outbox }: { outbox: Outbox },
  cipherSuite: string,
  given: readonly (DeviceName & { lastResort: boolean })[],
): Promise<void> {
  if (given.length === 0) return
  const { rows } = await sql<DeviceName & { available: number }>`
    select device.did, device.device_id as "deviceId", (
      select count(*) from (
        select 1
        from key_packages
        where did = device.did
          and device_id = device.device_id
          and cipher_suite = ${cipherSuite}
          and ${AVAILABLE}
        limit ${LOW_STOCK}
      ) as counted
    ) as available
    from ${rowsOf(given)} as device
  `.execute(tx)
  const lastResorts = new Set(given.filter((one) => one.lastResort).map(nameOf))
  await outbox.append(
    tx,
    rows
      .filter((row) => row.available < LOW_STOCK || lastResorts.has(nameOf(row)))
      .map(({ did, deviceId, available }) => ({ kind: 'keyPackages', did, deviceId, available })),
  )
}
