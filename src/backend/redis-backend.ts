import { ServiceUnavailableError } from '../errors.js'
import { within } from '../lib/within.js'
import type { Logger } from '../logger.js'
import type { Backend, Subscription, Usable, UseOnce, WindowCount } from './backend.js'
import { createRedisConnection } from './redis-connection.js'
import type { Counted, ScriptedRedis } from './redis-scripts.js'
import { RedisSubscriber } from './redis-subscriber.js'

/**
 * The backend that instances share. Resolves when Redis has answered, or after `START_WAIT_MS`
 * without it: a service can start while Redis is away, and then answers as when it goes away later.
 * Needs Redis 6.2 or later with `maxmemory-policy noeviction`: an evicted key is a token that can
 * be used again.
 */
export async function openRedisBackend(options: RedisBackendOptions): Promise<Backend> {
  const backend = new RedisBackend(options)
  await backend.connect()
  return backend
}

const START_WAIT_MS = 3000
const REFRESH_MS = 15_000
const DEFAULT_PREFIX = 'catbird-mls:'

class RedisBackend implements Backend {
  readonly kind = 'redis'
  instances = 1
  readonly #redis: ScriptedRedis
  readonly #subscriptions: ScriptedRedis
  readonly #subscriber: RedisSubscriber
  readonly #prefix: string
  readonly #log: Log
  readonly #refresh: NodeJS.Timeout
  /** Which run of Redis we are connected to; undefined while we are not, or do not know yet. */
  #run: string | undefined

  constructor({ url, log, prefix = DEFAULT_PREFIX, refreshMs = REFRESH_MS }: RedisBackendOptions) {
    this.#prefix = prefix
    this.#log = log
    this.#redis = createRedisConnection(url, 'catbird-mls')
    this.#subscriptions = createRedisConnection(url, 'catbird-mls-subscriber')
    this.#subscriber = new RedisSubscriber(this.#subscriptions)
    this.#redis.on('ready', () => void this.#begin())
    this.#redis.on('close', () => this.#end())
    // Each failed attempt is an event; the log has the ends and beginnings instead.
    this.#redis.on('error', () => {})
    this.#subscriptions.on('error', () => {})
    this.#refresh = setInterval(() => void this.#lookAround(), refreshMs).unref()
  }

  async connect(): Promise<void> {
    const begun = new Promise((resolve) => this.#redis.once(BEGUN, resolve))
    this.#redis.connect().catch(() => {})
    this.#subscriptions.connect().catch(() => {})
    await this.#subscriber.add(this.#prefix + INSTANCES, () => {})
    await within(START_WAIT_MS, begun).catch(() => {
      this.#log.warn('Redis cannot be reached: authenticated calls are refused until it can')
    })
  }

  async ping(): Promise<void> {
    await this.#answer(this.#redis.ping())
  }

  async useOnce(key: string, usable: Usable): Promise<UseOnce> {
    // Without the run we would not notice that what was remembered is gone.
    const run = this.#run
    if (run === undefined) throw away()
    const { fromMs, untilMs, atLeastMs, counter } = usable
    const names = counter ? [key, MARKER, counter.key] : [key, MARKER]
    const keys = names.map((name) => this.#prefix + name)
    const times = [fromMs, untilMs, atLeastMs, counter?.windowMs ?? 0]
    const [use, sinceMs, nowMs, ...counted] = await this.#answer(
      this.#redis.useOnce(keys.length, ...keys, run, ...times),
    )
    if (counted.length === 0) return { use, sinceMs, nowMs }
    return { use, count: windowCount(counted), sinceMs, nowMs }
  }

  async put(key: string, value: string, ttlMs: number): Promise<void> {
    await this.#answer(this.#redis.set(this.#prefix + key, value, 'PX', ttlMs))
  }

  async take(key: string): Promise<string | undefined> {
    return (await this.#answer(this.#redis.getdel(this.#prefix + key))) ?? undefined
  }

  async count(key: string, windowMs: number): Promise<WindowCount> {
    return windowCount(await this.#answer(this.#redis.countUp(this.#prefix + key, windowMs)))
  }

  async publish(channel: string, message: Uint8Array): Promise<void> {
    await this.#answer(this.#redis.publish(this.#prefix + channel, Buffer.from(message)))
  }

  subscribe(channel: string, handler: (message: Uint8Array) => void): Promise<Subscription> {
    return this.#subscriber.add(this.#prefix + channel, handler)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearInterval(this.#refresh)
    this.#run = undefined
    this.#redis.disconnect()
    this.#subscriptions.disconnect()
  }

  /** A connection is of use when its run is known and remembering has begun. */
  async #begin(): Promise<void> {
    const { stream } = this.#redis
    const info = await this.#info()
    if (stream !== this.#redis.stream || this.#redis.status !== 'ready') return
    // A guess would differ from what other instances know, and so empty the store for all.
    if (info === undefined) return this.#redis.disconnect(true)
    this.#run = /^run_id:(\w+)/m.exec(info)?.[1] ?? ''
    await this.useOnce(BEGINNING, { fromMs: 0, untilMs: 0, atLeastMs: 1 }).catch(() => {})
    await this.#lookAround()
    this.#warnOfEviction(info)
    this.#log.info('Redis is connected')
    this.#redis.emit(BEGUN)
  }

  /** Empty where the user may not ask, which is the same for all instances. */
  async #info(): Promise<string | undefined> {
    try {
      return await this.#redis.info()
    } catch (error) {
      return error instanceof Error && error.message.startsWith('NOPERM') ? '' : undefined
    }
  }

  #end(): void {
    if (this.#run === undefined) return
    this.#run = undefined
    this.#log.warn('Redis is away: authenticated calls are refused until it is back')
  }

  #warnOfEviction(info: string): void {
    const policy = /^maxmemory_policy:(\S+)/m.exec(info)?.[1]
    const limited = !/^maxmemory:0\s*$/m.test(info)
    if (!policy || policy === 'noeviction' || !limited) return
    this.#log.warn(
      { policy },
      'Redis may evict used tokens, which could then be used again: set maxmemory-policy noeviction',
    )
  }

  /** How many instances there are: each has one subscription to the same channel. */
  async #lookAround(): Promise<void> {
    await this.#subscriber.probe()
    if (this.#redis.status !== 'ready') return
    const answer = await this.#redis.pubsub('NUMSUB', this.#prefix + INSTANCES).catch(() => [])
    const count = Number((answer as unknown[])[1])
    if (count > 0) this.instances = count
  }

  /** Whatever goes wrong between us and Redis is one thing to a caller. */
  async #answer<T>(command: Promise<T>): Promise<T> {
    try {
      return await command
    } catch (cause) {
      throw away({ cause })
    }
  }
}

const MARKER = 'remembers-since'
const BEGINNING = 'beginning'
const INSTANCES = 'instances'
/** Emitted on the connection, beside the events of ioredis. */
const BEGUN = 'begun'

function windowCount([count, resetsInMs]: Counted): WindowCount {
  return { count, resetsInMs }
}

function away(options?: ErrorOptions): ServiceUnavailableError {
  return new ServiceUnavailableError('The shared store cannot be reached now; try again.', options)
}

type Log = Pick<Logger, 'info' | 'warn'>

export interface RedisBackendOptions {
  /** `redis://` or `rediss://`, with its password; never logged. */
  url: string
  log: Log
  /** Before every key and channel, so that a Redis can be shared. */
  prefix?: string
  /** How often the number of instances is taken. */
  refreshMs?: number
}
