import type { Queryable } from '../db/types.js'
import { QuotaExceededError } from '../errors.js'
import type { Did } from '../lib/ids.js'

/** Conversations of which one account may be a member at a time. */
const CONVOS_PER_ACCOUNT_MAX = 1_000

/** Before an account founds a conversation, or comes into one by itself. */
export async function requireRoom(q: Queryable, actor: Did): Promise<void> {
  const { count } = await q
    .selectFrom('members')
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .where('did', '=', actor)
    .where('latest', '=', true)
    .where('left_at', 'is', null)
    .executeTakeFirstOrThrow()
  if (count >= CONVOS_PER_ACCOUNT_MAX) {
    throw new QuotaExceededError(
      `An account is a member of at most ${CONVOS_PER_ACCOUNT_MAX} conversations; leave some first`,
    )
  }
}
