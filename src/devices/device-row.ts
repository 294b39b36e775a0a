import type { Selectable } from 'kysely'
import type { Schema } from '../db/schema.js'

export type DeviceRow = Selectable<Schema['devices']>

export function hasKey(device: Pick<DeviceRow, 'signature_key'>, key: Uint8Array): boolean {
  return Buffer.compare(device.signature_key, key) === 0
}
