import type { Config } from '../../config/index.js'
import { CommandError } from '../token.js'

/** One for a request, and one for what it must not wait behind. */
const CONNECTIONS_MIN = 2

/** @throws {CommandError} where `workers` processes cannot work side by side */
export function requireShared({ database, redis }: Config, workers: number): void {
  if (database.embedded || !redis.enabled) {
    throw new CommandError(
      `--workers ${workers} needs DATABASE_URL and REDIS_URL: ` +
        'the embedded database is for one process, and used tokens and limits have to be shared',
    )
  }
  const least = CONNECTIONS_MIN * workers
  if (database.poolSize < least) {
    throw new CommandError(
      `DATABASE_POOL_SIZE must be at least ${least} for --workers ${workers}, which share it`,
    )
  }
}

/** What one of `workers` may take of what is set for all of them. */
export function shareOf(config: Config, workers: number): Config {
  const poolSize = Math.floor(config.database.poolSize / workers)
  return Object.freeze({ ...config, database: Object.freeze({ ...config.database, poolSize }) })
}
