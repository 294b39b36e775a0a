import { randomBytes } from 'node:crypto'
import type { Tx } from '../db/types.js'
import { type DeviceId, DELETED_ACCOUNT, type Did } from '../lib/ids.js'

const NAME_BYTES = 16

/**
 * Forgets whose the deleted devices of an account were. Their signature keys stay, under no account, so
 * that a forgotten device which comes online does not bring the account back; and with them the
 * references of their key packages, so that none is used twice.
 */
export async function forgetDevices(tx: Tx, did: Did): Promise<void> {
  const devices = await tx.selectFrom('devices').selectAll().where('did', '=', did).execute()
  for (const { device_id, signature_key, created_at, deleted_at } of devices) {
    const nameless = {
      did: DELETED_ACCOUNT,
      device_id: randomBytes(NAME_BYTES).toString('hex') as DeviceId,
      signature_key,
      name: null,
      created_at,
      last_seen_at: created_at,
      deleted_at: deleted_at ?? created_at,
      key_packages_deleted: null,
    }
    // Another account may have had a device with the same key.
    const kept = await tx
      .insertInto('devices')
      .values(nameless)
      .onConflict((oc) => oc.columns(['did', 'signature_key']).doUpdateSet({ name: null }))
      .returning('device_id')
      .executeTakeFirstOrThrow()
    await tx
      .updateTable('key_packages')
      .set({ did: DELETED_ACCOUNT, device_id: kept.device_id })
      .where('did', '=', did)
      .where('device_id', '=', device_id)
      .execute()
  }
  await tx.deleteFrom('devices').where('did', '=', did).execute()
}
