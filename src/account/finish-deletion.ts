import { inTx } from '../db/tx.js'
import type { Tx } from '../db/types.js'
import { forgetDevices } from '../devices/forget-all.js'
import { lockAccount } from '../devices/lock-devices.js'
import type { Did } from '../lib/ids.js'
import { forgetReports } from '../moderation/forget-account.js'
import { forgetPersonalEvents } from '../outbox/forget-account.js'
import { forgetBlocks } from '../requests/forget-account.js'
import type { AccountDeps } from './deps.js'

/** Forgets what is kept of the account outside of conversations, and the deletion itself. */
export async function finishDeletion({ db }: Pick<AccountDeps, 'db'>, did: Did): Promise<void> {
  await inTx(db, async (tx) => {
    await lockAccount(tx, did)
    await forgetDevices(tx, did)
    await forgetReports(tx, did)
    await forgetPersonalEvents(tx, did)
    await forgetBlocks(tx, did)
    await forgetDeletion(tx, did)
  })
}

async function forgetDeletion(tx: Tx, did: Did): Promise<void> {
  await tx.deleteFrom('account_status').where('did', '=', did).execute()
  await tx.deleteFrom('account_deletions').where('did', '=', did).execute()
}
