import type { Tx } from '../db/types.js'
import { type ConvoId, DELETED_ACCOUNT, type Did } from '../lib/ids.js'

/**
 * Forgets a deleted account in a conversation that it has left, and whose lock `tx` holds: its intervals,
 * what it has read, and that it founded it or made invites. A leaf of it keeps its name until a commit removes it, so
 * that members know what to remove; where nobody commits any more it goes as well.
 */
export async function forgetInConvo(tx: Tx, convoId: ConvoId, did: Did): Promise<void> {
  await tx.deleteFrom('members').where('convo_id', '=', convoId).where('did', '=', did).execute()
  await tx.deleteFrom('cursors').where('convo_id', '=', convoId).where('did', '=', did).execute()
  await tx
    .updateTable('conversations')
    .set({ creator: DELETED_ACCOUNT })
    .where('convo_id', '=', convoId)
    .where('creator', '=', did)
    .execute()
  await tx
    .updateTable('groups')
    .set({ created_by: DELETED_ACCOUNT })
    .where('convo_id', '=', convoId)
    .where('created_by', '=', did)
    .execute()
  await tx
    .updateTable('invites')
    .set({ created_by: DELETED_ACCOUNT })
    .where('convo_id', '=', convoId)
    .where('created_by', '=', did)
    .execute()
  await tx
    .updateTable('leaves')
    .set({ pending_reason: 'accountDeleted' })
    .where('convo_id', '=', convoId)
    .where('did', '=', did)
    .execute()
  await forgetLeavesOfClosed(tx, convoId)
}

/** Once a conversation is closed, leaves of deleted accounts await no commit. */
export async function forgetLeavesOfClosed(tx: Tx, convoId: ConvoId): Promise<void> {
  await tx
    .deleteFrom('leaves')
    .where('convo_id', '=', convoId)
    .where('pending_reason', '=', 'accountDeleted')
    .where(({ exists, selectFrom }) =>
      exists(
        selectFrom('conversations')
          .select('convo_id')
          .where('convo_id', '=', convoId)
          .where('closed_at', 'is not', null),
      ),
    )
    .execute()
}
