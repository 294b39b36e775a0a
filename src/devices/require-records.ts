import type { Config } from '../config/index.js'
import {
  DeviceKeyMismatchError,
  DeviceRecordMissingError,
  ServiceUnavailableError,
} from '../errors.js'
import type { DeviceRecord } from '../identity/device-records.js'
import type { Outside } from '../identity/outside.js'
import type { DeviceId, Did } from '../lib/ids.js'

/**
 * Sees to it that no device comes in under a key that the account's own repository contradicts; where
 * records are required, none without a record. Slow: never inside a transaction.
 *
 * @throws {DeviceKeyMismatchError} {DeviceRecordMissingError}
 * @throws {ServiceUnavailableError} where records are required and this one cannot be read now.
 */
export async function requireRecords(
  deps: RecordDeps,
  did: Did,
  devices: readonly KeyedDevice[],
): Promise<void> {
  const byKey = new Map(devices.map((device) => [keyOf(device), device]))
  await Promise.all([...byKey.values()].map((device) => requireRecord(deps, did, device)))
}

async function requireRecord(deps: RecordDeps, did: Did, device: KeyedDevice): Promise<void> {
  const remembered = await deps.outside.deviceRecord(did, device.deviceId)
  if (!refusalOf(deps, remembered, device)) return
  // The owner may just have written what was missing.
  const record = await deps.outside.deviceRecord(did, device.deviceId, { anew: true })
  const refusal = refusalOf(deps, record, device)
  if (refusal) throw refusal
}

function refusalOf(
  { config }: RecordDeps,
  record: DeviceRecord,
  { deviceId, signatureKey, place }: KeyedDevice,
): Error | undefined {
  const at = place === undefined ? '' : `${place}: `
  const required = config.identity.requireDeviceRecords
  switch (record.state) {
    case 'recorded':
      if (Buffer.compare(record.signatureKey, signatureKey) === 0) return undefined
      return new DeviceKeyMismatchError(
        `${at}The account's own repository has another key for this device, in blue.catbird.mls.device/${deviceId}; take a new deviceId, or put the record right`,
      )
    case 'none':
      if (!required) return undefined
      return new DeviceRecordMissingError(
        `${at}This service insists on device records: write blue.catbird.mls.device/${deviceId} with this key into the account's repository first`,
      )
    case 'unknown':
      if (!required) return undefined
      return new ServiceUnavailableError(
        `${at}This service insists on device records, and the account's repository cannot be read now; try again`,
      )
    default:
      return record satisfies never
  }
}

function keyOf({ deviceId, signatureKey }: KeyedDevice): string {
  return `${deviceId} ${Buffer.from(signatureKey).toString('hex')}`
}

export interface RecordDeps {
  readonly config: { readonly identity: Pick<Config['identity'], 'requireDeviceRecords'> }
  readonly outside: Pick<Outside, 'deviceRecord'>
}

export interface KeyedDevice {
  deviceId: DeviceId
  signatureKey: Uint8Array
  /** Where in the request it is named, for messages. */
  place?: string
}
