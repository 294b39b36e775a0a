import { sql } from 'kysely'
import { deleteAccount } from '../account/delete.js'
import type { AccountDeps } from '../account/deps.js'
import type { Db } from '../db/types.js'
import type { Did } from '../lib/ids.js'
import { type Job, MINUTE_MS } from './job.js'

/** A request that is deleting the account gets so long; two that do it at once harm nothing. */
const UNDER_WAY_MS = MINUTE_MS
const PAGE = 20

/**
 * Takes up deletions of accounts that a crash or a lost database has left incomplete. One that fails again
 * holds up no other: it is told of when all have had their turn.
 */
export function finishDeletions(deps: AccountDeps): Job {
  return {
    name: 'finishDeletions',
    intervalMs: MINUTE_MS,
    async run({ db }, signal) {
      const before = new Date(deps.clock().getTime() - UNDER_WAY_MS)
      const failures: unknown[] = []
      let done = 0
      for await (const did of incomplete(db, before)) {
        if (signal.aborted) break
        await deleteAccount(deps, did).then(
          () => (done += 1),
          (error: unknown) => failures.push(error),
        )
      }
      if (failures.length > 0) {
        throw new AggregateError(
          failures,
          `${failures.length} deletions failed, ${done} are complete`,
        )
      }
      return done
    },
  }
}

/** Those begun before `before`, the oldest first, each once. */
async function* incomplete(db: Db, before: Date): AsyncGenerator<Did, void> {
  let last: { did: Did; begun_at: Date } | undefined
  do {
    let query = db.selectFrom('account_deletions').select(['did', 'begun_at'])
    if (last) query = query.where(sql<boolean>`(begun_at, did) > (${last.begun_at}, ${last.did})`)
    const rows = await query
      .where('begun_at', '<', before)
      .orderBy('begun_at')
      .orderBy('did')
      .limit(PAGE)
      .execute()
    for (const { did } of rows) yield did
    last = rows.length === PAGE ? rows.at(-1) : undefined
  } while (last)
}
