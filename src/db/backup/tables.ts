import { sql } from 'kysely'
import type { Queryable } from '../types.js'

export interface DumpedTable {
  name: string
  columns: { name: string; type: string }[]
}

/** Kept by the migrator, and what says which life of the database this is. */
const LEFT_OUT = ['kysely_migration', 'kysely_migration_lock', 'service_state']

/**
 * The tables and columns that a dump holds, as the database has them, each table after those that it
 * refers to.
 */
export async function describeTables(q: Queryable): Promise<DumpedTable[]> {
  const { rows } = await sql<DumpedTable>`
    select c.relname as name,
      jsonb_agg(jsonb_build_object('name', a.attname, 'type', format_type(a.atttypid, a.atttypmod))
        order by a.attnum) as columns
    from pg_class c join pg_attribute a on a.attrelid = c.oid
    where c.relnamespace = current_schema()::regnamespace and c.relkind in ('r', 'p')
      and not c.relispartition and c.relname <> all(${LEFT_OUT}::text[])
      and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
      and a.atttypid <> 'xid8'::regtype
    group by c.relname order by c.relname`.execute(q)
  return inOrder(rows, await readReferences(q))
}

/** How many rows each table has, in the state that `q` sees. */
export async function countRows(q: Queryable, tables: readonly { name: string }[]) {
  const counts: { name: string; rows: number }[] = []
  for (const { name } of tables) {
    const { rows } = await sql<{ rows: number }>`
      select count(*) as rows from ${sql.table(name)}`.execute(q)
    counts.push({ name, rows: rows[0]!.rows })
  }
  return counts
}

/** Those that are checked when a row is inserted; deferrable ones wait for the commit. */
async function readReferences(q: Queryable): Promise<Reference[]> {
  const { rows } = await sql<Reference>`
    select f.relname as "from", t.relname as "to"
    from pg_constraint k
    join pg_class f on f.oid = k.conrelid join pg_class t on t.oid = k.confrelid
    where k.contype = 'f' and not k.condeferrable
      and f.relnamespace = current_schema()::regnamespace`.execute(q)
  return rows
}

function inOrder(tables: DumpedTable[], references: Reference[]): DumpedTable[] {
  const ordered: DumpedTable[] = []
  const left = new Map(tables.map((table) => [table.name, table]))
  while (left.size > 0) {
    const waiting = new Set(references.filter(({ to }) => left.has(to)).map(({ from }) => from))
    const next = [...left.values()].filter(({ name }) => !waiting.has(name))
    if (next.length === 0) {
      throw new Error(`Tables refer to each other: ${[...left.keys()].join(', ')}`)
    }
    for (const table of next) {
      ordered.push(table)
      left.delete(table.name)
    }
  }
  return ordered
}

interface Reference {
  from: string
  to: string
}
