import { open } from 'node:fs/promises'
import { sql } from 'kysely'
import { beginIncarnation } from '../incarnation.js'
import { migrate, unknownMigrations } from '../migrate.js'
import type { Db, Queryable } from '../types.js'
import { BackupError } from './backup-error.js'
import { CopiedRows } from './copied-rows.js'
import { inSnapshot, withoutTimeouts } from './in-snapshot.js'
import { intoPlace } from './into-place.js'
import { findProgram, readServerVersion } from './programs.js'
import { connectionOf, type Environment, runProgram, type Server } from './run-program.js'
import { countRows, describeTables } from './tables.js'

export interface ArchiveContents {
  tables: number
  rows: number
}

/**
 * Writes the whole database of a server to a file by `pg_dump`, in its custom format, and reads the file
 * again: it must hold as many rows of each table as the state that was dumped.
 *
 * What says which life of the database this is stays out, so that a database made from the archive by
 * whatever means begins another one.
 *
 * @throws {BackupError}
 */
export async function writeArchive(db: Db, source: Server, path: string): Promise<ArchiveContents> {
  const { dbname, env } = connectionOf(source)
  const version = await readServerVersion(db)
  const dump = await findProgram('pg_dump', version, env.PATH)
  const restore = await findProgram('pg_restore', version, env.PATH)
  return intoPlace(path, async (partial) => {
    // Made here for its mode.
    await (await open(partial, 'w', 0o600)).close()
    const counts = await inSnapshot(db, async (tx) => {
      const counted = await countRows(tx, await describeTables(tx))
      const { rows } = await sql<{ id: string }>`select pg_export_snapshot() as id`.execute(tx)
      const args = ['--format=custom', '--no-owner', '--no-privileges', `--file=${partial}`]
      const state = [`--snapshot=${rows[0]!.id}`, '--exclude-table-data=service_state']
      await runProgram(dump, [...args, ...state, `--dbname=${dbname}`], { env })
      return counted
    })
    await syncToDisk(partial)
    requireRows(await readArchive(restore, partial, env), counts, partial)
    return { tables: counts.length, rows: counts.reduce((sum, { rows }) => sum + rows, 0) }
  })
}

/**
 * Restores an archive of `pg_dump` into a database of a server that has no tables, migrates it to this
 * version's schema and begins a new incarnation.
 *
 * @throws {BackupError} when the archive is damaged or of a newer version, or the database is not empty;
 * then nothing was changed.
 */
export async function restoreArchive(
  db: Db,
  target: Server,
  path: string,
): Promise<ArchiveContents> {
  const { dbname, env } = connectionOf(target)
  const restore = await findProgram('pg_restore', await readServerVersion(db), env.PATH)
  const archive = await readArchive(restore, path, env)
  if (archive.migrations.length === 0) {
    throw new BackupError(`${path} is no backup of this service.`)
  }
  if ((await unknownMigrations(archive.migrations)).length > 0) throw new BackupError(NEWER)
  await requireNoTables(db)
  const args = ['--single-transaction', '--exit-on-error', '--no-owner', '--no-privileges']
  await runProgram(restore, [...args, `--dbname=${dbname}`, path], { env })
  await db.transaction().execute(async (tx) => {
    await withoutTimeouts(tx)
    await beginIncarnation(tx)
  })
  const counts = await inSnapshot(db, async (tx) => countRows(tx, await describeTables(tx)))
  requireRows(archive, counts, path)
  await migrate(db)
  return { tables: counts.length, rows: counts.reduce((sum, { rows }) => sum + rows, 0) }
}

/** Reads all data of an archive: how many rows of each table are in it. */
async function readArchive(program: string, path: string, env: Environment): Promise<CopiedRows> {
  const copied = new CopiedRows()
  await runProgram(program, ['--data-only', '--file=-', path], {
    env,
    onOutput: (chunk) => copied.take(chunk),
  }).catch((error: unknown) => {
    if (!(error instanceof BackupError)) throw error
    throw new BackupError(`${path} cannot be read: ${error.message}`, { cause: error })
  })
  return copied
}

function requireRows(
  { counts }: CopiedRows,
  wanted: { name: string; rows: number }[],
  path: string,
): void {
  for (const { name, rows } of wanted) {
    const found = counts.get(name) ?? 0
    if (found === rows) continue
    throw new BackupError(`${path} has ${found} rows of ${name}, where there are ${rows}.`)
  }
}

async function requireNoTables(q: Queryable): Promise<void> {
  const { rows } = await sql<{ name: string }>`
    select relname as name from pg_class
    where relnamespace = current_schema()::regnamespace and relkind in ('r', 'p')
    order by relname limit 1`.execute(q)
  if (rows.length === 0) return
  throw new BackupError(
    `The database is not empty: it has a table ${rows[0]!.name}. ` +
      'A backup by pg_dump is restored into a database without tables only: make a new one ' +
      '(createdb), and set DATABASE_URL to it.',
  )
}

async function syncToDisk(path: string): Promise<void> {
  const file = await open(path, 'r+')
  try {
    await file.sync()
  } finally {
    await file.close()
  }
}

const NEWER =
  'The backup was made from a newer version of this service: restore it with that, or a later one.'
