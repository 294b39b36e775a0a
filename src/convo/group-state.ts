import type { Queryable, Tx } from '../db/types.js'
import type { ConvoId, Epoch } from '../lib/ids.js'
import type { LockedConvo } from './lock.js'

/** The verified GroupInfo of the conversation's epoch: all that the next commit is checked against. */
export async function writeGroupState(
  tx: Tx,
  convo: LockedConvo,
  groupInfo: Uint8Array,
): Promise<void> {
  const state = { generation: convo.generation, epoch: convo.epoch, group_info: groupInfo }
  await tx
    .insertInto('group_states')
    .values({ convo_id: convo.convo_id, ...state })
    .onConflict((oc) => oc.column('convo_id').doUpdateSet(state))
    .execute()
}

/** The GroupInfo, if the conversation still is where the caller read that it was. */
export async function readGroupState(
  q: Queryable,
  { convo_id, generation, epoch }: { convo_id: ConvoId; generation: number; epoch: Epoch },
): Promise<Uint8Array | undefined> {
  const row = await q
    .selectFrom('group_states')
    .select('group_info')
    .where('convo_id', '=', convo_id)
    .where('generation', '=', generation)
    .where('epoch', '=', epoch)
    .executeTakeFirst()
  return row?.group_info
}
