import { endMembership } from '../convo/end-membership.js'
import { forgetInConvo } from '../convo/forget-account.js'
import { lockConvo } from '../convo/lock.js'
import { latestMembership } from '../convo/members.js'
import { inTx } from '../db/tx.js'
import type { Db } from '../db/types.js'
import type { ConvoId, Did } from '../lib/ids.js'
import { forgetWelcomesInConvo } from '../welcomes/forget-account.js'
import type { AccountDeps } from './deps.js'

const PAGE = 100

/**
 * Leaves every conversation that the account is in, and forgets it in every one that it ever was in, in
 * one transaction for each: the rows of its memberships are the list of what is left to do.
 */
export async function leaveEverything(deps: AccountDeps, did: Did): Promise<void> {
  for (;;) {
    const convoIds = await convosOf(deps.db, did)
    if (convoIds.length === 0) return
    for (const convoId of convoIds) await leaveForGood(deps, did, convoId)
  }
}

function leaveForGood(deps: AccountDeps, did: Did, convoId: ConvoId): Promise<void> {
  return deps.lanes.run(convoId, () =>
    inTx(deps.db, async (tx) => {
      const convo = await lockConvo(tx, convoId)
      const latest = await latestMembership(tx, convoId, did)
      if (convo && latest && latest.left_at === null) {
        await endMembership(tx, deps, convo, { did, reason: 'accountDeleted', now: deps.clock() })
      }
      await forgetInConvo(tx, convoId, did)
      await forgetWelcomesInConvo(tx, convoId, did)
    }),
  )
}

async function convosOf(db: Db, did: Did): Promise<ConvoId[]> {
  const rows = await db
    .selectFrom('members')
    .select('convo_id')
    .where('did', '=', did)
    .where('latest', '=', true)
    .orderBy('member_id')
    .limit(PAGE)
    .execute()
  return rows.map(({ convo_id }) => convo_id)
}
