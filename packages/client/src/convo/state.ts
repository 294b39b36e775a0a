import type { ClientState } from 'ts-mls'
import type { Service } from '../api/service.js'
import type { Device } from '../device/device.js'
import type { KeyPackageStore } from '../device/key-package-store.js'
import { MlsClientError } from '../errors.js'
import type { Events } from '../events.js'
import { Lane } from '../lib/lane.js'
import type { DeviceName } from '../mls/identity.js'
import type { Repositories } from '../repositories/repositories.js'
import type { RecordChange, SealedStore } from '../store/sealed-store.js'
import { loadGroup, StoredParts } from './group-records.js'
import type { DevicePolicy } from './admission.js'
import { keys } from './records.js'
import type { ConvoRecord, StagedRecord } from './records.js'

/**
 * One conversation: its record, the MLS state of its group, and the commit that is on its way. What is
 * in memory is what the store has: `save` writes first.
 */
export class ConvoState {
  /** Whatever reads the state and saves another runs here. */
  readonly transitions = new Lane()
  /** One own commit at a time. */
  readonly changes = new Lane()
  /** One own message at a time. */
  readonly sending = new Lane()
  /** Leaves that the next commit must remove, as the service last said. */
  pending: DeviceName[] = []
  removalTimer: ReturnType<typeof setTimeout> | undefined
  readonly ephemeralSeen = new Set<string>()
  /** It never came to be, and is not stored any more. */
  forgotten = false
  /** Where the service last named other devices than the group has. */
  mismatch: RosterMismatch | undefined
  #snapshot: Snapshot
  #parts: StoredParts

  private constructor(
    readonly deps: ConvoDeps,
    snapshot: Snapshot,
  ) {
    this.#snapshot = snapshot
    this.#parts = new StoredParts(snapshot.record.convoId, null)
  }

  /** Makes a conversation that is not stored yet, and stores it. */
  static async create(
    deps: ConvoDeps,
    record: ConvoRecord,
    group?: ClientState,
    staged?: StagedRecord,
  ): Promise<ConvoState> {
    const state = new ConvoState(deps, { record, group: undefined, staged: undefined })
    await state.save({ record, group: group ?? null, staged: staged ?? null })
    return state
  }

  static async loadAll(deps: ConvoDeps): Promise<ConvoState[]> {
    const records = await deps.store.list<ConvoRecord>({ prefix: keys.convo('') })
    return Promise.all(records.map(({ record }) => ConvoState.#load(deps, record)))
  }

  static async #load(deps: ConvoDeps, record: ConvoRecord): Promise<ConvoState> {
    const { convoId, status } = record
    const group = await readable(() => loadGroup(deps.store, convoId))
    const staged = await readable(() => deps.store.get<StagedRecord>(keys.staged(convoId)))
    // Without its state the device is still a member: it comes back by an external commit.
    const lost = status === 'active' && group === undefined
    const kept: ConvoRecord = lost ? { ...record, status: 'waiting' } : record
    const state = new ConvoState(deps, { record: kept, staged, group })
    state.#parts = new StoredParts(convoId, group ?? null)
    return state
  }

  get convoId(): string {
    return this.record.convoId
  }

  get record(): ConvoRecord {
    return this.#snapshot.record
  }

  get group(): ClientState | undefined {
    return this.#snapshot.group
  }

  get staged(): StagedRecord | undefined {
    return this.#snapshot.staged
  }

  /** The state of the group, or an error that says why there is none. */
  activeGroup(): ClientState {
    const { group, record } = this
    if (record.status === 'gone') throw new MlsClientError('notMember', 'not a member any more')
    if (group === undefined || record.status === 'waiting') {
      throw new MlsClientError('notJoined', 'this device is not in the group yet')
    }
    return group
  }

  /** Writes what changes, together with `also`, in one transaction. Null removes. Runs in the lane. */
  async save(next: NextState, also: RecordChange[] = []): Promise<void> {
    const { convoId } = this
    const record = { ...this.record, ...next.record }
    const changes: RecordChange[] = [{ key: keys.convo(convoId), record }, ...also]
    const parts = next.group === undefined ? undefined : new StoredParts(convoId, next.group)
    if (parts !== undefined) changes.push(...parts.changesSince(this.#parts))
    if (next.staged !== undefined) {
      changes.push({ key: keys.staged(convoId), record: next.staged ?? undefined })
    }
    await this.deps.store.write(changes)
    if (parts !== undefined) this.#parts = parts
    this.#snapshot = {
      record,
      group: next.group === undefined ? this.group : (next.group ?? undefined),
      staged: next.staged === undefined ? this.staged : (next.staged ?? undefined),
    }
  }

  /** Removes a conversation that never came to be. */
  async forget(): Promise<void> {
    const { convoId } = this
    await this.deps.store.write([
      { key: keys.convo(convoId), record: undefined },
      { key: keys.staged(convoId), record: undefined },
      ...new StoredParts(convoId, null).changesSince(this.#parts),
    ])
    this.forgotten = true
    this.#snapshot = { record: this.record, group: undefined, staged: undefined }
  }
}

/** Undefined for what is damaged: to a device that can come back that is the same as lost. */
async function readable<T>(read: () => Promise<T>): Promise<T | undefined> {
  try {
    return await read()
  } catch (error) {
    if (error instanceof MlsClientError && error.code === 'storeKey') return undefined
    throw error
  }
}

/** Devices that the service leaves out, and devices that it invents. */
export interface RosterMismatch {
  missing: DeviceName[]
  extra: DeviceName[]
}

interface Snapshot {
  record: ConvoRecord
  group: ClientState | undefined
  staged: StagedRecord | undefined
}

export interface NextState {
  record?: Partial<ConvoRecord>
  group?: ClientState | null
  staged?: StagedRecord | null
}

/** What the conversations of a client share. */
export interface ConvoDeps {
  service: Service
  store: SealedStore
  device: Device
  packages: KeyPackageStore
  events: Events
  signal: AbortSignal
  /** Ends the client for good, and says why. */
  stop(error: Error): void
  /** Whether the stream brings new entries by itself. */
  isOnline(): boolean
  /** Pending removals are committed after a random part of this. */
  removalDelayMs: number
  /** Accounts' own repositories, where the application wants them read. */
  repositories?: Repositories | undefined
  devicePolicy: DevicePolicy
}
