import { sql } from 'kysely'
import type { DeviceId, Did } from '../lib/ids.js'
import type { KeyDeps } from './deps.js'
import { AVAILABLE, LASTS, LOW_STOCK, UNLEASED, UNUSED } from './stock.js'
import { DEFAULT_SUITE } from './suite-to-lease.js'

/**
 * The stock of each of the account's live devices, per cipher suite; a device that never had a package
 * stands with the suite that is leased by default.
 */
export async function keyPackageStatus(
  { db }: Pick<KeyDeps, 'db'>,
  { did }: { did: Did },
): Promise<KeyPackageStock[]> {
  const { rows } = await sql<StockRow>`
    select devices.device_id as "deviceId",
      coalesce(cipher_suite, ${DEFAULT_SUITE}) as "cipherSuite",
      count(*) filter (where ${AVAILABLE}) as "available",
      count(*) filter (where ${UNUSED} and not ${UNLEASED} and not last_resort) as "leased",
      count(*) filter (where consumed_at is not null) as "consumed",
      count(*) filter (where ${UNUSED} and ${LASTS} and last_resort) > 0 as "lastResort",
      min(not_after) filter (where ${UNUSED} and not_after > statement_timestamp()) as "nextExpiresAt"
    from devices
    left join key_packages
      on key_packages.did = devices.did and key_packages.device_id = devices.device_id
    where devices.did = ${did} and devices.deleted_at is null
    group by devices.device_id, cipher_suite
    order by devices.device_id, cipher_suite
  `.execute(db)
  return rows.map(({ nextExpiresAt, ...stock }) => ({
    ...stock,
    ...(nextExpiresAt !== null && { nextExpiresAt }),
    needsReplenish: stock.available < LOW_STOCK,
  }))
}

interface StockRow {
  deviceId: DeviceId
  cipherSuite: string
  available: number
  leased: number
  consumed: number
  lastResort: boolean
  nextExpiresAt: Date | null
}

export interface KeyPackageStock extends Omit<StockRow, 'nextExpiresAt'> {
  /** Absent if there is none left. */
  nextExpiresAt?: Date
  needsReplenish: boolean
}
