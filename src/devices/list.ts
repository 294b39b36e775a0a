import type { DeviceId, Did } from '../lib/ids.js'
import { countAvailable } from '../keys/stock.js'
import type { DeviceDeps } from './deps.js'
import type { DeviceRow } from './device-row.js'

/** The live devices of `did`, the oldest first; their private part only if `caller` owns them. */
export async function listDevices(
  { db }: Pick<DeviceDeps, 'db'>,
  { caller, did }: { caller: Did; did: Did },
): Promise<ListedDevice[]> {
  const rows = await db
    .selectFrom('devices')
    .selectAll()
    .where('did', '=', did)
    .where('deleted_at', 'is', null)
    .orderBy('created_at')
    .orderBy('device_id')
    .execute()
  if (caller !== did) return rows.map(publicPart)
  const available = await countAvailable(db, { did })
  return rows.map((row) => ownPart(row, available.get(row.device_id) ?? 0))
}

export function ownPart(row: DeviceRow, keyPackagesAvailable: number): OwnDevice {
  return {
    ...publicPart(row),
    ...(row.name !== null && { name: row.name }),
    createdAt: row.created_at,
    lastSeenAt: row.last_seen_at,
    keyPackagesAvailable,
  }
}

function publicPart({ device_id, signature_key }: DeviceRow): PublicDevice {
  return { deviceId: device_id, signaturePublicKey: signature_key }
}

export type ListedDevice = PublicDevice & Partial<OwnDevice>

/** What anybody may know of a device. */
export interface PublicDevice {
  deviceId: DeviceId
  signaturePublicKey: Uint8Array
}

export interface OwnDevice extends PublicDevice {
  name?: string
  createdAt: Date
  lastSeenAt: Date
  /** Of all suites, the last-resort ones aside. */
  keyPackagesAvailable: number
}
