import type { Selectable } from 'kysely'
import { prepared } from '../db/prepared.js'
import type { Schema } from '../db/schema.js'
import type { Queryable, StatementRunner, Tx } from '../db/types.js'
import type { ConvoId } from '../lib/ids.js'

declare const locked: unique symbol

/** A conversation's row, read under its lock: what the writers of a conversation demand. */
export type LockedConvo = Selectable<Schema['conversations']> & { readonly [locked]: true }

/** The first key of the advisory locks of conversations; the second is a hash of the id. */
const CONVO_LOCK = 0x0ca7

/**
 * Locks conversations until the end of `tx`, in one order, so that two that want several never
 * deadlock. The ids need not exist yet.
 *
 * @NOTE This is the first statement of its transaction, before any that writes or locks a row: a
 * transaction gets its id at its first write, and events are read in the order of those ids. An
 * advisory lock gives none, so that the id is taken after the wait.
 */
export async function lockConvos(tx: StatementRunner, convoIds: readonly ConvoId[]): Promise<void> {
  const ids = [...new Set(convoIds)].sort()
  if (ids.length > 0) await lock(tx, CONVO_LOCK, ids)
}

const lock = prepared(
  'lock_convos',
  `select pg_advisory_xact_lock($1::int, key)
  from (select distinct hashtext(id) as key from unnest($2::text[]) as id order by key) as keys`,
)

/**
 * Locks those of the conversations that nobody else has locked or waits for, until the end of `tx`, and
 * answers them; waits for none. The same goes for its place in the transaction.
 */
export async function tryLockConvos(
  tx: StatementRunner,
  convoIds: readonly ConvoId[],
): Promise<ReadonlySet<ConvoId>> {
  const rows = await tryLock(tx, CONVO_LOCK, [...new Set(convoIds)])
  return new Set(rows.map(({ id }) => id))
}

const tryLock = prepared<{ id: ConvoId }>(
  'try_lock_convos',
  `select id from unnest($2::text[]) as id where pg_try_advisory_xact_lock($1::int, hashtext(id))`,
)

/** The row of a conversation whose lock `tx` holds; read by a statement that began after the lock. */
export async function readLocked(
  tx: Queryable,
  convoId: ConvoId,
): Promise<LockedConvo | undefined> {
  const row = await tx
    .selectFrom('conversations')
    .selectAll()
    .where('convo_id', '=', convoId)
    .executeTakeFirst()
  return row as LockedConvo | undefined
}

export async function lockConvo(tx: Tx, convoId: ConvoId): Promise<LockedConvo | undefined> {
  await lockConvos(tx, [convoId])
  return readLocked(tx, convoId)
}
