import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { sql } from 'kysely'
import { format, resolveConfig } from 'prettier'
import { MIGRATIONS_DIR } from '../../src/db/migrate.js'
import type { Db } from '../../src/db/types.js'

/** `docs/database-schema.md`: what is in the database, and what the migrations' comments say about it. */
export async function schemaPage(db: Db): Promise<string> {
  const comments = readComments()
  const { rows } = await sql<TableRow>`
    select c.relname as name,
      (select json_agg(json_build_object(
          'name', a.attname, 'type', format_type(a.atttypid, a.atttypmod), 'required', a.attnotnull,
          'default', pg_get_expr(d.adbin, d.adrelid)) order by a.attnum)
        from pg_attribute a left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
        where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped) as columns,
      (select coalesce(json_agg(pg_get_constraintdef(k.oid) order by k.contype <> 'p', k.contype desc, k.conname), '[]')
        from pg_constraint k
        where k.conrelid = c.oid and k.contype in ('p', 'u', 'f')) as keys,
      (select coalesce(json_agg(regexp_replace(pg_get_indexdef(i.indexrelid),
          '^CREATE (UNIQUE )?INDEX (\\S+) ON \\S+ USING btree ', '\\1\\2 ') order by n.relname), '[]')
        from pg_index i join pg_class n on n.oid = i.indexrelid
        where i.indrelid = c.oid
          and not exists (select 1 from pg_constraint k where k.conindid = i.indexrelid)) as indexes
    from pg_class c
    where c.relnamespace = current_schema()::regnamespace and c.relkind in ('r', 'p')
      and c.relname not like 'kysely\\_%'
    order by c.relname`.execute(db)
  const page = [INTRODUCTION, ...rows.map((table) => section(table, comments))].join('\n\n')
  const path = join(MIGRATIONS_DIR, '../docs/database-schema.md')
  return format(page, { ...(await resolveConfig(path)), parser: 'markdown' })
}

function section({ name, columns, keys, indexes }: TableRow, comments: Comments): string {
  const told = (column: Column) => comments.get(`${name}.${column.name}`) ?? ''
  const rows = columns.map((column) => {
    const given = column.default === null ? '' : `\`${column.default}\``
    return [
      `\`${column.name}\``,
      `${column.type}${column.required ? '' : '?'}`,
      given,
      told(column),
    ]
  })
  const table = [['column', 'type', 'default', ''], ['-', '-', '-', '-'], ...rows]
  return [
    `## ${name}`,
    comments.get(name) ?? '',
    table.map((cells) => `| ${cells.join(' | ')} |`).join('\n'),
    [...keys, ...indexes.map((index) => `index ${index}`)]
      .map((line) => `- \`${line}\``)
      .join('\n'),
  ].join('\n\n')
}

/** The comment right before a table, and those before lines of its columns, by `table` and `table.column`. */
function readComments(): Comments {
  const comments: Comments = new Map()
  for (const file of readdirSync(MIGRATIONS_DIR).sort()) {
    if (!/^\d.*\.sql$/.test(file)) continue
    let table: string | undefined
    let said: string[] = []
    for (const line of readFileSync(join(MIGRATIONS_DIR, file), 'utf8').split('\n')) {
      const comment = /^\s*-- ?(.*)$/.exec(line)?.[1]
      if (comment !== undefined) {
        said.push(comment)
        continue
      }
      const begun = /^CREATE TABLE (?:IF NOT EXISTS )?(\w+)/.exec(line)?.[1]
      const added = /^ALTER TABLE (\w+) ADD COLUMN (?:IF NOT EXISTS )?(\w+)/.exec(line)
      if (begun !== undefined) table = begun
      const column = table === undefined ? undefined : /^ {2}([a-z]\w*) /.exec(line)?.[1]
      const subject = begun ?? (added ? `${added[1]}.${added[2]}` : column && `${table}.${column}`)
      if (subject && said.length > 0) comments.set(subject, said.join(' '))
      said = []
      if (/^\)/.test(line)) table = undefined
    }
  }
  return comments
}

const INTRODUCTION = `# The schema

Made from the database and the comments of its migrations by \`npm run schema\`; a test compares it. A \`?\`
marks a column that may be null. How the data grows, is backed up and is migrated: [database.md](database.md).`

type Comments = Map<string, string>

interface Column {
  name: string
  type: string
  required: boolean
  default: string | null
}

interface TableRow {
  name: string
  columns: Column[]
  keys: string[]
  indexes: string[]
}
