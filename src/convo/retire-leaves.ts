import type { Queryable, Tx } from '../db/types.js'
import type { ConvoId, DeviceId, Did } from '../lib/ids.js'
import type { StreamEvent } from '../outbox/events.js'
import { endWelcomes } from '../welcomes/end.js'
import type { ConvoDeps } from './deps.js'
import { markPending } from './leaves.js'
import { readLocked } from './lock.js'

/** The conversations in whose tree a device has a leaf that is not pending removal yet. */
export async function convosOfDevice(
  q: Queryable,
  did: Did,
  deviceId: DeviceId,
): Promise<ConvoId[]> {
  const rows = await q
    .selectFrom('leaves')
    .select('convo_id')
    .distinct()
    .where('did', '=', did)
    .where('device_id', '=', deviceId)
    .where('pending_reason', 'is', null)
    .orderBy('convo_id')
    .execute()
  return rows.map(({ convo_id }) => convo_id)
}

/**
 * Makes a deleted device's leaves pending removals, in conversations whose locks `tx` holds. Its account
 * stays a member, with or without another device.
 */
export async function retireDeviceLeaves(
  tx: Tx,
  { outbox }: Pick<ConvoDeps, 'outbox'>,
  device: { convoIds: readonly ConvoId[]; did: Did; deviceId: DeviceId; now: Date },
): Promise<void> {
  const { did, deviceId, now } = device
  for (const convoId of device.convoIds) {
    const convo = await readLocked(tx, convoId)
    if (!convo) continue
    const retired = await markPending(tx, convo, { did, deviceId, reason: 'deviceDeleted', now })
    await endWelcomes(tx, { convoId, did, deviceId, state: 'removed' })
    await outbox.append(
      tx,
      retired.map((): StreamEvent => ({
        kind: 'membershipChange',
        convoId,
        subject: did,
        action: 'deviceRemoved',
        deviceId,
        epoch: convo.epoch,
        seq: convo.last_seq,
      })),
    )
  }
}
