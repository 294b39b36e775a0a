/**
 * The service's own dump: gzip of UTF-8 lines, each one JSON value.
 *
 * 1. A header: what the dump is, which migrations its schema is made of, and of each table the columns
 *    and how many rows follow, in an order in which they can be inserted.
 * 2. The rows, table after table: an array with each column as PostgreSQL's text, `null`, or for `bytea`
 *    base64. Text is the same in every version, so that a dump of one goes into another.
 * 3. A trailer: how many rows there were, and the SHA-256 of all bytes before its line.
 *
 * Columns of type `xid8` are left out, since transaction ids mean something in one cluster only, and so
 * is `service_state`: a database that was made from a dump lives another life.
 */
export const FORMAT = 'catbird-mls-dump'
export const FORMAT_VERSION = 1

export interface DumpHeader {
  format: typeof FORMAT
  version: number
  /** Of the service that wrote it. */
  service: string
  madeAt: string
  /** Names, in order: the schema that the rows are of. */
  migrations: string[]
  tables: { name: string; columns: string[]; rows: number }[]
}

export interface DumpTrailer {
  rows: number
  sha256: string
}

export function totalRows({ tables }: Pick<DumpHeader, 'tables'>): number {
  return tables.reduce((sum, { rows }) => sum + rows, 0)
}
