import { MemoryStore } from '../../packages/client/src/index.js'
import type { Store, StoreChange, StoreGuard, StoreRange } from '../../packages/client/src/index.js'

/** A store whose process "dies" at its nth write: before it is done, or right after. */
export class FailingStore implements Store {
  writes = 0
  /** Number of the write that fails; 0: none. */
  failAt = 0
  /** Whether the write that fails has been done. */
  after = false

  constructor(readonly kept = new MemoryStore()) {}

  get(key: string) {
    return this.kept.get(key)
  }

  list(range: StoreRange) {
    return this.kept.list(range)
  }

  async write(changes: StoreChange[], guard?: StoreGuard): Promise<void> {
    this.writes += 1
    const fails = this.writes === this.failAt
    if (!fails || this.after) await this.kept.write(changes, guard)
    if (fails) throw new Error('the process was killed')
  }

  async close(): Promise<void> {}
}
