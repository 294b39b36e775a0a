import { sql } from 'kysely'
import type { Db, Tx } from '../types.js'

/**
 * Runs `body` on one unchanging state of the database, for as long as it takes. It writes nothing, so
 * it has no transaction id, and holds up neither writers nor the horizon of the event stream.
 */
export function inSnapshot<T>(db: Db, body: (tx: Tx) => Promise<T>): Promise<T> {
  return db.transaction().execute(async (tx) => {
    await sql`set transaction isolation level repeatable read, read only`.execute(tx)
    await withoutTimeouts(tx)
    // The same text of a value, whatever the server's or the role's settings are.
    await sql`set local timezone = 'UTC'`.execute(tx)
    await sql`set local datestyle = 'ISO, YMD'`.execute(tx)
    await sql`set local intervalstyle = 'postgres'`.execute(tx)
    return body(tx)
  })
}

/** A request is limited to seconds; what an operator asked for takes as long as the data is large. */
export async function withoutTimeouts(tx: Tx): Promise<void> {
  await sql`set local statement_timeout = 0`.execute(tx)
  await sql`set local idle_in_transaction_session_timeout = 0`.execute(tx)
}
