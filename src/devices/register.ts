import { inTx } from '../db/tx.js'
import type { Tx } from '../db/types.js'
import {
  DeviceKeyMismatchError,
  DeviceUnknownError,
  InvalidKeyPackageError,
  InvalidRequestError,
} from '../errors.js'
import type { KeyDeps } from '../keys/deps.js'
import { insertPackages } from '../keys/insert-packages.js'
import { type CheckedKeyPackage, checkOffered, type OfferedKeyPackage } from '../keys/offered.js'
import { countAvailable } from '../keys/stock.js'
import type { DeviceId, Did } from '../lib/ids.js'
import { isSignatureKey } from '../mls/signature.js'
import type { DeviceDeps } from './deps.js'
import { type DeviceRow, hasKey } from './device-row.js'
import { insertDevice } from './insert-device.js'
import { type OwnDevice, ownPart } from './list.js'
import { lockDevices } from './lock-devices.js'
import { type RecordDeps, requireRecords } from './require-records.js'
import { touchDevice } from './touch.js'

/**
 * Registers a device with its key, and publishes its first key packages, all or nothing. Registering
 * it again changes at most its name.
 */
export async function registerDevice(
  deps: RegisterDeps,
  request: Registration,
): Promise<OwnDevice> {
  const { did, deviceId, signatureKey, name } = request
  requireSignatureKey(signatureKey)
  const packages = await checkOffered(deps, did, request.keyPackages)
  for (const offer of packages) requireThisDevice(request, offer)
  await requireRecords(deps, did, [{ deviceId, signatureKey }])
  return inTx(deps.db, async (tx) => {
    const now = deps.clock()
    const known = (await lockDevices(tx, did, [deviceId])).get(deviceId)
    const device = known
      ? await renew(tx, known, request, now)
      : await insertDevice(tx, deps, { did, deviceId, signatureKey, name, now })
    await insertPackages(tx, deps, did, packages)
    const available = await countAvailable(tx, { did })
    return ownPart(device, available.get(deviceId) ?? 0)
  })
}

function requireSignatureKey(key: Uint8Array): void {
  if (isSignatureKey(key)) return
  throw new InvalidRequestError(
    `signaturePublicKey has ${key.length} bytes: that is no key of Ed25519 (32), Ed448 (57), ECDSA on P-256, P-384 or P-521 (a point), or ML-DSA-87 (2592)`,
  )
}

function requireThisDevice(
  { deviceId, signatureKey }: Registration,
  { deviceId: named, signatureKey: key, place }: CheckedKeyPackage,
): void {
  if (named !== deviceId) {
    throw new InvalidKeyPackageError(`${place}: its credential names another device than deviceId`)
  }
  if (Buffer.compare(key, signatureKey) !== 0) {
    throw new InvalidKeyPackageError(`${place}: its signature key is not signaturePublicKey`)
  }
}

async function renew(
  tx: Tx,
  device: DeviceRow,
  { signatureKey, name }: Registration,
  now: Date,
): Promise<DeviceRow> {
  if (device.deleted_at !== null) {
    throw new DeviceUnknownError('This device was deleted; take a new deviceId and a new key')
  }
  if (!hasKey(device, signatureKey)) {
    throw new DeviceKeyMismatchError(
      'This device is registered with another signature key, which never changes; take a new deviceId',
    )
  }
  await touchDevice(tx, device, now)
  if (name === undefined || name === device.name) return device
  return tx
    .updateTable('devices')
    .set({ name })
    .where('did', '=', device.did)
    .where('device_id', '=', device.device_id)
    .returningAll()
    .executeTakeFirstOrThrow()
}

export type RegisterDeps = DeviceDeps & KeyDeps & RecordDeps

export interface Registration {
  did: Did
  deviceId: DeviceId
  signatureKey: Uint8Array
  /** Left as it is where absent. */
  name?: string | undefined
  keyPackages: readonly OfferedKeyPackage[]
}
