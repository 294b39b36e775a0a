import { CompiledQuery, type RawBuilder } from 'kysely'
import type { Queryable, StatementRunner } from './types.js'

/** Names of the statements that a connection prepares once, by their text. */
const names = new Map<string, string>()

/**
 * A statement whose text never changes (lists go in as arrays), so that a connection to a server parses
 * and plans it once. `name` is unique in the process.
 */
export function prepared<Row extends object>(name: string, text: string): Statement<Row> {
  names.set(text, name)
  return async (q, ...parameters) => {
    const { rows } = await q.executeQuery<Row>(CompiledQuery.raw(text, parameters))
    return rows
  }
}

/**
 * The same for a statement that is put together of parts.
 *
 * @NOTE The server plans it once for all values, by what the tables are like then, and anew when it has
 * analysed one of them. Its conditions have to lead to an index whatever the values are: a plan that is
 * better for some of them is not found.
 */
export async function runPrepared<Row>(
  q: Queryable,
  name: string,
  statement: RawBuilder<Row>,
): Promise<Row[]> {
  const query = statement.compile(q)
  const known = names.get(query.sql)
  if (known !== name) {
    if (known !== undefined || [...names.values()].includes(name)) {
      throw new Error(`the text of the prepared statement ${name} is not always the same`)
    }
    names.set(query.sql, name)
  }
  const { rows } = await q.executeQuery(query)
  return rows
}

export function preparedName(text: string): string | undefined {
  return names.get(text)
}

/** Runs on whatever runs statements, a transaction or not; sent before the call returns. */
export type Statement<Row> = (q: StatementRunner, ...parameters: unknown[]) => Promise<Row[]>
