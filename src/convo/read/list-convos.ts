import { sql } from 'kysely'
import { runPrepared } from '../../db/prepared.js'
import type { Queryable } from '../../db/types.js'
import type { ConvoView } from '../../lexicon/types/blue/catbird/mls/defs.js'
import type { ConvoId, Did } from '../../lib/ids.js'
import { convoViews } from './convo-view.js'
import { formatPageCursor, parsePageCursor } from './page-cursor.js'

const MEMBER_ID_MAX = Number.MAX_SAFE_INTEGER

/**
 * A page of an account's conversations, that of the newest membership first. A membership keeps its
 * place as long as it lasts, so that nothing that happens while one pages is skipped or repeated.
 *
 * @throws {InvalidCursorError}
 */
export async function listConvos(q: Queryable, request: ConvosQuery): Promise<ConvosPage> {
  const { limit } = request
  const rows = await newestMemberships(q, request)
  const page = rows.slice(0, limit)
  const conversations = await convoViews(
    q,
    request.did,
    page.map(({ convo_id }) => convo_id),
  )
  const last = page.at(-1)
  return {
    conversations,
    ...(last && rows.length > limit && { cursor: formatPageCursor(last.member_id) }),
  }
}

/**
 * One more than a page has.
 *
 * @NOTE `did` is bounded from both sides and not compared for equality: the order is then one that only
 * an index which begins with `did` has. With equality the planner takes the primary key for an account
 * of many memberships and reads all that others began since (148 ms instead of 0.2 at 300,000).
 */
async function newestMemberships(
  q: Queryable,
  { did, status = 'member', limit, cursor }: ConvosQuery,
): Promise<{ convo_id: ConvoId; member_id: number }[]> {
  const [before] = cursor === undefined ? [MEMBER_ID_MAX] : parsePageCursor(cursor, 1)
  return runPrepared(
    q,
    `memberships_${status}`,
    sql<{ convo_id: ConvoId; member_id: number }>`
    select convo_id, member_id from members
    where did >= ${did} and (did, member_id) < (${did}, ${before}) and ${STANDINGS[status]}
    order by did desc, member_id desc
    limit ${limit + 1}`,
  )
}

/** Each implies the condition of a partial index. */
const STANDINGS = {
  /** All that the account is a member of; the default. */
  member: sql`left_at is null`,
  accepted: sql`left_at is null and status = 'accepted'`,
  request: sql`left_at is null and status = 'request'`,
  left: sql`latest and left_at is not null`,
}

export interface ConvosQuery {
  did: Did
  status?: keyof typeof STANDINGS | undefined
  limit: number
  cursor?: string | undefined
}

export interface ConvosPage {
  conversations: ConvoView[]
  cursor?: string
}
