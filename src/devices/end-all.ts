import type { Tx } from '../db/types.js'
import { deletePackagesOfDevice } from '../keys/delete-packages.js'
import type { Did } from '../lib/ids.js'
import type { Outbox } from '../outbox/append.js'
import type { StreamEvent } from '../outbox/events.js'
import { removeRegistrationsOf } from '../push/registrations.js'
import { endWelcomesOfDevice } from '../welcomes/end.js'

/**
 * Ends all live devices of an account that is being deleted; answers how many. Their leaves are not
 * touched: they go with the memberships.
 */
export async function endDevices(tx: Tx, outbox: Outbox, did: Did, now: Date): Promise<number> {
  const devices = await tx
    .selectFrom('devices')
    .select('device_id')
    .where('did', '=', did)
    .where('deleted_at', 'is', null)
    .orderBy('device_id')
    // Waits for commits that add a device: they hold it by `requireLiveDevice`.
    .forUpdate()
    .execute()
  for (const { device_id: deviceId } of devices) {
    const keyPackagesDeleted = await deletePackagesOfDevice(tx, { did, deviceId, now })
    await endWelcomesOfDevice(tx, { did, deviceId })
    await removeRegistrationsOf(tx, { did, deviceId })
    await tx
      .updateTable('devices')
      .set({ deleted_at: now, key_packages_deleted: keyPackagesDeleted })
      .where('did', '=', did)
      .where('device_id', '=', deviceId)
      .execute()
  }
  await outbox.append(
    tx,
    devices.map(({ device_id }): StreamEvent => ({
      kind: 'device',
      subject: did,
      deviceId: device_id,
      action: 'deleted',
    })),
  )
  return devices.length
}
