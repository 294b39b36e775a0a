import { join } from 'node:path'
import { PGlite } from '@electric-sql/pglite'

/**
 * Looks into the database that a stopped service has left: how much each table holds, and how many
 * rows have one of the messages, or the name, anywhere in them.
 */
export async function inspectData(
  dataDir: string,
  { texts, name }: { texts: string[]; name: string },
): Promise<StoredData> {
  const database = await PGlite.create(join(dataDir, 'postgres'))
  try {
    const data: StoredData = { sizes: [], readable: 0, named: 0 }
    for (const table of await tablesOf(database)) {
      const size = await sizeOf(database, table)
      if (size.rows > 0) data.sizes.push(size)
      data.readable += await rowsWith(database, table, texts)
      data.named += await rowsWith(database, table, [name])
    }
    return data
  } finally {
    await database.close()
  }
}

async function tablesOf(database: PGlite): Promise<string[]> {
  const { rows } = await database.query<{ name: string }>(
    `select tablename as name from pg_tables
     where schemaname = 'public' and tablename not like 'kysely%' order by tablename`,
  )
  return rows.map(({ name }) => name)
}

async function sizeOf(database: PGlite, name: string): Promise<TableSize> {
  const { rows } = await database.query<{ rows: number; bytes: number }>(
    `select count(*)::int as rows, coalesce(sum(pg_column_size(t)), 0)::int as bytes from "${name}" t`,
  )
  return { name, rows: rows[0]?.rows ?? 0, bytes: rows[0]?.bytes ?? 0 }
}

async function rowsWith(database: PGlite, name: string, texts: string[]): Promise<number> {
  // A row prints its bytes as hex.
  const patterns = texts.flatMap((text) => [`%${text}%`, `%${Buffer.from(text).toString('hex')}%`])
  const { rows } = await database.query<{ hits: number }>(
    `select count(*)::int as hits from "${name}" t where t::text like any ($1)`,
    [patterns],
  )
  return rows[0]?.hits ?? 0
}

export interface StoredData {
  /** Of the tables that are not empty. */
  sizes: TableSize[]
  /** Rows in which one of the messages was found. */
  readable: number
  /** Rows in which the name was found: shows that the search finds. */
  named: number
}

export interface TableSize {
  name: string
  rows: number
  bytes: number
}
