import { forgetBlobsOf } from '../blobs/forget-account.js'
import type { Did } from '../lib/ids.js'
import { beginDeletion } from './begin-deletion.js'
import type { AccountDeps } from './deps.js'
import { finishDeletion } from './finish-deletion.js'
import { forgetLeases } from '../keys/forget-leases.js'
import { leaveEverything } from './leave-everything.js'

/**
 * Ends an account here and forgets it, step by step: each is a transaction or several, finds by itself
 * what is left to do, and may be done again. A crash leaves the row of `account_deletions`, by which a
 * job takes it up again.
 *
 *     begin   its devices are deleted, so that nobody can add it any more; its streams end
 *     leave   conversation by conversation: it leaves, and is forgotten there
 *     forget  what it had leased of others, and its attachments; then all the rest, in one transaction
 *
 * What still names it then: leaves that await their removal by the next commit, events until their
 * window ends (they tell others that it left), and the block lists of those who blocked it.
 */
export async function deleteAccount(deps: AccountDeps, did: Did): Promise<void> {
  await beginDeletion(deps, did)
  await leaveEverything(deps, did)
  await forgetLeases(deps.db, did)
  await forgetBlobsOf(deps.db, did)
  await finishDeletion(deps, did)
}
