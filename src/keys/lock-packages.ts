import { sql } from 'kysely'
import type { Tx } from '../db/types.js'
import type { ConvoId, Did } from '../lib/ids.js'
import { type DeviceName, nameOf } from './device-name.js'

/**
 * Keeps the devices of these packages live until `tx` ends, and answers those that are not. Devices
 * come before packages, as with everyone who locks both; `deleteDevice` waits for the commit then, and
 * finds its leaf.
 */
export async function holdDevices(tx: Tx, refs: readonly string[]): Promise<Set<string>> {
  const devices = await tx
    .selectFrom('devices')
    .select(['did', 'device_id as deviceId', 'deleted_at'])
    .where(({ eb, refTuple, selectFrom }) =>
      eb(
        refTuple('did', 'device_id'),
        'in',
        selectFrom('key_packages')
          .select(['key_packages.did', 'key_packages.device_id'])
          .where('ref', 'in', refs)
          .$asTuple('did', 'device_id'),
      ),
    )
    .orderBy('did')
    .orderBy('device_id')
    .forKeyShare()
    .execute()
  return new Set(devices.filter(({ deleted_at }) => deleted_at !== null).map(nameOf))
}

/** The packages as they are once nobody else can change them. */
export async function lockPackages(
  tx: Tx,
  refs: readonly string[],
  by: Did,
  convoId: ConvoId,
): Promise<LockedPackage[]> {
  const leasedForThis = sql<boolean>`
    case when last_resort
      then exists (
        select 1 from last_resort_leases as lease
        where lease.ref = key_packages.ref
          and lease.leased_to = ${by}
          and (lease.leased_convo is null or lease.leased_convo = ${convoId}))
      else coalesce(
        leased_to = ${by} and (leased_convo is null or leased_convo = ${convoId}), false)
    end`
  return tx
    .selectFrom('key_packages')
    .select([
      'ref as keyPackageRef',
      'did',
      'device_id as deviceId',
      'cipher_suite as cipherSuite',
      'not_after as expiresAt',
      'last_resort as lastResort',
      'consumed_at as consumedAt',
      'deleted_at as deletedAt',
      leasedForThis.as('leasedForThis'),
      sql<boolean>`coalesce(leased_until <= statement_timestamp(), true)`.as('leaseEnded'),
    ])
    .where('ref', 'in', refs)
    .orderBy('ref')
    .forNoKeyUpdate()
    .execute()
}

export interface LockedPackage extends DeviceName {
  keyPackageRef: string
  cipherSuite: string
  expiresAt: Date
  lastResort: boolean
  consumedAt: Date | null
  deletedAt: Date | null
  /** To the sender, for this conversation or for any one; nobody else has leased it since. */
  leasedForThis: boolean
  leaseEnded: boolean
}
