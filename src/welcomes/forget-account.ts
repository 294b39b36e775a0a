import type { Tx } from '../db/types.js'
import { type ConvoId, DELETED_ACCOUNT, type Did } from '../lib/ids.js'

/** Forgets what waited for a deleted account in a conversation, and whom it has added there. */
export async function forgetWelcomesInConvo(tx: Tx, convoId: ConvoId, did: Did): Promise<void> {
  await tx.deleteFrom('welcomes').where('convo_id', '=', convoId).where('did', '=', did).execute()
  await tx
    .updateTable('welcomes')
    .set({ added_by: DELETED_ACCOUNT })
    .where('convo_id', '=', convoId)
    .where('added_by', '=', did)
    .execute()
}
