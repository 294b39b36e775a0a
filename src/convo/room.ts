import { sql } from 'kysely'
import type { Queryable } from '../db/types.js'
import { QuotaExceededError } from '../errors.js'
import type { Did } from '../lib/ids.js'

/** Conversations of which one account may be a member at a time. */
const CONVOS_PER_ACCOUNT_MAX = 1_000

/**
 * Before memberships of `dids` are opened. No more rows of an account are looked at than it may have.
 *
 * @throws {QuotaExceededError} which names an account that is in as many conversations as it may be
 */
export async function requireRoom(q: Queryable, dids: readonly Did[]): Promise<void> {
  if (dids.length === 0) return
  const { rows } = await sql<{ did: Did }>`
    select did from unnest(${sql.val([...dids])}::text[]) as did
    where (
      select count(*) from (
        select 1 from members m where m.did = did.did and m.left_at is null
        limit ${CONVOS_PER_ACCOUNT_MAX}
      ) as open
    ) >= ${CONVOS_PER_ACCOUNT_MAX}
    limit 1`.execute(q)
  const [full] = rows
  if (!full) return
  throw new QuotaExceededError(
    `${full.did} is a member of ${CONVOS_PER_ACCOUNT_MAX} conversations, as many as an account may be; it has to leave one first`,
  )
}
