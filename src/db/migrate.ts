import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { type Kysely, sql } from 'kysely'
import { type Migration, Migrator } from 'kysely/migration'
import { splitStatements } from './split-statements.js'
import { LOCK_NOT_AVAILABLE, sqlstateOf } from './sqlstate.js'
import type { Db, Queryable } from './types.js'

export const MIGRATIONS_DIR = fileURLToPath(new URL('../../migrations/', import.meta.url))
const DDL_LOCK_TIMEOUT_MS = 1_000
const LOCK_ATTEMPTS = 60
const LOCK_RETRY_MS = 1_000
const SQL_FILE = /^\d{8}_\d{3}_[a-z0-9_]+\.sql$/

export interface MigrationOutcome {
  /** Names of the migrations that this call ran, in order. */
  ran: string[]
}

/**
 * Brings the database to this version's schema: forward only, each migration once, also when several
 * processes start at the same time (Kysely's migrator holds a lock, and the others wait for as long as
 * that takes).
 *
 * @param to the names of the migrations that make an older schema, for a backup of that.
 * @param allowNewer leaves a database alone that a newer version has migrated, as long as nothing of this
 * version's schema is missing.
 * @throws {NewerDatabaseError} when the database was migrated by a newer version of the service.
 */
export async function migrate(
  db: Db,
  { to, allowNewer = false }: MigrateOptions = {},
): Promise<MigrationOutcome> {
  const all = await readMigrations()
  const wanted = Object.fromEntries(
    Object.entries(all).filter(([name]) => to === undefined || to.includes(name)),
  )
  const ran = await executedMigrations(db)
  const unknown = ran.filter((name) => !(name in wanted))
  if (unknown.length > 0) {
    if (allowNewer && Object.keys(wanted).every((name) => ran.includes(name))) return { ran: [] }
    throw new NewerDatabaseError(unknown)
  }
  return onPatientConnection(db, (connection) => untilLocked(() => run(connection, wanted)))
}

async function run(db: Db, migrations: Record<string, Migration>): Promise<MigrationOutcome> {
  const migrator = new Migrator({ db, provider: { getMigrations: async () => migrations } })
  const { error, results = [] } = await migrator.migrateToLatest()
  if (error) throw error
  return { ran: results.filter(({ status }) => status === 'Success').map((r) => r.migrationName) }
}

/** A request is over after seconds; a migration may take as long as it takes, or waits for another's. */
async function onPatientConnection<T>(db: Db, body: (connection: Db) => Promise<T>): Promise<T> {
  return db.connection().execute(async (connection) => {
    await sql`set statement_timeout = 0`.execute(connection)
    await sql`set idle_in_transaction_session_timeout = 0`.execute(connection)
    await sql`set lock_timeout = ${sql.lit(DDL_LOCK_TIMEOUT_MS)}`.execute(connection)
    try {
      return await body(connection)
    } finally {
      await sql`reset statement_timeout`.execute(connection)
      await sql`reset idle_in_transaction_session_timeout`.execute(connection)
      await sql`reset lock_timeout`.execute(connection)
    }
  })
}

/**
 * A statement that waits for the lock of a table holds up everybody who comes to that table after it. So
 * it gives up soon, which undoes the migrations, and they are tried again.
 */
async function untilLocked<T>(attempt: () => Promise<T>): Promise<T> {
  for (let attempts = 1; ; attempts++) {
    try {
      return await attempt()
    } catch (error) {
      if (sqlstateOf(error) !== LOCK_NOT_AVAILABLE || attempts === LOCK_ATTEMPTS) throw error
      await sleep(LOCK_RETRY_MS * (0.5 + Math.random()))
    }
  }
}

/**
 * True when every migration of this version has run. A newer version may have run more: it leaves in
 * place what this one needs (`docs/database.md`).
 */
export async function isMigrated(db: Db): Promise<boolean> {
  const known = Object.keys(await readMigrations())
  const ran = await executedMigrations(db)
  return known.every((name) => ran.includes(name))
}

interface MigrateOptions {
  to?: readonly string[]
  allowNewer?: boolean
}

export class NewerDatabaseError extends Error {
  override readonly name = 'NewerDatabaseError'
  constructor(unknown: readonly string[]) {
    super(
      `The database was migrated by a newer version of this service (it has ${unknown.join(', ')}). ` +
        'Start that version, or restore a backup made before the upgrade. ' +
        'To go back by one version only, set ALLOW_NEWER_SCHEMA=true.',
    )
  }
}

/** Which of `names` this version does not know. */
export async function unknownMigrations(names: readonly string[]): Promise<string[]> {
  const known = await readMigrations()
  return names.filter((name) => !(name in known))
}

/** The names of those that have run, in order; none where the database has no schema yet. */
export async function executedMigrations(q: Queryable): Promise<string[]> {
  const { rows } = await sql<{ present: boolean }>`
    select to_regclass('kysely_migration') is not null as present`.execute(q)
  if (!rows[0]?.present) return []
  const ran = await sql<{ name: string }>`select name from kysely_migration order by name`.execute(
    q,
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
