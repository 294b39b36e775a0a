import { readConfig } from '../config/index.js'
import { openDatabase } from '../context/index.js'
import { migrate } from '../db/migrate.js'
import { createLogger } from '../logger.js'
import { databaseFault } from './database-fault.js'

export async function migrateCommand(): Promise<void> {
  const config = readConfig(process.env)
  const outcome = await run().catch(databaseFault)
  for (const name of outcome.ran) console.log(`ran ${name}`)
  console.log(outcome.ran.length === 0 ? 'nothing to do: the schema is current' : 'done')

  async function run() {
    await using database = await openDatabase(config, createLogger(config))
    return await migrate(database.db, config.database)
  }
}
