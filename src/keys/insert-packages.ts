import { type Selectable, sql } from 'kysely'
import type { Schema } from '../db/schema.js'
import type { Tx } from '../db/types.js'
import { InvalidKeyPackageError, TooManyKeyPackagesError } from '../errors.js'
import type { DeviceId, Did } from '../lib/ids.js'
import type { KeyDeps } from './deps.js'
import type { CheckedKeyPackage } from './offered.js'
import { UNUSED } from './stock.js'

/**
 * Stores checked packages of one account, in devices that `tx` has locked. A reference that is known
 * stays as it is; an init key that another package has, whoever's it is, refuses all of them.
 */
export async function insertPackages(
  tx: Tx,
  deps: Pick<KeyDeps, 'config'>,
  did: Did,
  packages: readonly CheckedKeyPackage[],
): Promise<PublishedKeyPackage[]> {
  if (packages.length === 0) return []
  const inserted = await insertNew(tx, did, packages)
  const refs = packages.map(({ ref }) => ref)
  const rows = await tx
    .selectFrom('key_packages')
    .select(['ref', 'device_id', 'cipher_suite', 'not_after', 'last_resort'])
    .where('ref', 'in', refs)
    .execute()
  const stored = new Map(rows.map((row) => [row.ref, toPublished(row)]))
  const published = packages.map(({ ref, place }) => {
    const view = stored.get(ref)
    if (view) return view
    throw new InvalidKeyPackageError(
      `${place}: another key package has the same init_key; make a fresh one for each (RFC 9420 §10)`,
    )
  })
  await requireRoom(tx, deps, did, packages, inserted)
  return published
}

/** Answers the references that were new. */
async function insertNew(
  tx: Tx,
  did: Did,
  packages: readonly CheckedKeyPackage[],
): Promise<Set<string>> {
  const rows = await tx
    .insertInto('key_packages')
    .values(
      packages.map((offer) => ({
        ref: offer.ref,
        did,
        device_id: offer.deviceId,
        cipher_suite: offer.cipherSuite,
        key_package: offer.bytes,
        init_key: offer.initKey,
        not_after: offer.notAfter,
        last_resort: offer.lastResort,
      })),
    )
    // Of ref as of init_key; a concurrent publication is waited for.
    .onConflict((oc) => oc.doNothing())
    .returning('ref')
    .execute()
  return new Set(rows.map(({ ref }) => ref))
}

/** Counted after the insertion: the device's lock keeps other publications away. */
async function requireRoom(
  tx: Tx,
  { config }: Pick<KeyDeps, 'config'>,
  did: Did,
  packages: readonly CheckedKeyPackage[],
  inserted: ReadonlySet<string>,
): Promise<void> {
  const grown = packages.filter(({ ref }) => inserted.has(ref))
  if (grown.length === 0) return
  const max = config.limits.keyPackagesPerDevice
  const full = await tx
    .selectFrom('key_packages')
    .select('device_id')
    .where('did', '=', did)
    .where('device_id', 'in', [...new Set(grown.map(({ deviceId }) => deviceId))])
    .where(UNUSED)
    .where('not_after', '>', sql<Date>`statement_timestamp()`)
    .groupBy('device_id')
    .having(sql<boolean>`count(*) > ${max}`)
    .executeTakeFirst()
  if (!full) return
  const first = grown.find(({ deviceId }) => deviceId === full.device_id)
  throw new TooManyKeyPackagesError(
    `${first?.place}: its device would have more than ${max} unused key packages; see getKeyPackageStatus, and syncKeyPackages to drop those that are lost`,
  )
}

function toPublished(row: PublishedRow): PublishedKeyPackage {
  return {
    keyPackageRef: row.ref,
    deviceId: row.device_id,
    cipherSuite: row.cipher_suite,
    expiresAt: row.not_after,
    lastResort: row.last_resort,
  }
}

type PublishedRow = Pick<
  Selectable<Schema['key_packages']>,
  'ref' | 'device_id' | 'cipher_suite' | 'not_after' | 'last_resort'
>

export interface PublishedKeyPackage {
  /** Lowercase hex. */
  keyPackageRef: string
  deviceId: DeviceId
  cipherSuite: string
  /** End of the signed lifetime. */
  expiresAt: Date
  lastResort: boolean
}
