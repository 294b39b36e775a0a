import { inTx } from '../db/tx.js'
import { DeviceUnknownError, InvalidKeyPackageError } from '../errors.js'
import type { Did } from '../lib/ids.js'
import { type RecordDeps, requireRecords } from '../devices/require-records.js'
import { type DeviceRow, hasKey } from '../devices/device-row.js'
import { insertDevice } from '../devices/insert-device.js'
import { lockDevices } from '../devices/lock-devices.js'
import { touchDevice } from '../devices/touch.js'
import type { KeyDeps } from './deps.js'
import { insertPackages, type PublishedKeyPackage } from './insert-packages.js'
import { type CheckedKeyPackage, checkOffered, type OfferedKeyPackage } from './offered.js'

/**
 * Publishes key packages of the caller's devices, all or none. A device that is new is registered with
 * the key of its first package. Answers in the order of the input, and for what was published before,
 * be it used or deleted since, as then: that does not make it available again.
 */
export async function publishKeyPackages(
  deps: PublishDeps,
  { did, offered }: { did: Did; offered: readonly OfferedKeyPackage[] },
): Promise<PublishedKeyPackage[]> {
  const packages = await checkOffered(deps, did, offered)
  await requireRecords(deps, did, packages)
  return inTx(deps.db, async (tx) => {
    const now = deps.clock()
    const devices = await lockDevices(
      tx,
      did,
      packages.map(({ deviceId }) => deviceId),
    )
    for (const offer of packages) {
      const device = devices.get(offer.deviceId)
      if (device) requireItsDevice(device, offer)
      else devices.set(offer.deviceId, await insertDevice(tx, deps, { ...offer, now }))
    }
    for (const device of devices.values()) await touchDevice(tx, device, now)
    return insertPackages(tx, deps, did, packages)
  })
}

/** @throws {DeviceUnknownError} for a deleted device. */
export function requireItsDevice(device: DeviceRow, { place, signatureKey }: CheckedKeyPackage) {
  if (device.deleted_at !== null) {
    throw new DeviceUnknownError(
      `${place}: its device was deleted; take a new deviceId and a new key`,
    )
  }
  if (!hasKey(device, signatureKey)) {
    throw new InvalidKeyPackageError(
      `${place}: its signature key is not the one that its device is registered with`,
    )
  }
}

export type PublishDeps = KeyDeps & RecordDeps
