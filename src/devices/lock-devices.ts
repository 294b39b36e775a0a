import { sql } from 'kysely'
import type { Tx } from '../db/types.js'
import type { DeviceId, Did } from '../lib/ids.js'
import type { DeviceRow } from './device-row.js'

/** The first key of the advisory locks of accounts; the second is a hash of the DID. */
const ACCOUNT_LOCK = 0x0ca9

/**
 * The named devices of an account that exist, deleted ones included, locked until the end of `tx`
 * against other writers of the device and of its key packages (commits that name it pass). If one
 * does not exist yet, nobody else adds a device to the account until then.
 */
export async function lockDevices(
  tx: Tx,
  did: Did,
  deviceIds: readonly DeviceId[],
): Promise<Map<DeviceId, DeviceRow>> {
  const ids = [...new Set(deviceIds)]
  if (ids.length === 0) return new Map()
  const known = await tx
    .selectFrom('devices')
    .select('device_id')
    .where('did', '=', did)
    .where('device_id', 'in', ids)
    .execute()
  // Before any row: whoever waits here holds nothing that another one might want.
  if (known.length < ids.length) await lockAccount(tx, did)
  const rows = await tx
    .selectFrom('devices')
    .selectAll()
    .where('did', '=', did)
    .where('device_id', 'in', ids)
    .orderBy('device_id')
    .forNoKeyUpdate()
    .execute()
  return new Map(rows.map((row) => [row.device_id, row]))
}

/** While it is held, nobody else adds a device to the account. */
export async function lockAccount(tx: Tx, did: Did): Promise<void> {
  await sql`select pg_advisory_xact_lock(${ACCOUNT_LOCK}, hashtext(${did}))`.execute(tx)
}
