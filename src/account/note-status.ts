import { sql } from 'kysely'
import { inTx } from '../db/tx.js'
import type { Db } from '../db/types.js'
import type { AccountStatus } from '../identity/repo-status.js'
import type { Did } from '../lib/ids.js'
import { deleteAccount } from './delete.js'
import type { AccountDeps } from './deps.js'

const DAY_MS = 24 * 60 * 60 * 1000

/** Accounts with a device here whose status is older than a day, those never asked for first. */
export async function accountsToCheck(db: Db, now: Date, limit: number): Promise<Did[]> {
  const { rows } = await sql<{ did: Did }>`
    select d.did from (select distinct did from devices where deleted_at is null) d
    left join account_status s on s.did = d.did
    where s.checked_at is null or s.checked_at < ${new Date(now.getTime() - DAY_MS)}
    order by s.checked_at nulls first limit ${limit}`.execute(db)
  return rows.map(({ did }) => did)
}

/**
 * Notes what an account's server says. When it is gone its streams end; when it has been so for the grace
 * time it is deleted here. One that comes back before that has lost nothing.
 */
export async function noteStatus(
  deps: AccountDeps,
  did: Did,
  status: AccountStatus,
  graceDays: number,
): Promise<void> {
  const now = deps.clock()
  const goneSince = await inTx(deps.db, async (tx) => {
    const before = await tx
      .selectFrom('account_status')
      .select('gone_since')
      .where('did', '=', did)
      .forUpdate()
      .executeTakeFirst()
    const known = before?.gone_since ?? null
    const gone_since = status === 'unknown' ? known : status === 'gone' ? (known ?? now) : null
    const values = { checked_at: now, gone_since }
    await tx
      .insertInto('account_status')
      .values({ did, ...values })
      .onConflict((oc) => oc.column('did').doUpdateSet(values))
      .execute()
    if (status === 'gone' && known === null) {
      await deps.outbox.append(tx, [{ kind: 'account', did, action: 'deactivated' }])
    }
    return gone_since
  })
  if (goneSince === null || status !== 'gone') return
  if (now.getTime() - goneSince.getTime() >= graceDays * DAY_MS) await deleteAccount(deps, did)
}
