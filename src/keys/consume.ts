import type { Tx } from '../db/types.js'
import { InvalidKeyPackageError } from '../errors.js'
import type { ConvoId, Did } from '../lib/ids.js'
import type { Outbox } from '../outbox/append.js'
import { nameOf } from './device-name.js'
import { holdDevices, type LockedPackage, lockPackages } from './lock-packages.js'
import { announceLowStock } from './low-stock.js'

/**
 * Uses up the packages that a commit adds, in its transaction and under its conversation's lock. Each
 * must be leased to the sender for this conversation, or for any one; a lease that ended counts until
 * somebody else has one. A last-resort package is not used up, but its lease is bound to this
 * conversation. The devices stay live until the transaction ends.
 *
 * @param refs lowercase hex; the answer is in their order.
 * @throws {InvalidKeyPackageError} that says which one, why, and what to do.
 */
export async function consumeKeyPackages(
  tx: Tx,
  deps: { outbox: Outbox },
  { refs, by, convoId, now }: Consumption,
): Promise<ConsumedKeyPackage[]> {
  if (refs.length === 0) return []
  const gone = await holdDevices(tx, refs)
  const rows = await lockPackages(tx, refs, by, convoId)
  const found = new Map(rows.map((row) => [refOf(row), row]))
  const packages = refs.map((ref) => {
    const row = found.get(ref)
    const reason = row ? whyNot(row, gone.has(nameOf(row)), now) : 'is not known here'
    if (row && reason === undefined) return row
    throw new InvalidKeyPackageError(
      `Key package ${ref} ${reason}; lease another one with getKeyPackages and build the commit anew`,
    )
  })
  await markConsumed(tx, packages, convoId, now)
  await bindLastResorts(tx, packages, by, convoId)
  await announce(tx, deps, packages)
  return packages
}

function whyNot(row: LockedPackage, deviceDeleted: boolean, now: Date): string | undefined {
  if (deviceDeleted) return 'belongs to a device that was deleted'
  if (row.deletedAt !== null) return 'was deleted by its device'
  if (row.consumedAt !== null) return 'was used by another commit'
  if (row.expiresAt <= now) return 'has expired'
  if (!row.leasedForThis) return 'is not leased to you for this conversation'
  return undefined
}

async function markConsumed(
  tx: Tx,
  packages: readonly LockedPackage[],
  convoId: ConvoId,
  now: Date,
): Promise<void> {
  const refs = packages.filter((one) => !one.lastResort).map(refOf)
  if (refs.length === 0) return
  await tx
    .updateTable('key_packages')
    .set({ consumed_at: now, key_package: null, leased_convo: convoId })
    .where('ref', 'in', refs)
    .execute()
}

async function bindLastResorts(
  tx: Tx,
  packages: readonly LockedPackage[],
  by: Did,
  convoId: ConvoId,
): Promise<void> {
  const refs = packages.filter((one) => one.lastResort).map(refOf)
  if (refs.length === 0) return
  // A lease for this very conversation comes first, and leaves the other one for another.
  await tx
    .updateTable('last_resort_leases as free')
    .set({ leased_convo: convoId })
    .where('ref', 'in', refs)
    .where('leased_to', '=', by)
    .where('leased_convo', 'is', null)
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('last_resort_leases as bound')
            .select('bound.ref')
            .whereRef('bound.ref', '=', 'free.ref')
            .where('bound.leased_to', '=', by)
            .where('bound.leased_convo', '=', convoId),
        ),
      ),
    )
    .execute()
}

/** Only a package whose lease had ended was counted as available until now. */
async function announce(
  tx: Tx,
  deps: { outbox: Outbox },
  packages: readonly LockedPackage[],
): Promise<void> {
  const taken = packages.filter(({ lastResort, leaseEnded }) => !lastResort && leaseEnded)
  for (const suite of new Set(taken.map(({ cipherSuite }) => cipherSuite))) {
    const ofSuite = taken.filter(({ cipherSuite }) => cipherSuite === suite)
    await announceLowStock(tx, deps, suite, ofSuite)
  }
}

function refOf({ keyPackageRef }: LockedPackage): string {
  return keyPackageRef
}

export interface Consumption {
  refs: readonly string[]
  /** The commit's sender. */
  by: Did
  convoId: ConvoId
  now: Date
}

/** `expiresAt` is the end of the package's lifetime. */
export type ConsumedKeyPackage = Pick<
  LockedPackage,
  'keyPackageRef' | 'did' | 'deviceId' | 'cipherSuite' | 'expiresAt' | 'lastResort'
>
