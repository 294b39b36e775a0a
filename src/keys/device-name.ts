import { sql } from 'kysely'
import type { DeviceId, Did } from '../lib/ids.js'

/** Names one device of all accounts. */
export interface DeviceName {
  did: Did
  deviceId: DeviceId
}

/** The same text for the same device: for sets and maps. */
export function nameOf({ did, deviceId }: DeviceName): string {
  return `${did}#${deviceId}`
}

/** A subquery of rows (did, device_id), for `in` and `from`. */
export function rowsOf(devices: readonly DeviceName[]) {
  const dids = sql.val(devices.map(({ did }) => did))
  const deviceIds = sql.val(devices.map(({ deviceId }) => deviceId))
  return sql`(select * from unnest(${dids}::text[], ${deviceIds}::text[]) as named (did, device_id))`
}
