import { randomBytes } from 'node:crypto'
import { sql } from 'kysely'
import { inTx } from './tx.js'
import type { Db, Tx } from './types.js'

const INCARNATION_BYTES = 8
/** Any fixed number: starts of several processes wait for each other here. */
const INCARNATION_LOCK = 7_236_014

/**
 * The id of this life of the database, part of every event cursor. It changes when the database was
 * restored: into another cluster (its system identifier differs), or by a dump (transaction ids start
 * anew, so that stored ones lie in the future). Events that were kept get this transaction's id then;
 * in the order of their row ids, which agrees with `seq` within each conversation.
 */
export async function openIncarnation(db: Db): Promise<string> {
  return inTx(db, async (tx) => {
    // However long it takes, here or in the process that is waited for: it happens once.
    await sql`set local statement_timeout = 0`.execute(tx)
    await sql`set local lock_timeout = 0`.execute(tx)
    await sql`select pg_advisory_xact_lock(${INCARNATION_LOCK})`.execute(tx)
    const systemIdentifier = await readSystemIdentifier(tx)
    const state = await tx.selectFrom('service_state').selectAll().executeTakeFirst()
    const same =
      state !== undefined &&
      state.system_identifier === systemIdentifier &&
      !(await hasEventsFromTheFuture(tx))
    return same ? state.incarnation : beginIncarnation(tx, systemIdentifier)
  })
}

/** Also what a restore calls at its end; for a large database not within a request's time-out. */
export async function beginIncarnation(tx: Tx, systemIdentifier?: string): Promise<string> {
  const values = {
    incarnation: randomBytes(INCARNATION_BYTES).toString('hex'),
    system_identifier: systemIdentifier ?? (await readSystemIdentifier(tx)),
  }
  await tx
    .insertInto('service_state')
    .values(values)
    .onConflict((oc) => oc.column('only_row').doUpdateSet({ ...values, began_at: sql`now()` }))
    .execute()
  await sql`
    update event_stream set xid = pg_current_xact_id() where xid <> pg_current_xact_id()`.execute(
    tx,
  )
  return values.incarnation
}

async function readSystemIdentifier(tx: Tx): Promise<string> {
  const { rows } = await sql<{ id: string }>`
    select system_identifier::text as id from pg_control_system()`.execute(tx)
  return rows[0]!.id
}

async function hasEventsFromTheFuture(tx: Tx): Promise<boolean> {
  const { rows } = await sql<{ future: boolean }>`
    select exists (
      select 1 from event_stream where xid >= pg_snapshot_xmax(pg_current_snapshot()))
      as future`.execute(tx)
  return rows[0]!.future
}
