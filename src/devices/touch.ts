import type { Queryable } from '../db/types.js'
import type { DeviceRow } from './device-row.js'

/** `lastSeenAt` is no finer than this, so that a busy device writes once an hour. */
const TOUCH_INTERVAL_MS = 60 * 60 * 1000

/** Notes that a request named the device, if the last note is old; `device` as it was just read. */
export async function touchDevice(q: Queryable, device: DeviceRow, now: Date): Promise<void> {
  if (now.getTime() - device.last_seen_at.getTime() < TOUCH_INTERVAL_MS) return
  await q
    .updateTable('devices')
    .set({ last_seen_at: now })
    .where('did', '=', device.did)
    .where('device_id', '=', device.device_id)
    .execute()
}
