import { CompiledQuery } from 'kysely'
import type { StatementRunner } from './types.js'

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

export function preparedName(text: string): string | undefined {
  return names.get(text)
}

/** Runs on whatever runs statements, a transaction or not; sent before the call returns. */
export type Statement<Row> = (q: StatementRunner, ...parameters: unknown[]) => Promise<Row[]>
