import type { AccountDeps } from '../account/deps.js'
import { accountsToCheck, noteStatus } from '../account/note-status.js'
import type { StatusCheck } from '../identity/repo-status.js'
import { type Job, MINUTE_MS } from './job.js'

const PER_RUN = 500
const AT_ONCE = 8

/** Asks once a day whether each account still is one, and deletes those that have been gone for long. */
export function checkAccounts(deps: AccountDeps, { check, graceDays }: CheckOptions): Job {
  return {
    name: 'checkAccounts',
    intervalMs: 10 * MINUTE_MS,
    async run({ db }, signal) {
      const dids = await accountsToCheck(db, deps.clock(), PER_RUN)
      for (let from = 0; from < dids.length && !signal.aborted; from += AT_ONCE) {
        const some = dids.slice(from, from + AT_ONCE)
        const found = await Promise.all(some.map(check))
        for (const [i, did] of some.entries()) await noteStatus(deps, did, found[i]!, graceDays)
      }
      return dids.length
    },
  }
}

interface CheckOptions {
  check: StatusCheck
  /** From when an account is known to be gone to its deletion. */
  graceDays: number
}
