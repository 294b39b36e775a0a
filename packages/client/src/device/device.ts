import type { CiphersuiteImpl } from 'ts-mls'
import { MlsClientError } from '../errors.js'
import { hex, randomBytes } from '../lib/bytes.js'
import { makeDeviceKeys } from '../mls/device-keys.js'
import type { DeviceKeys } from '../mls/device-keys.js'
import { DEFAULT_SUITE, suiteOf } from '../mls/suite.js'
import type { SealedStore } from '../store/sealed-store.js'

const VERSION = 1

/** The device of this store, made at its first opening; the store is bound to the account then. */
export async function openDevice(
  store: SealedStore,
  did: string,
  { deviceId, cipherSuite = DEFAULT_SUITE }: { deviceId?: string; cipherSuite?: string },
): Promise<Device> {
  const stored = await store.get<DeviceRecord>('device')
  const record = stored ?? (await makeRecord(did, deviceId ?? hex(randomBytes(8)), cipherSuite))
  if (record.version !== VERSION) {
    throw new MlsClientError('storeKey', `the store is of version ${record.version}`)
  }
  if (record.did !== did) {
    throw new MlsClientError('storeAccount', 'the store belongs to another account')
  }
  if (deviceId !== undefined && deviceId !== record.deviceId) {
    throw new MlsClientError('storeAccount', 'the store belongs to another device')
  }
  if (stored === undefined) await store.write([{ key: 'device', record }])
  return { ...record, mls: await suiteOf(record.suite) }
}

async function makeRecord(did: string, deviceId: string, suite: string): Promise<DeviceRecord> {
  const keys = await makeDeviceKeys({ did, deviceId }, await suiteOf(suite))
  return { ...keys, version: VERSION }
}

interface DeviceRecord extends DeviceKeys {
  version: number
}

/** This device: its name, its signature key, and the primitives of its suite. */
export interface Device extends DeviceKeys {
  mls: CiphersuiteImpl
}
