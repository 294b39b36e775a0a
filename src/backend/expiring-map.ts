/**
 * A bounded map whose entries end by themselves, without a timer per entry: each insertion looks at
 * two older entries and drops the ended ones, so that at a steady rate it holds at most twice what
 * is live. A full map takes nothing more: it never forgets what has not ended.
 */
export class ExpiringMap<V> {
  readonly #entries = new Map<string, Entry<V>>()
  #sweeper = this.#entries.entries()
  #fullSweepMs = -Infinity

  constructor(private readonly maxEntries: number) {}

  get size(): number {
    return this.#entries.size
  }

  get(key: string, nowMs: number): V | undefined {
    const entry = this.#entries.get(key)
    return entry && entry.untilMs > nowMs ? entry.value : undefined
  }

  /** False if there is no room. */
  set(key: string, value: V, untilMs: number, nowMs: number): boolean {
    this.#sweep(ENTRIES_PER_SWEEP, nowMs)
    if (this.#entries.size >= this.maxEntries && !this.#entries.has(key) && !this.#makeRoom(nowMs))
      return false
    this.#entries.set(key, { value, untilMs })
    return true
  }

  delete(key: string): void {
    this.#entries.delete(key)
  }

  #makeRoom(nowMs: number): boolean {
    // A pass over a full map takes tens of milliseconds, and a map full of live entries stays full.
    if (nowMs - this.#fullSweepMs < FULL_SWEEP_PAUSE_MS) return false
    this.#fullSweepMs = nowMs
    this.#sweep(this.#entries.size, nowMs)
    return this.#entries.size < this.maxEntries
  }

  #sweep(count: number, nowMs: number): void {
    for (let i = 0; i < count; i++) {
      const next = this.#sweeper.next()
      if (next.done) {
        this.#sweeper = this.#entries.entries()
        continue
      }
      const [key, { untilMs }] = next.value
      if (untilMs <= nowMs) this.#entries.delete(key)
    }
  }
}

const ENTRIES_PER_SWEEP = 2
const FULL_SWEEP_PAUSE_MS = 1000

interface Entry<V> {
  value: V
  untilMs: number
}
