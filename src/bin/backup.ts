import { stat } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { type Config, readConfig } from '../config/index.js'
import { openDatabase } from '../context/index.js'
import { openIdleCopy, totalRows, writeArchive, writeDump } from '../db/backup/index.js'
import { createLogger } from '../logger.js'
import { databaseFault } from './database-fault.js'

const DIRECTORY = 'backups'

/** Backs up the database, of a service that runs or not, and says what is in the file. */
export async function backup(
  file: string | undefined,
  { logical = false }: { logical?: boolean },
): Promise<void> {
  const config = readConfig(process.env)
  const { databaseUrl } = config.secrets
  const byServer = databaseUrl !== undefined && !logical
  const path = resolve(file ?? defaultName(byServer ? 'pgdump' : 'jsonl.gz'))
  const made = await run().catch(databaseFault)
  const { size } = await stat(path)
  console.log(`${path}: ${made.rows} rows of ${made.tables} tables, ${size} bytes, read again`)

  async function run(): Promise<{ tables: number; rows: number }> {
    await using database = await openSource(config)
    if (byServer)
      return await writeArchive(database.db, { url: databaseUrl, env: process.env }, path)
    const header = await writeDump(database.db, config.service.version, path)
    return { tables: header.tables.length, rows: totalRows(header) }
  }
}

function openSource(config: Config) {
  if (config.secrets.databaseUrl !== undefined) return openDatabase(config, createLogger(config))
  return openIdleCopy(config.service.dataDir)
}

/** Sorted by name they are sorted by time. */
function defaultName(extension: string): string {
  const time = new Date().toISOString().replace(/\.\d+/, '').replaceAll(':', '-')
  return join(DIRECTORY, `catbird-mls-${time}.${extension}`)
}
