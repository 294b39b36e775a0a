import { Redis, type RedisOptions } from 'ioredis'
import { scripts, type ScriptedRedis } from './redis-scripts.js'

/**
 * A connection that comes back by itself and keeps nobody waiting meanwhile: commands are refused
 * at once while it is away, given up after `COMMAND_TIMEOUT_MS`, and never sent a second time.
 */
export function createRedisConnection(url: string, name: string): ScriptedRedis {
  return new Redis(url, { ...options, connectionName: name, scripts }) as ScriptedRedis
}

const COMMAND_TIMEOUT_MS = 1000
/** Of a peer that is gone without a word, the commands that wait are bounded by cutting it off. */
const SILENCE_MS = 2000
const CONNECT_TIMEOUT_MS = 2000
const RETRY_MIN_MS = 50
const RETRY_MAX_MS = 1000

const options: RedisOptions = {
  lazyConnect: true,
  enableOfflineQueue: false,
  autoResendUnfulfilledCommands: false,
  maxRetriesPerRequest: 0,
  // What was subscribed to is known to the subscriber, which does it after every connection.
  autoResubscribe: false,
  commandTimeout: COMMAND_TIMEOUT_MS,
  socketTimeout: SILENCE_MS,
  connectTimeout: CONNECT_TIMEOUT_MS,
  keepAlive: 10_000,
  retryStrategy: (attempt) => Math.min(RETRY_MIN_MS * 2 ** (attempt - 1), RETRY_MAX_MS),
  // A primary that became a replica: connect again, to the one that is primary now.
  reconnectOnError: (error) => error.message.startsWith('READONLY'),
}
