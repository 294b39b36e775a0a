import { sql } from 'kysely'
import { inTx } from '../db/tx.js'
import type { Tx } from '../db/types.js'
import type { ConvoId, DeviceId, Did } from '../lib/ids.js'
import { requireClaimsLeft } from './claim-limits.js'
import type { KeyDeps } from './deps.js'
import { type DeviceName, nameOf } from './device-name.js'
import type { Holder, LeasedKeyPackage } from './holder.js'
import { leaseLastResorts } from './lease-last-resort.js'
import { announceLowStock } from './low-stock.js'
import { pickAvailable } from './pick-available.js'
import { readLeases } from './read-leases.js'
import { suiteToLease } from './suite-to-lease.js'

/** The first key of the advisory locks of (caller, conversation); the second is a hash of the pair. */
const LEASE_LOCK = 0x0ca8

/**
 * Leases one key package of every live device of each account, for (caller, conversation). While a
 * lease lasts the same call gives the same package. A device that has no other left gives its
 * last-resort package, and what has none at all is `missing`.
 *
 * @NOTE The lock makes repetitions wait for each other, so that they find each other's leases. Between
 * callers `SKIP LOCKED` decides: of any number that want one package, one gets it, and nobody waits.
 */
export async function leaseKeyPackages(deps: KeyDeps, request: LeaseRequest): Promise<Leases> {
  return inTx(deps.db, async (tx) => {
    await lockHolder(tx, request)
    const cipherSuite = await suiteToLease(tx, deps, request)
    const holder: Holder = {
      caller: request.caller,
      convoId: request.convoId ?? null,
      cipherSuite,
      seconds: deps.config.mls.keyPackageLeaseSeconds,
    }
    const devices = await readDevices(tx, request)
    const asked = standIns(devices, request)
    const held = await readLeases(tx, holder, asked)
    const picked = await pickAvailable(tx, holder, without(asked, held))
    const lastResorts = await leaseLastResorts(tx, holder, without(asked, [...held, ...picked]))
    const fresh = [...picked, ...lastResorts]
    await requireClaimsLeft(deps, request.caller, fresh)
    await announceLowStock(tx, deps, cipherSuite, fresh)
    return answer(request, devices, [...held, ...fresh])
  })
}

async function lockHolder(tx: Tx, { caller, convoId }: LeaseRequest): Promise<void> {
  const key = `${caller} ${convoId ?? ''}`
  await sql`select pg_advisory_xact_lock(${LEASE_LOCK}, hashtext(${key}))`.execute(tx)
}

async function readDevices(tx: Tx, { dids, deviceIds }: LeaseRequest): Promise<DeviceName[]> {
  let query = tx
    .selectFrom('devices')
    .select(['did', 'device_id as deviceId'])
    .where('did', 'in', [...new Set(dids)])
    .where('deleted_at', 'is', null)
  if (deviceIds?.length) query = query.where('device_id', 'in', [...new Set(deviceIds)])
  return query.execute()
}

/**
 * A device of an account that refuses the caller is looked for like any other, under an id that no device
 * has: it takes as long, and finds as little, as if it had no packages.
 */
function standIns(devices: readonly DeviceName[], { refusing }: LeaseRequest): DeviceName[] {
  return devices.map((device) =>
    refusing?.has(device.did) ? { ...device, deviceId: NO_DEVICE } : device,
  )
}

const NO_DEVICE = '' as DeviceId

function without(devices: readonly DeviceName[], leased: readonly DeviceName[]): DeviceName[] {
  const served = new Set(leased.map(nameOf))
  return devices.filter((device) => !served.has(nameOf(device)))
}

/** In the order of the request's accounts, and of the device ids within each. */
function answer(
  { dids }: LeaseRequest,
  devices: readonly DeviceName[],
  leased: readonly LeasedKeyPackage[],
): Leases {
  const order = [...new Set(dids)]
  const withDevice = new Set(devices.map(({ did }) => did))
  const inOrder = <T extends { did: Did; deviceId?: DeviceId }>(items: T[]) =>
    order.flatMap((did) =>
      items
        .filter((item) => item.did === did)
        .sort((a, b) => ((a.deviceId ?? '') < (b.deviceId ?? '') ? -1 : 1)),
    )
  return {
    keyPackages: inOrder([...leased]),
    missing: inOrder<MissingKeyPackage>([
      ...order.filter((did) => !withDevice.has(did)).map((did) => ({ did })),
      ...without(devices, leased),
    ]),
  }
}

export interface LeaseRequest {
  caller: Did
  dids: readonly Did[]
  /** For a conversation that the caller is in, its own suite counts. */
  cipherSuite?: string | undefined
  /** What the packages are for; may be one that is yet to be created. Without: any one. */
  convoId?: ConvoId | undefined
  /** Only these devices. */
  deviceIds?: readonly DeviceId[] | undefined
  /** Accounts of which nothing is to be had, and which look as if nothing were there. */
  refusing?: ReadonlySet<Did> | undefined
}

export interface MissingKeyPackage {
  did: Did
  deviceId?: DeviceId
}

export interface Leases {
  keyPackages: LeasedKeyPackage[]
  missing: MissingKeyPackage[]
}
