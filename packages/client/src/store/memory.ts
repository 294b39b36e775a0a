import { sameBytes } from '../lib/bytes.js'
import { StoreTaken } from './store.js'
import type { Store, StoreChange, StoreEntry, StoreGuard, StoreRange } from './store.js'

/** Forgets everything with the process: for tests, and for what shall leave no trace. */
export class MemoryStore implements Store {
  readonly #values = new Map<string, Uint8Array>()

  /** A copy: what is changed in it stays out of the store. */
  async get(key: string): Promise<Uint8Array | undefined> {
    return this.#values.get(key)?.slice()
  }

  async list({ prefix, after, before, reverse, limit }: StoreRange): Promise<StoreEntry[]> {
    const keys = [...this.#values.keys()]
      .filter(
        (key) =>
          key.startsWith(prefix) &&
          (after === undefined || key > after) &&
          (before === undefined || key < before),
      )
      .toSorted()
    if (reverse === true) keys.reverse()
    return keys.slice(0, limit).map((key) => ({ key, value: this.#values.get(key)!.slice() }))
  }

  async write(changes: StoreChange[], guard?: StoreGuard): Promise<void> {
    if (guard !== undefined) {
      const value = this.#values.get(guard.key)
      if (value === undefined || !sameBytes(value, guard.value)) throw new StoreTaken()
    }
    for (const { key, value } of changes) {
      if (value === undefined) this.#values.delete(key)
      else this.#values.set(key, value.slice())
    }
  }

  /** Keeps everything: the store can be opened again. */
  async close(): Promise<void> {}
}
