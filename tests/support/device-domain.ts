import { AsyncLocalStorage } from 'node:async_hooks'
import { randomBytes } from 'node:crypto'
import { sql } from 'kysely'
import { createMemoryBackend } from '../../src/backend/memory-backend.js'
import { limits } from '../../src/config/limits.js'
import type { Database } from '../../src/db/types.js'
import type { RegisterDeps } from '../../src/devices/register.js'
import { publishKeyPackages } from '../../src/keys/publish.js'
import type { ConvoId, DeviceId, Did, Epoch, Seq } from '../../src/lib/ids.js'
import { createOutbox } from '../../src/outbox/append.js'
import { fromRow, type StreamEvent } from '../../src/outbox/events.js'
import { openTestDatabase } from './database.js'
import {
  type BuiltKeyPackage,
  createDevice,
  DEFAULT_SUITE,
  type DeviceOptions,
  type KeyPackageOptions,
  type TestDevice,
} from './mls/index.js'
import { randomPlcDid } from './plc.js'

export const OTHER_SUITE = 'MLS_128_DHKEMP256_AES128GCM_SHA256_P256'

/** That of `openTestDatabase`. */
const POOL_SIZE = 10

/** The use cases of devices, key packages and welcomes on a database of their own, without HTTP. */
export async function openDeviceDomain(options: DomainOptions = {}): Promise<DeviceDomain> {
  const database = await openTestDatabase()
  if (database.kind === 'postgres') await fillPool(database)
  return new DeviceDomain(database, options)
}

/** A connection takes longer to make than a transaction to run: a race needs them made. */
async function fillPool({ db }: Database): Promise<void> {
  const wait = () => sql`select pg_sleep(0.1)`.execute(db)
  await Promise.all(Array.from({ length: POOL_SIZE }, wait))
}

export class DeviceDomain implements RegisterDeps, AsyncDisposable {
  readonly db
  readonly outbox = createOutbox(() => {})
  readonly backend = createMemoryBackend()
  readonly suites: readonly string[] = [DEFAULT_SUITE, OTHER_SUITE]
  /** Nobody has said anything in public. */
  readonly outside = {
    allowIncoming: async () => undefined,
    follows: async () => false,
    relationships: async () => undefined,
    deviceRecord: async () => ({ state: 'none' as const }),
  }
  readonly config
  /** Added to the time of the process; not to the database's. */
  skewMs = 0

  readonly #outside = AsyncLocalStorage.snapshot()

  constructor(
    readonly database: Database,
    { leaseSeconds = 600, devicesPerAccount = 20, keyPackagesPerDevice = 200 }: DomainOptions,
  ) {
    this.db = database.db
    this.config = {
      limits: { ...limits, membersPerConvo: 1000, devicesPerAccount, keyPackagesPerDevice },
      mls: { keyPackageLeaseSeconds: leaseSeconds },
      identity: { requireDeviceRecords: false },
    }
  }

  clock(): Date {
    return new Date(Date.now() + this.skewMs)
  }

  /** A device of a new account, unless `did` says whose; not registered yet. */
  newDevice({
    did = randomPlcDid(),
    deviceId = 'phone',
    suite,
  }: NewDevice = {}): Promise<TestDevice> {
    return createDevice({ did, deviceId, ...(suite && { suite }) })
  }

  /** A new device with `count` published packages. */
  async publishedDevice(count: number, options: NewDevice & KeyPackageOptions = {}) {
    const device = await this.newDevice(options)
    const packages = await device.keyPackages(count, options)
    await this.publish(device, packages)
    return { device, did: device.did as Did, deviceId: device.deviceId as DeviceId, packages }
  }

  publish(owner: { did: string }, packages: readonly Pick<BuiltKeyPackage, 'bytes'>[]) {
    return publishKeyPackages(this, {
      did: owner.did as Did,
      offered: packages.map(({ bytes }, index) => ({ bytes, place: `keyPackages[${index}]` })),
    })
  }

  /** What was announced of `kind`, in order. */
  async events<K extends StreamEvent['kind']>(
    kind: K,
  ): Promise<Extract<StreamEvent, { kind: K }>[]> {
    const rows = await this.db
      .selectFrom('event_stream')
      .select(['kind', 'convo_id', 'did', 'seq', 'payload'])
      .where('kind', '=', kind)
      .orderBy('id')
      .execute()
    return rows.map(fromRow) as Extract<StreamEvent, { kind: K }>[]
  }

  packageRow(ref: string) {
    return this.db
      .selectFrom('key_packages')
      .selectAll()
      .where('ref', '=', ref)
      .executeTakeFirstOrThrow()
  }

  /** Ends the lease of a package, as time would. */
  async endLease(ref: string): Promise<void> {
    await this.db
      .updateTable('key_packages')
      .set({ leased_until: new Date(Date.now() - 1000) })
      .where('ref', '=', ref)
      .execute()
    await this.db
      .updateTable('last_resort_leases')
      .set({ leased_until: new Date(Date.now() - 1000) })
      .where('ref', '=', ref)
      .execute()
  }

  /** Moves the end of a package's lifetime, as time would. */
  async setNotAfter(ref: string, secondsFromNow: number): Promise<void> {
    await this.db
      .updateTable('key_packages')
      .set({ not_after: new Date(Date.now() + secondsFromNow * 1000) })
      .where('ref', '=', ref)
      .execute()
  }

  /** A conversation with these members, as rows: no MLS group behind it. */
  async insertConvo({ members = [], leaves = [], cipherSuite = DEFAULT_SUITE }: NewConvo = {}) {
    const convoId = randomConvoId()
    await this.db
      .insertInto('conversations')
      .values({
        convo_id: convoId,
        kind: 'group',
        group_id: Buffer.from(convoId, 'hex'),
        epoch: 0 as Epoch,
        hash: new Uint8Array(32),
        cipher_suite: cipherSuite,
        commit_framing: 'public',
        creator: members[0] ?? randomPlcDid(),
        policy: JSON.stringify({ whoCanAdd: 'member' }),
      })
      .execute()
    for (const did of members) {
      await this.db
        .insertInto('members')
        .values({
          convo_id: convoId,
          did,
          joined_seq: 1 as Seq,
          role: 'member',
          status: 'accepted',
          joined_application_count: 0,
        })
        .execute()
    }
    for (const [index, device] of leaves.entries()) await this.insertLeaf(convoId, device, index)
    return convoId
  }

  async insertLeaf(convoId: ConvoId, device: TestDevice, index: number, q = this.db) {
    await q
      .insertInto('leaves')
      .values({
        convo_id: convoId,
        leaf_index: index,
        did: device.did as Did,
        device_id: device.deviceId as DeviceId,
        signature_key: device.publicKey,
        added_seq: 1 as Seq,
      })
      .execute()
  }

  /**
   * Runs `task` outside of the transaction that the caller is in, as another request would be. On the
   * embedded database it waits for the transaction's end: do not await it inside.
   */
  apart<T>(task: () => Promise<T>): Promise<T> {
    return this.#outside(task)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.backend[Symbol.asyncDispose]()
    await this.database[Symbol.asyncDispose]()
  }
}

export function randomConvoId(): ConvoId {
  return randomBytes(16).toString('hex') as ConvoId
}

export interface DomainOptions {
  leaseSeconds?: number
  devicesPerAccount?: number
  keyPackagesPerDevice?: number
}

type NewDevice = Partial<DeviceOptions>

interface NewConvo {
  members?: Did[]
  leaves?: TestDevice[]
  cipherSuite?: string
}
