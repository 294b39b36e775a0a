import type { Redis } from 'ioredis'
import type { Subscription } from './backend.js'

/** The subscriptions of a process, on a connection of their own, renewed whenever that comes back. */
export class RedisSubscriber {
  readonly #redis: Redis
  readonly #handlers = new Map<string, Set<Handler>>()

  constructor(redis: Redis) {
    this.#redis = redis
    redis.on('ready', () => void this.#subscribe([...this.#handlers.keys()]))
    redis.on('messageBuffer', (channel: Buffer, message: Buffer) => {
      for (const handler of this.#handlers.get(channel.toString()) ?? []) handler(message)
    })
  }

  /** Resolves when it is in effect, or while Redis is away at once. */
  async add(channel: string, handler: Handler): Promise<Subscription> {
    const handlers = this.#handlers.get(channel)
    if (handlers) {
      handlers.add(handler)
    } else {
      this.#handlers.set(channel, new Set([handler]))
      await this.#subscribe([channel])
    }
    return { [Symbol.asyncDispose]: () => this.#remove(channel, handler) }
  }

  /** Finds out a connection that is dead without a word: the answer fails to come. */
  async probe(): Promise<void> {
    if (this.#redis.status === 'ready') await this.#redis.ping().catch(() => {})
  }

  async #subscribe(channels: string[]): Promise<void> {
    if (channels.length === 0 || this.#redis.status !== 'ready') return
    // If it fails, the connection is going; the next one subscribes.
    await this.#redis.subscribe(...channels).catch(() => {})
  }

  async #remove(channel: string, handler: Handler): Promise<void> {
    const handlers = this.#handlers.get(channel)
    if (!handlers?.delete(handler) || handlers.size > 0) return
    this.#handlers.delete(channel)
    if (this.#redis.status === 'ready') await this.#redis.unsubscribe(channel).catch(() => {})
  }
}

type Handler = (message: Uint8Array) => void
