import { readConfig } from '../config/index.js'
import { openDatabase } from '../context/index.js'
import { BackupError, requireUnused } from '../db/backup/index.js'
import { beginIncarnation } from '../db/incarnation.js'
import { isMigrated } from '../db/migrate.js'
import { createLogger } from '../logger.js'
import { databaseFault } from './database-fault.js'

/** For a database that was restored by other means than `restore`, before it is served again. */
export async function newIncarnation(): Promise<void> {
  const config = readConfig(process.env)
  await run().catch(databaseFault)
  console.log('A new incarnation has begun: clients read anew what they missed.')

  async function run(): Promise<void> {
    await using database = await openDatabase(config, createLogger(config))
    const { db } = database
    if (database.kind === 'postgres') await requireUnused(db)
    if (!(await isMigrated(db))) throw new BackupError(NOT_MIGRATED)
    await db.transaction().execute((tx) => beginIncarnation(tx))
  }
}

const NOT_MIGRATED = 'The database does not have the schema of this version: run `migrate` first.'
