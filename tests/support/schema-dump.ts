import { sql } from 'kysely'
import type { Db } from '../../src/db/types.js'

/**
 * The schema as SQL that a person reads, the same on PostgreSQL 15 to 18 and on the embedded database:
 * tables with columns, constraints and indexes, by name. What Kysely's migrator keeps for itself is left out.
 */
export async function dumpSchema(db: Db): Promise<string> {
  const tables = await rows<{ oid: number; name: string }>(
    db,
    sql`select c.oid::int as oid, c.relname as name from pg_class c
        join pg_namespace n on n.oid = c.relnamespace
        where n.nspname = current_schema() and c.relkind in ('r', 'p') and c.relname not like 'kysely_%'
        order by c.relname`,
  )
  const parts: string[] = []
  for (const table of tables) parts.push(await dumpTable(db, table))
  return `-- Made from the migrations by \`npm run schema\`; a test compares it.\n\n${parts.join('\n\n')}\n`
}

async function dumpTable(db: Db, { oid, name }: { oid: number; name: string }): Promise<string> {
  const columns = await rows<{ line: string }>(
    db,
    sql`select a.attname || ' ' || format_type(a.atttypid, a.atttypmod)
          || case when a.attnotnull then ' NOT NULL' else '' end
          || coalesce(' DEFAULT ' || pg_get_expr(d.adbin, d.adrelid), '') as line
        from pg_attribute a left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
        where a.attrelid = ${oid} and a.attnum > 0 and not a.attisdropped order by a.attnum`,
  )
  const constraints = await rows<{ line: string }>(
    db,
    // 'n': PostgreSQL 18 lists NOT NULL as a constraint, too.
    sql`select 'CONSTRAINT ' || conname || ' ' || pg_get_constraintdef(oid) as line from pg_constraint
        where conrelid = ${oid} and contype <> 'n' order by contype, conname`,
  )
  const indexes = await rows<{ line: string }>(
    db,
    sql`select replace(pg_get_indexdef(i.indexrelid), ' ON ' || current_schema() || '.', ' ON ') as line
        from pg_index i join pg_class c on c.oid = i.indexrelid
        where i.indrelid = ${oid}
          and not exists (select 1 from pg_constraint k where k.conindid = i.indexrelid)
        order by c.relname`,
  )
  const body = [...columns, ...constraints].map(({ line }) => `  ${line}`).join(',\n')
  return [`CREATE TABLE ${name} (\n${body}\n);`, ...indexes.map(({ line }) => `${line};`)].join(
    '\n',
  )
}

async function rows<R>(db: Db, query: ReturnType<typeof sql>): Promise<R[]> {
  return (await query.execute(db)).rows as R[]
}
