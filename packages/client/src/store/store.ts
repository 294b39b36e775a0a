/**
 * Where a client keeps its state: an ordered map of strings to bytes. `write` is the only thing that
 * must be atomic: all changes or none, and durable when it resolves.
 */
export interface Store {
  get(key: string): Promise<Uint8Array | undefined>
  /** In the order of the keys' UTF-16 code units. */
  list(range: StoreRange): Promise<StoreEntry[]>
  /**
   * Later changes of one key win. With a guard nothing is written, and a `StoreTaken` thrown, unless
   * the value at `guard.key` is `guard.value`: whoever has opened the store last owns it.
   */
  write(changes: StoreChange[], guard?: StoreGuard): Promise<void>
  close(): Promise<void>
}

/** The store's guard did not hold. */
export class StoreTaken extends Error {
  override readonly name = 'StoreTaken'
  constructor() {
    super('another client has opened this store')
  }
}

export interface StoreRange {
  prefix: string
  /** Exclusive bounds: whole keys. */
  after?: string
  before?: string
  /** From the last key down. */
  reverse?: boolean
  limit?: number
}

export interface StoreEntry {
  key: string
  value: Uint8Array
}

export interface StoreChange {
  key: string
  /** Undefined removes the key. */
  value: Uint8Array | undefined
}

export interface StoreGuard {
  key: string
  value: Uint8Array
}
