import type { Tx } from '../db/types.js'
import { DeviceKeyMismatchError, DeviceUnknownError, TooManyDevicesError } from '../errors.js'
import { DELETED_ACCOUNT, type DeviceId, type Did } from '../lib/ids.js'
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
  await requireNotBeingDeleted(tx, did)
  const sameKey = others.find((other) => hasKey(other, signatureKey))
  if (sameKey?.deleted_at != null || (await wasForgotten(tx, signatureKey))) {
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

/** Until that is done: what it forgets must not come back meanwhile. */
async function requireNotBeingDeleted(tx: Tx, did: Did): Promise<void> {
  const deletion = await tx
    .selectFrom('account_deletions')
    .select('did')
    .where('did', '=', did)
    .executeTakeFirst()
  if (deletion) {
    throw new DeviceUnknownError('The account is being deleted here; try again in a while')
  }
}

/** Whether a device with this key was deleted with its account. */
async function wasForgotten(tx: Tx, signatureKey: Uint8Array): Promise<boolean> {
  const row = await tx
    .selectFrom('devices')
    .select('device_id')
    .where('did', '=', DELETED_ACCOUNT)
    .where('signature_key', '=', signatureKey)
    .executeTakeFirst()
  return row !== undefined
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
