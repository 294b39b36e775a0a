import { LRUCache } from 'lru-cache'
import { ServiceUnavailableError } from '../errors.js'
import type { Backend, Counter, Subscription, Usable, UseOnce, WindowCount } from './backend.js'
import { ExpiringMap } from './expiring-map.js'

/**
 * The backend of a single process. It forgets everything with the process, so `sinceMs` is the
 * moment of this call: make it early in the start.
 */
export function createMemoryBackend(options: MemoryBackendOptions = {}): Backend {
  return new MemoryBackend(options)
}

class MemoryBackend implements Backend {
  readonly kind = 'memory'
  readonly instances = 1
  readonly #now: () => number
  readonly #sinceMs: number
  readonly #used: ExpiringMap<true>
  readonly #kept: ExpiringMap<string>
  readonly #windows: LRUCache<string, Window>
  readonly #handlers = new Map<string, Set<Handler>>()

  constructor({ now = steadyNow, maxUsed = MAX_USED, maxKept = MAX_KEPT }: MemoryBackendOptions) {
    this.#now = now
    this.#sinceMs = now()
    this.#used = new ExpiringMap(maxUsed)
    this.#kept = new ExpiringMap(maxKept)
    // Counters may be forgotten: a lost count lets a few more requests through, no more.
    this.#windows = new LRUCache({ max: MAX_WINDOWS })
  }

  async ping(): Promise<void> {}

  async useOnce(key: string, usable: Usable): Promise<UseOnce> {
    const { fromMs, untilMs, atLeastMs, counter } = usable
    const nowMs = this.#now()
    const sinceMs = this.#sinceMs
    if (this.#used.get(key, nowMs)) return { use: 'used', sinceMs, nowMs }
    if (!this.#used.set(key, true, Math.max(untilMs, nowMs + atLeastMs), nowMs)) throw full()
    if (fromMs < sinceMs) return { use: 'forgotten', sinceMs, nowMs }
    if (nowMs >= untilMs) return { use: 'over', sinceMs, nowMs }
    if (!counter) return { use: 'first', sinceMs, nowMs }
    return { use: 'first', count: this.#countUp(counter, nowMs), sinceMs, nowMs }
  }

  async put(key: string, value: string, ttlMs: number): Promise<void> {
    const nowMs = this.#now()
    if (!this.#kept.set(key, value, nowMs + ttlMs, nowMs)) throw full()
  }

  async take(key: string): Promise<string | undefined> {
    const value = this.#kept.get(key, this.#now())
    this.#kept.delete(key)
    return value
  }

  async count(key: string, windowMs: number): Promise<WindowCount> {
    return this.#countUp({ key, windowMs }, this.#now())
  }

  #countUp({ key, windowMs }: Counter, nowMs: number): WindowCount {
    let window = this.#windows.get(key)
    if (!window || window.endsMs <= nowMs) {
      window = { count: 0, endsMs: nowMs + windowMs }
      this.#windows.set(key, window)
    }
    window.count += 1
    return { count: window.count, resetsInMs: window.endsMs - nowMs }
  }

  async publish(channel: string, message: Uint8Array): Promise<void> {
    const handlers = this.#handlers.get(channel)
    if (!handlers) return
    // In a task of its own, as it comes from Redis: a publisher never runs its readers.
    setImmediate(() => {
      for (const handler of handlers) handler(message)
    })
  }

  async subscribe(channel: string, handler: Handler): Promise<Subscription> {
    const handlers = this.#handlers.get(channel) ?? new Set()
    this.#handlers.set(channel, handlers.add(handler))
    return {
      [Symbol.asyncDispose]: async () => {
        handlers.delete(handler)
        if (handlers.size === 0 && this.#handlers.get(channel) === handlers)
          this.#handlers.delete(channel)
      },
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#handlers.clear()
  }
}

/** 125 bytes each (measured); live for up to three minutes, so this is 5,000 requests a second. */
const MAX_USED = 2_000_000
const MAX_KEPT = 100_000
const MAX_WINDOWS = 100_000

/**
 * Unix time that never jumps: a wall clock set forward and back again would forget what was used
 * and then accept it once more.
 */
function steadyNow(): number {
  return performance.timeOrigin + performance.now()
}

function full(): ServiceUnavailableError {
  return new ServiceUnavailableError('The store of this process is full; try again in a minute.')
}

type Handler = (message: Uint8Array) => void

interface Window {
  count: number
  endsMs: number
}

export interface MemoryBackendOptions {
  /** Unix time in milliseconds. */
  now?: () => number
  /** How many used keys are remembered at once. */
  maxUsed?: number
  /** How many values of `put` are kept at once. */
  maxKept?: number
}
