import { endDevices } from '../devices/end-all.js'
import { lockAccount } from '../devices/lock-devices.js'
import { inTx } from '../db/tx.js'
import type { Tx } from '../db/types.js'
import type { Did } from '../lib/ids.js'
import type { AccountDeps } from './deps.js'

/**
 * Notes that the account is being deleted, and ends its devices and streams: from here on no commit can
 * add it, and it registers no device until the deletion is complete.
 */
export async function beginDeletion(deps: AccountDeps, did: Did): Promise<void> {
  await inTx(deps.db, async (tx) => {
    await lockAccount(tx, did)
    const now = deps.clock()
    const begun = await tx
      .insertInto('account_deletions')
      .values({ did, begun_at: now })
      .onConflict((oc) => oc.doNothing())
      .returning('did')
      .executeTakeFirst()
    const ended = await endDevices(tx, deps.outbox, did, now)
    const wasHere = ended > 0 || (await isMemberAnywhere(tx, did))
    if (!begun || !wasHere) return
    await deps.outbox.append(tx, [{ kind: 'account', did, action: 'deleted' }])
  })
}

async function isMemberAnywhere(tx: Tx, did: Did): Promise<boolean> {
  const row = await tx
    .selectFrom('members')
    .select('member_id')
    .where('did', '=', did)
    .where('left_at', 'is', null)
    .limit(1)
    .executeTakeFirst()
  return row !== undefined
}
