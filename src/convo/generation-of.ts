import type { Queryable } from '../db/types.js'
import type { ConvoId } from '../lib/ids.js'

/** The generation of the conversation that ran, or runs, on this group; undefined for no group of it. */
export async function generationOf(
  q: Queryable,
  convoId: ConvoId,
  groupId: Uint8Array,
): Promise<number | undefined> {
  const row = await q
    .selectFrom('groups')
    .select('generation')
    .where('group_id', '=', groupId)
    .where('convo_id', '=', convoId)
    .executeTakeFirst()
  return row?.generation
}
