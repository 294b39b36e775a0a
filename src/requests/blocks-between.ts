import { sql } from 'kysely'
import type { Queryable } from '../db/types.js'
import type { Did } from '../lib/ids.js'

/** An account of `some` that blocks one of `others`, or is blocked by one; undefined if there is none. */
export async function blockBetween(
  q: Queryable,
  some: readonly Did[],
  others: readonly Did[],
): Promise<Did | undefined> {
  const [a, b] = [sql.val(some), sql.val(others)]
  const { rows } = await sql<{ did: Did }>`
    (select did from blocks where did = any(${a}::text[]) and subject = any(${b}::text[]) limit 1)
    union all
    (select subject from blocks where subject = any(${a}::text[]) and did = any(${b}::text[]) limit 1)
  `.execute(q)
  return rows[0]?.did
}

/** Those of `dids` who block `subject`. */
export async function blockersOf(
  q: Queryable,
  subject: Did,
  dids: readonly Did[],
): Promise<Set<Did>> {
  const { rows } = await sql<{ did: Did }>`
    select did from blocks where subject = ${subject} and did = any(${sql.val(dids)}::text[])
  `.execute(q)
  return new Set(rows.map(({ did }) => did))
}
