import { convosOfDevice, retireDeviceLeaves } from '../convo/retire-leaves.js'
import { lockConvos } from '../convo/lock.js'
import { inTx } from '../db/tx.js'
import type { Tx } from '../db/types.js'
import { DeviceNotFoundError, ServiceUnavailableError } from '../errors.js'
import { deletePackagesOfDevice } from '../keys/delete-packages.js'
import type { ConvoId, DeviceId, Did } from '../lib/ids.js'
import { removeRegistrationsOf } from '../push/registrations.js'
import { endWelcomesOfDevice } from '../welcomes/end.js'
import type { DeviceDeps } from './deps.js'

/** Each attempt finds what commits have added since; more than one in a row is rare. */
const ATTEMPTS_MAX = 5

/**
 * Ends a device for good, in one transaction: its unused key packages are deleted, its pending
 * welcomes end, and its leaves become pending removals in every conversation. The same again gives
 * the same answer.
 */
export async function deleteDevice(
  deps: Pick<DeviceDeps, 'db' | 'outbox' | 'clock'>,
  { did, deviceId }: { did: Did; deviceId: DeviceId },
): Promise<{ keyPackagesDeleted: number }> {
  for (let attempt = 1; attempt <= ATTEMPTS_MAX; attempt++) {
    const convoIds = await convosOfDevice(deps.db, did, deviceId)
    const deletion = await inTx(deps.db, (tx) => deleteLocked(tx, deps, did, deviceId, convoIds))
    if (deletion !== 'joinedMeanwhile') return deletion
  }
  throw new ServiceUnavailableError(
    'The device is being added to conversations at this moment; try again',
  )
}

async function deleteLocked(
  tx: Tx,
  deps: Pick<DeviceDeps, 'outbox' | 'clock'>,
  did: Did,
  deviceId: DeviceId,
  convoIds: readonly ConvoId[],
): Promise<{ keyPackagesDeleted: number } | 'joinedMeanwhile'> {
  await lockConvos(tx, convoIds)
  const device = await tx
    .selectFrom('devices')
    .select(['deleted_at', 'key_packages_deleted'])
    .where('did', '=', did)
    .where('device_id', '=', deviceId)
    // Waits for commits that add the device: they hold it by `requireLiveDevice`.
    .forUpdate()
    .executeTakeFirst()
  if (!device) throw new DeviceNotFoundError('The account has no such device')
  if (device.deleted_at !== null) return { keyPackagesDeleted: device.key_packages_deleted ?? 0 }
  const current = await convosOfDevice(tx, did, deviceId)
  if (current.some((convoId) => !convoIds.includes(convoId))) return 'joinedMeanwhile'

  const now = deps.clock()
  const keyPackagesDeleted = await deletePackagesOfDevice(tx, { did, deviceId, now })
  await endWelcomesOfDevice(tx, { did, deviceId })
  await removeRegistrationsOf(tx, { did, deviceId })
  await retireDeviceLeaves(tx, deps, { convoIds: current, did, deviceId, now })
  await tx
    .updateTable('devices')
    .set({ deleted_at: now, key_packages_deleted: keyPackagesDeleted })
    .where('did', '=', did)
    .where('device_id', '=', deviceId)
    .execute()
  await deps.outbox.append(tx, [{ kind: 'device', subject: did, deviceId, action: 'deleted' }])
  return { keyPackagesDeleted }
}
