import { ENTRY_KIND } from '../db/schema.js'
import type { Queryable } from '../db/types.js'
import type { ConvoId, Epoch, Seq } from '../lib/ids.js'

/** The answer that an accepted commit got, found by the commit's own bytes. */
export async function acceptedCommit(
  q: Queryable,
  convoId: ConvoId,
  commitId: string,
): Promise<{ newEpoch: Epoch; seq: Seq } | undefined> {
  const entry = await q
    .selectFrom('messages')
    .select(['epoch', 'seq'])
    .where('convo_id', '=', convoId)
    .where('message_id', '=', commitId)
    .where('kind', '=', ENTRY_KIND.commit)
    .executeTakeFirst()
  return entry && { newEpoch: (entry.epoch + 1) as Epoch, seq: entry.seq }
}
