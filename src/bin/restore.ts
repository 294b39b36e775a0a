import { resolve } from 'node:path'
import { readConfig } from '../config/index.js'
import { openDatabase } from '../context/index.js'
import {
  BackupError,
  fileKind,
  loadDump,
  requireUnused,
  restoreArchive,
  totalRows,
} from '../db/backup/index.js'
import { createLogger } from '../logger.js'
import { databaseFault } from './database-fault.js'

/** Restores a backup into an empty database, of a service that does not run. */
export async function restore(file: string): Promise<void> {
  const config = readConfig(process.env)
  const { databaseUrl } = config.secrets
  const path = resolve(file)
  const kind = await fileKind(path)
  const { rows, tables, description } = await run().catch(databaseFault)
  console.log(`${rows} rows of ${tables} tables are restored; ${description}`)
  console.log('A new incarnation has begun: clients read anew what they missed.')

  async function run(): Promise<{ tables: number; rows: number; description: string }> {
    if (kind === 'archive' && databaseUrl === undefined) throw new BackupError(NEEDS_SERVER)
    await using database = await openDatabase(config, createLogger(config))
    const { db, description } = database
    if (database.kind === 'postgres') await requireUnused(db)
    if (kind === 'archive') {
      const server = { url: databaseUrl!, env: process.env }
      return { ...(await restoreArchive(db, server, path)), description }
    }
    const header = await loadDump(db, path)
    return { tables: header.tables.length, rows: totalRows(header), description }
  }
}

const NEEDS_SERVER =
  'A backup by pg_dump goes into a PostgreSQL server: set DATABASE_URL. ' +
  'For the embedded database make one by `backup --logical`.'
