/**
 * The few things that instances share quickly: what may be used once, what is handed over once,
 * how often something happened, and wake-ups. Nothing here is durable; the truth is in the
 * database.
 *
 * Every method rejects with `ServiceUnavailable` while the store cannot be reached, and never
 * waits for it to come back; only `subscribe` takes effect when it does.
 */
export interface Backend extends AsyncDisposable {
  readonly kind: 'memory' | 'redis'
  /** How many instances share the store, this one included; the last number known while it is away. */
  readonly instances: number

  /** Resolves if the store answers. */
  ping(): Promise<void>

  /**
   * Uses up `key`, atomically over all instances: the first use wins, later ones are `used` until
   * the store's own clock passes `untilMs`, and for `atLeastMs` in any case. A use that holds is
   * counted in the same step; one that does not is not.
   */
  useOnce(key: string, usable: Usable): Promise<UseOnce>

  /** Keeps `value` for `ttlMs`, for whoever takes it first. */
  put(key: string, value: string, ttlMs: number): Promise<void>
  /** Gives and deletes what `put` kept: of concurrent takers exactly one gets it. */
  take(key: string): Promise<string | undefined>

  /** Counts one more in the window of `windowMs` that began with the key's first count. */
  count(key: string, windowMs: number): Promise<WindowCount>

  /** Sends a hint to every instance, this one included. It may be lost: never the only way. */
  publish(channel: string, message: Uint8Array): Promise<void>
  /** `handler` does not throw, and returns soon. */
  subscribe(channel: string, handler: (message: Uint8Array) => void): Promise<Subscription>
}

/** In Unix milliseconds, which the store compares with its own clock, the same for all instances. */
export interface Usable {
  /** Before this it cannot have been used. */
  fromMs: number
  /** From then on it cannot be used. */
  untilMs: number
  /** Remembered for that long in any case. */
  atLeastMs: number
  counter?: Counter | undefined
}

/** What is counted in the window of `windowMs` that began with the first count of `key`. */
export interface Counter {
  key: string
  windowMs: number
}

export interface UseOnce {
  /**
   * Only `first` holds. `forgotten`: it could be used before the store began to remember, so that
   * nobody knows whether it was. `over`: the store's clock has passed its end.
   */
  use: 'first' | 'used' | 'forgotten' | 'over'
  /** Of the counter, where there is one and the use holds. */
  count?: WindowCount
  /** When the store began to remember, by its clock. */
  sinceMs: number
  /** The store's clock. */
  nowMs: number
}

export interface WindowCount {
  /** 1 for the first in the window. */
  count: number
  resetsInMs: number
}

export type Subscription = AsyncDisposable
