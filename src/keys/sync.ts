import { createHash } from 'node:crypto'
import { sql } from 'kysely'
import { inTx } from '../db/tx.js'
import type { Tx } from '../db/types.js'
import { DeviceUnknownError } from '../errors.js'
import { lockDevices } from '../devices/lock-devices.js'
import { touchDevice } from '../devices/touch.js'
import type { DeviceId, Did } from '../lib/ids.js'
import type { KeyDeps } from './deps.js'
import { UNUSED } from './stock.js'

/** How long after its end a package is still known here. */
const KNOWN_AFTER_END_DAYS = 30

/**
 * Makes a device's unused packages a part of those whose private keys it still has. Deletes the others,
 * available or leased, and answers them; a repetition, which finds nothing more to delete, answers
 * what the same list deleted last.
 */
export async function syncKeyPackages(
  deps: Pick<KeyDeps, 'db' | 'clock'>,
  { did, deviceId, kept }: { did: Did; deviceId: DeviceId; kept: readonly string[] },
): Promise<{ deleted: string[]; unknown: string[] }> {
  const refs = [...new Set(kept)].sort()
  const digest = createHash('sha256').update(refs.join('\n')).digest()
  return inTx(deps.db, async (tx) => {
    const device = (await lockDevices(tx, did, [deviceId])).get(deviceId)
    if (!device || device.deleted_at !== null) {
      throw new DeviceUnknownError('The account has no such device, or has deleted it')
    }
    const now = deps.clock()
    await touchDevice(tx, device, now)
    const deleted = await deleteUnlisted(tx, { did, deviceId, refs, digest, now })
    return {
      deleted: deleted.length > 0 ? deleted : await deletedLast(tx, { did, deviceId, digest }),
      unknown: await unknownOf(tx, { did, deviceId, refs }),
    }
  })
}

async function deleteUnlisted(
  tx: Tx,
  { did, deviceId, refs, digest, now }: Device & { refs: string[]; digest: Buffer; now: Date },
): Promise<string[]> {
  const rows = await tx
    .updateTable('key_packages')
    .set({ deleted_at: now, key_package: null, sync_digest: digest })
    .where('did', '=', did)
    .where('device_id', '=', deviceId)
    .where(UNUSED)
    .where(sql<boolean>`ref <> all(${sql.val(refs)}::text[])`)
    .returning('ref')
    .execute()
  return rows.map(({ ref }) => ref).sort()
}

async function deletedLast(
  tx: Tx,
  { did, deviceId, digest }: Device & { digest: Buffer },
): Promise<string[]> {
  const byThisList = tx
    .selectFrom('key_packages')
    .where('did', '=', did)
    .where('device_id', '=', deviceId)
    .where('sync_digest', '=', digest)
  const rows = await byThisList
    .select('ref')
    .where(
      'deleted_at',
      '=',
      byThisList.select((eb) => eb.fn.max('deleted_at').as('last')),
    )
    .orderBy('ref')
    .execute()
  return rows.map(({ ref }) => ref)
}

async function unknownOf(
  tx: Tx,
  { did, deviceId, refs }: Device & { refs: string[] },
): Promise<string[]> {
  const rows = await tx
    .selectFrom('key_packages')
    .select('ref')
    .where('did', '=', did)
    .where('device_id', '=', deviceId)
    .where('ref', '=', sql<string>`any(${sql.val(refs)}::text[])`)
    .where(
      'not_after',
      '>',
      sql<Date>`now() - make_interval(days => ${sql.lit(KNOWN_AFTER_END_DAYS)})`,
    )
    .execute()
  const known = new Set(rows.map(({ ref }) => ref))
  return refs.filter((ref) => !known.has(ref))
}

interface Device {
  did: Did
  deviceId: DeviceId
}
