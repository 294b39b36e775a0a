import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Kysely, sql } from 'kysely'
import { type Migration, Migrator } from 'kysely/migration'
import { splitStatements } from './split-statements.js'
import type { Db } from './types.js'

export const MIGRATIONS_DIR = fileURLToPath(new URL('../../migrations/', import.meta.url))
const SQL_FILE = /^\d{8}_\d{3}_[a-z0-9_]+\.sql$/

export interface MigrationOutcome {
  /** Names of the migrations that this call ran, in order. */
  ran: string[]
}

/**
 * Brings the database to this version's schema: forward only, each migration once, also when several
 * processes start at the same time (Kysely's migrator holds a lock).
 *
 * @throws {NewerDatabaseError} when the database was migrated by a newer version of the service.
 */
export async function migrate(db: Db): Promise<MigrationOutcome> {
  const known = await readMigrations()
  const migrator = new Migrator({ db, provider: { getMigrations: async () => known } })
  await refuseNewer(db, known)
  const { error, results = [] } = await migrator.migrateToLatest()
  if (error) throw error
  return { ran: results.filter(({ status }) => status === 'Success').map((r) => r.migrationName) }
}

/** True when every migration of this version has run, and none of a newer one. */
export async function isMigrated(db: Db): Promise<boolean> {
  const known = Object.keys(await readMigrations())
  const ran = await executedMigrations(db)
  return ran.length === known.length && known.every((name) => ran.includes(name))
}

export class NewerDatabaseError extends Error {
  override readonly name = 'NewerDatabaseError'
}

async function refuseNewer(db: Db, known: Record<string, Migration>): Promise<void> {
  const unknown = (await executedMigrations(db)).filter((name) => !(name in known))
  if (unknown.length > 0) {
    throw new NewerDatabaseError(
      `The database was migrated by a newer version of this service (it has ${unknown.join(', ')}). ` +
        'Start that version, or restore a backup made before the upgrade.',
    )
  }
}

async function executedMigrations(db: Db): Promise<string[]> {
  const { rows } = await sql<{ present: boolean }>`
    select to_regclass('kysely_migration') is not null as present`.execute(db)
  if (!rows[0]?.present) return []
  const ran = await sql<{ name: string }>`select name from kysely_migration order by name`.execute(
    db,
  )
  return ran.rows.map(({ name }) => name)
}

async function readMigrations(): Promise<Record<string, Migration>> {
  const files = (await readdir(MIGRATIONS_DIR)).filter((file) => SQL_FILE.test(file)).sort()
  return Object.fromEntries(files.map((file) => [file.slice(0, -'.sql'.length), migration(file)]))
}

function migration(file: string): Migration {
  return {
    async up(db: Kysely<unknown>) {
      const text = await readFile(join(MIGRATIONS_DIR, file), 'utf8')
      // One at a time: the embedded database hangs on several in one call inside a transaction.
      for (const statement of splitStatements(text)) await sql.raw(statement).execute(db)
    },
  }
}
