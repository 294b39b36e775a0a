import type { RawBuilder } from 'kysely'
import type { Db } from '../db/types.js'

/** Rows as exported: what is paged by has the name that it is exported under. */
export type ExportRow = Record<string, unknown>

/**
 * All rows of a statement that reads a page after a row, until one is empty.
 *
 * @param once the statement is not paged: its rows are small, and bounded by what an account may have.
 */
export async function* paged(
  page: (after: ExportRow | undefined) => RawBuilder<unknown>,
  db: Db,
  { once = false } = {},
): AsyncGenerator<ExportRow> {
  let after: ExportRow | undefined
  do {
    const { rows } = (await page(after).execute(db)) as { rows: ExportRow[] }
    yield* rows
    after = rows.at(-1)
  } while (after && !once)
}
