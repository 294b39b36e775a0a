import type { Selectable } from 'kysely'
import type { PendingReason, Schema } from '../db/schema.js'
import type { Queryable, Tx } from '../db/types.js'
import type { ConvoId, DeviceId, Did } from '../lib/ids.js'
import type { Leaf } from '../mls/public-group.js'
import type { LockedConvo } from './lock.js'

export type LeafRow = Selectable<Schema['leaves']>

/** The leaves of the verified tree, pending ones included, in the order of their index. */
export async function readLeaves(q: Queryable, convoId: ConvoId): Promise<LeafRow[]> {
  return q
    .selectFrom('leaves')
    .selectAll()
    .where('convo_id', '=', convoId)
    .orderBy('leaf_index')
    .execute()
}

export async function removeLeaves(
  tx: Tx,
  convo: LockedConvo,
  indices: readonly number[],
): Promise<void> {
  if (indices.length === 0) return
  await tx
    .deleteFrom('leaves')
    .where('convo_id', '=', convo.convo_id)
    .where('leaf_index', 'in', indices)
    .execute()
}

/** Adds what the tree has gained; `convo` stands after the commit that added it. */
export async function addLeaves(
  tx: Tx,
  convo: LockedConvo,
  leaves: readonly Leaf[],
): Promise<void> {
  if (leaves.length === 0) return
  await tx
    .insertInto('leaves')
    .values(
      leaves.map((leaf) => ({
        convo_id: convo.convo_id,
        leaf_index: leaf.leafIndex,
        did: leaf.did,
        device_id: leaf.deviceId,
        signature_key: leaf.signatureKey,
        added_seq: convo.last_seq,
      })),
    )
    .execute()
}

/** Another group's tree takes the place of the old one; nothing of it stays pending. */
export async function replaceLeaves(
  tx: Tx,
  convo: LockedConvo,
  leaves: readonly Leaf[],
): Promise<void> {
  await tx.deleteFrom('leaves').where('convo_id', '=', convo.convo_id).execute()
  await addLeaves(tx, convo, leaves)
}

/** Marks leaves as pending removals and answers those that were not so before. */
export async function markPending(
  tx: Tx,
  convo: LockedConvo,
  pending: { did: Did; deviceId?: DeviceId; reason: PendingReason; now: Date },
): Promise<LeafRow[]> {
  let query = tx
    .updateTable('leaves')
    .set({ pending_reason: pending.reason, pending_since: pending.now })
    .where('convo_id', '=', convo.convo_id)
    .where('did', '=', pending.did)
    .where('pending_reason', 'is', null)
  if (pending.deviceId !== undefined) query = query.where('device_id', '=', pending.deviceId)
  return query.returningAll().execute()
}
