import type { Tx } from '../db/types.js'
import type { DeviceId, Did } from '../lib/ids.js'
import { UNUSED } from './stock.js'

/** Deletes all that is unused of a device that `tx` has locked, leased or not; answers how many. */
export async function deletePackagesOfDevice(
  tx: Tx,
  { did, deviceId, now }: { did: Did; deviceId: DeviceId; now: Date },
): Promise<number> {
  const { numUpdatedRows } = await tx
    .updateTable('key_packages')
    .set({ deleted_at: now, key_package: null })
    .where('did', '=', did)
    .where('device_id', '=', deviceId)
    .where(UNUSED)
    .executeTakeFirstOrThrow()
  return Number(numUpdatedRows)
}
