import type { Queryable } from '../db/types.js'
import { DeviceUnknownError } from '../errors.js'
import type { DeviceId, Did } from '../lib/ids.js'
import { type DeviceRow, hasKey } from './device-row.js'

/**
 * The device's row. In a transaction the device then stays live until its end: `deleteDevice` waits
 * for it. (The lock lets publishing and `touchDevice` pass.)
 *
 * @param signatureKey where given, the device must be registered with it.
 * @throws {DeviceUnknownError} unless the account has the device and has not deleted it.
 */
export async function requireLiveDevice(
  q: Queryable,
  did: Did,
  deviceId: DeviceId,
  signatureKey?: Uint8Array,
): Promise<DeviceRow> {
  const row = q.selectFrom('devices').selectAll().where('did', '=', did)
  const one = row.where('device_id', '=', deviceId)
  const device = await (q.isTransaction ? one.forKeyShare() : one).executeTakeFirst()
  if (!device || device.deleted_at !== null) {
    throw new DeviceUnknownError(
      device ? 'This device was deleted' : 'The account has no such device; register it first',
    )
  }
  if (signatureKey && !hasKey(device, signatureKey)) {
    throw new DeviceUnknownError('This device is registered with another signature key')
  }
  return device
}
