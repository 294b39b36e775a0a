import { sql } from 'kysely'
import type { Db } from '../../src/db/types.js'

/**
 * The columns of all tables that hold `text` somewhere, as `table.column`, sorted: what is text in one
 * list, what is bytes (and may hold the text inside) in the other.
 */
export async function searchTables(db: Db, text: string): Promise<Found> {
  const { rows: columns } = await sql<{ table: string; column: string; type: string }>`
    select c.table_name as "table", c.column_name as "column", c.data_type as "type"
    from information_schema.columns c join information_schema.tables t using (table_schema, table_name)
    where c.table_schema = 'public' and t.table_type = 'BASE TABLE'
    order by 1, 2`.execute(db)
  if (columns.length < 50) throw new Error('the search does not see the tables')
  const found: Found = { text: [], bytes: [] }
  for (const { table, column, type } of columns) {
    const where =
      type === 'bytea'
        ? sql`position(convert_to(${text}, 'UTF8') in ${sql.ref(column)}) > 0`
        : sql`position(${text} in ${sql.ref(column)}::text) > 0`
    const { rows } = await sql`select 1 from ${sql.table(table)} where ${where} limit 1`.execute(db)
    if (rows.length > 0) found[type === 'bytea' ? 'bytes' : 'text'].push(`${table}.${column}`)
  }
  return found
}

export interface Found {
  text: string[]
  bytes: string[]
}
