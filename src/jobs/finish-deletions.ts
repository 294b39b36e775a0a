import { deleteAccount } from '../account/delete.js'
import type { AccountDeps } from '../account/deps.js'
import { type Job, MINUTE_MS } from './job.js'

/** A request that is deleting the account gets so long; two that do it at once harm nothing. */
const UNDER_WAY_MS = MINUTE_MS
const AT_ONCE = 20

/** Takes up deletions of accounts that a crash or a lost database has left incomplete. */
export function finishDeletions(deps: AccountDeps): Job {
  return {
    name: 'finishDeletions',
    intervalMs: MINUTE_MS,
    async run({ db }, signal) {
      const rows = await db
        .selectFrom('account_deletions')
        .select('did')
        .where('begun_at', '<', new Date(deps.clock().getTime() - UNDER_WAY_MS))
        .orderBy('begun_at')
        .limit(AT_ONCE)
        .execute()
      let done = 0
      for (const { did } of rows) {
        if (signal.aborted) break
        await deleteAccount(deps, did)
        done += 1
      }
      return done
    },
  }
}
