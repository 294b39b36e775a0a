import type { Tx } from '../db/types.js'
import { DeviceKeyMismatchError, DeviceUnknownError, TooManyDevicesError } from '../errors.js'
import type { DeviceId, Did } from '../lib/ids.js'
import type { DeviceDeps } from './deps.js'
import { type DeviceRow, hasKey } from './device-row.js'

/**
 * Registers a device that `lockDevices` did not find. The account's other devices say whether it may:
 * there is room, and its key is no other's, deleted ones included.
 */
export async function insertDevice(
  tx: Tx,
  { config, outbox }: Pick<DeviceDeps, 'config' | 'outbox'>,
  { did, deviceId, signatureKey, name, now, place }: NewDevice,
): Promise<DeviceRow> {
  const others = await tx
    .selectFrom('devices')
    .select(['signature_key', 'deleted_at'])
    .where('did', '=', did)
    .execute()
  const at = place === undefined ? '' : `${place}: `
  const sameKey = others.find((other) => hasKey(other, signatureKey))
  if (sameKey && sameKey.deleted_at !== null) {
    throw new DeviceUnknownError(
      `${at}A device with this signature key was deleted; take a new deviceId and a new key`,
    )
  }
  if (sameKey) {
    throw new DeviceKeyMismatchError(
      `${at}Another device of this account is registered with this signature key; every device has its own`,
    )
  }
  const max = config.limits.devicesPerAccount
  if (others.filter(({ deleted_at }) => deleted_at === null).length >= max) {
    throw new TooManyDevicesError(
      `${at}An account has at most ${max} devices; delete one with deleteDevice`,
    )
  }
  const device = await tx
    .insertInto('devices')
    .values({
      did,
      device_id: deviceId,
      signature_key: signatureKey,
      name: name ?? null,
      created_at: now,
      last_seen_at: now,
    })
    .returningAll()
    .executeTakeFirstOrThrow()
  await outbox.append(tx, [{ kind: 'device', subject: did, deviceId, action: 'registered' }])
  return device
}

export interface NewDevice {
  did: Did
  deviceId: DeviceId
  signatureKey: Uint8Array
  name?: string | undefined
  now: Date
  /** Where in the request it is named, for messages. */
  place?: string
}
