import { formatPageCursor, parsePageCursor } from '../convo/read/page-cursor.js'
import type { Queryable } from '../db/types.js'
import type { Did } from '../lib/ids.js'

/**
 * A page of those whom an account blocks, the newest first.
 *
 * @throws {InvalidCursorError}
 */
export async function listBlocks(
  q: Queryable,
  { did, limit, cursor }: BlocksQuery,
): Promise<BlocksPage> {
  const [before] = cursor === undefined ? [Number.MAX_SAFE_INTEGER] : parsePageCursor(cursor, 1)
  const rows = await q
    .selectFrom('blocks')
    .select(['block_id', 'subject', 'created_at'])
    .where('did', '=', did)
    .where('block_id', '<', before!)
    .orderBy('block_id', 'desc')
    .limit(limit + 1)
    .execute()
  const page = rows.slice(0, limit)
  const last = page.at(-1)
  return {
    blocks: page.map(({ subject, created_at }) => ({ did: subject, createdAt: created_at })),
    ...(last && rows.length > limit && { cursor: formatPageCursor(last.block_id) }),
  }
}

export interface BlocksQuery {
  did: Did
  limit: number
  cursor?: string | undefined
}

export interface BlocksPage {
  blocks: { did: Did; createdAt: Date }[]
  cursor?: string
}
