import { createHash } from 'node:crypto'
import { createWriteStream } from 'node:fs'
import { pipeline } from 'node:stream/promises'
import { createGzip } from 'node:zlib'
import { sql } from 'kysely'
import { executedMigrations } from '../migrate.js'
import type { Db, Tx } from '../types.js'
import { BackupError } from './backup-error.js'
import { type DumpHeader, FORMAT, FORMAT_VERSION, totalRows } from './format.js'
import { inSnapshot } from './in-snapshot.js'
import { intoPlace } from './into-place.js'
import { checkDump } from './read-dump.js'
import { countRows, describeTables, type DumpedTable } from './tables.js'

/** Rows in memory at a time. The largest are of 4 MiB, and as base64 a third longer. */
const ROWS_PER_FETCH = 64

/**
 * Writes the whole database to a file, as a dump (`format.ts`) of one state of it, whoever writes
 * meanwhile; then reads the file again.
 *
 * @param service version of the service, for the header.
 * @throws {BackupError} when the database has no schema yet, or the file cannot be made.
 */
export async function writeDump(db: Db, service: string, path: string): Promise<DumpHeader> {
  return intoPlace(path, async (partial) => {
    await inSnapshot(db, (tx) =>
      pipeline(
        dumpText(tx, service),
        createGzip(),
        createWriteStream(partial, { mode: 0o600, flush: true }),
      ),
    )
    return checkDump(partial)
  })
}

async function* dumpText(tx: Tx, service: string): AsyncGenerator<string> {
  const migrations = await executedMigrations(tx)
  if (migrations.length === 0) throw new BackupError(NO_SCHEMA)
  const tables = await describeTables(tx)
  // Counting takes a lock on each table, so that none is altered before it is read.
  const counts = await countRows(tx, tables)
  const header: DumpHeader = {
    format: FORMAT,
    version: FORMAT_VERSION,
    service,
    madeAt: new Date().toISOString(),
    migrations,
    tables: tables.map(({ name, columns }, i) => {
      return { name, columns: columns.map((column) => column.name), rows: counts[i]!.rows }
    }),
  }
  const hash = createHash('sha256')
  const hashed = (lines: string[]) => {
    const text = lines.map((line) => `${line}\n`).join('')
    hash.update(text)
    return text
  }
  yield hashed([JSON.stringify(header)])
  for (const table of tables) {
    for await (const lines of rowLines(tx, table)) yield hashed(lines)
  }
  yield `${JSON.stringify({ rows: totalRows(header), sha256: hash.digest('hex') })}\n`
}

async function* rowLines(tx: Tx, { name, columns }: DumpedTable): AsyncGenerator<string[]> {
  const values = columns.map(({ name: column, type }) =>
    type === 'bytea'
      ? sql`translate(encode(${sql.ref(column)}, 'base64'), E'\n', '')`
      : sql`${sql.ref(column)}::text`,
  )
  await sql`
    declare dumped no scroll cursor for
    select json_build_array(${sql.join(values)})::text as line from ${sql.table(name)}`.execute(tx)
  for (;;) {
    const { rows } = await sql<{ line: string }>`
      fetch ${sql.lit(ROWS_PER_FETCH)} from dumped`.execute(tx)
    if (rows.length === 0) break
    yield rows.map(({ line }) => line)
  }
  await sql`close dumped`.execute(tx)
}

const NO_SCHEMA = 'There is nothing to back up: the database was never migrated.'
