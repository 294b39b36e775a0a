/**
 * Where a client keeps its state: an ordered map of strings to bytes. `write` is the only thing that
 * must be atomic: all changes or none, and durable when it resolves.
 */
export interface Store {
  /** The value of a key, if it has one. */
  get(key: string): Promise<Uint8Array | undefined>
  /** In the order of the keys' UTF-16 code units. */
  list(range: StoreRange): Promise<StoreEntry[]>
  /**
   * Later changes of one key win. With a guard nothing is written, and a `StoreTaken` thrown, unless
   * the value at `guard.key` is `guard.value`: whoever has opened the store last owns it.
   */
  write(changes: StoreChange[], guard?: StoreGuard): Promise<void>
  /** Lets go of what the store holds open; nothing is called afterwards. */
  close(): Promise<void>
}

/** The store's guard did not hold. */
export class StoreTaken extends Error {
  override readonly name = 'StoreTaken'
  constructor() {
    super('another client has opened this store')
  }
}

/** Which keys are listed. */
export interface StoreRange {
  prefix: string
  /** Exclusive bounds: whole keys. */
  after?: string
  before?: string
  /** From the last key down. */
  reverse?: boolean
  limit?: number
}

/** One key with its value. */
export interface StoreEntry {
  key: string
  value: Uint8Array
}

/** One key that is written or removed. */
export interface StoreChange {
  key: string
  /** Undefined removes the key. */
  value: Uint8Array | undefined
}

/** What must be in the store for a write to be done. */
export interface StoreGuard {
  key: string
  value: Uint8Array
}
