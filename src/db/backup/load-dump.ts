import { type RawBuilder, sql } from 'kysely'
import { beginIncarnation } from '../incarnation.js'
import { executedMigrations, migrate, unknownMigrations } from '../migrate.js'
import type { Db, Queryable, Tx } from '../types.js'
import { BackupError } from './backup-error.js'
import type { DumpHeader } from './format.js'
import { withoutTimeouts } from './in-snapshot.js'
import { checkDump, readDump } from './read-dump.js'
import { countRows, describeTables, type DumpedTable } from './tables.js'

/**
 * Fills an empty database from a dump, in one transaction, and begins a new incarnation with it. The
 * schema is first brought to that of the dump, and then to this version's.
 *
 * @throws {BackupError} when the dump is damaged or of a newer version, or the database is not empty;
 * then nothing was changed.
 */
export async function loadDump(db: Db, path: string): Promise<DumpHeader> {
  const header = await checkDump(path)
  await prepareSchema(db, header)
  await db.transaction().execute(async (tx) => {
    await withoutTimeouts(tx)
    const tables = await describeTables(tx)
    requireSame(tables, header)
    await sql`set constraints all deferred`.execute(tx)
    for await (const part of readDump(path)) {
      if (part.kind !== 'rows') continue
      await insertRows(
        tx,
        tables.find(({ name }) => name === part.table)!,
        part.rows,
      )
    }
    await advanceSequences(tx)
    await beginIncarnation(tx)
  })
  await migrate(db)
  return header
}

/** @throws {BackupError} when a table has rows. */
export async function requireEmpty(q: Queryable): Promise<void> {
  const counts = await countRows(q, await describeTables(q))
  const filled = counts.find(({ rows }) => rows > 0)
  if (!filled) return
  throw new BackupError(
    `The database is not empty: ${filled.name} has ${filled.rows} rows. ` +
      'A backup is restored into an empty database only: make a new one (or set another DATA_DIR).',
  )
}

async function prepareSchema(db: Db, header: DumpHeader): Promise<void> {
  if ((await unknownMigrations(header.migrations)).length > 0) throw new BackupError(NEWER)
  await requireEmpty(db)
  const ran = await executedMigrations(db)
  if (ran.length > header.migrations.length) {
    throw new BackupError(
      `The backup is of an older schema (${header.migrations.at(-1)}) than the database has. ` +
        'Restore it into an entirely empty database: it is migrated when the rows are in.',
    )
  }
  await migrate(db, { to: header.migrations })
}

function requireSame(tables: DumpedTable[], header: DumpHeader): void {
  const shape = (list: { name: string; columns: string[] }[]) =>
    JSON.stringify(list.map(({ name, columns }) => [name, columns]))
  const here = tables.map(({ name, columns }) => ({ name, columns: columns.map((c) => c.name) }))
  if (shape(here) !== shape(header.tables)) throw new BackupError(OTHER_TABLES)
}

/** @NOTE The lines go to the database as they are: it parses them, and types are its own tables'. */
async function insertRows(tx: Tx, { name, columns }: DumpedTable, lines: string[]): Promise<void> {
  const values: RawBuilder<unknown>[] = columns.map(({ type }, i) =>
    type === 'bytea'
      ? sql`decode(line->>${sql.lit(i)}, 'base64')`
      : sql`(line->>${sql.lit(i)})::${sql.raw(type)}`,
  )
  const names = columns.map((column) => sql.ref(column.name))
  await sql`
    insert into ${sql.table(name)} (${sql.join(names)}) overriding system value
    select ${sql.join(values)} from json_array_elements(${`[${lines.join(',')}]`}::json) as line`.execute(
    tx,
  )
}

/** The next ids come after those that were inserted. */
async function advanceSequences(tx: Tx): Promise<void> {
  const { rows } = await sql<{ table: string; column: string; sequence: string }>`
    select c.relname as "table", a.attname as "column", s.sequence
    from pg_class c join pg_attribute a on a.attrelid = c.oid,
      pg_get_serial_sequence(quote_ident(c.relname), a.attname) as s(sequence)
    where c.relnamespace = current_schema()::regnamespace and c.relkind in ('r', 'p')
      and a.attnum > 0 and not a.attisdropped and s.sequence is not null`.execute(tx)
  for (const { table, column, sequence } of rows) {
    await sql`
      select setval(${sequence}::regclass, coalesce(max(${sql.ref(column)}), 0) + 1, false)
      from ${sql.table(table)}`.execute(tx)
  }
}

const NEWER =
  'The backup was written by a newer version of this service: restore it with that, or a later one.'
const OTHER_TABLES =
  'The backup has other tables or columns than its migrations make: it is not of this service.'
