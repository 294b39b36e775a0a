import type { Config } from '../config/index.js'
import { openEmbedded } from '../db/embedded.js'
import { openPostgres } from '../db/postgres.js'
import type { Database } from '../db/types.js'
import type { Logger } from '../logger.js'

export async function openDatabase(config: Config, logger: Logger): Promise<Database> {
  const { databaseUrl: url } = config.secrets
  if (url === undefined) return openEmbedded(config.service.dataDir)
  const { poolSize } = config.database
  const onError = (error: Error) => logger.warn({ err: error }, 'a database connection was lost')
  return openPostgres({ url, poolSize, onError })
}
