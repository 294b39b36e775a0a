import type { Updateable } from 'kysely'
import type { Schema } from '../db/schema.js'
import type { Tx } from '../db/types.js'
import type { Epoch } from '../lib/ids.js'
import type { LockedConvo } from './lock.js'
import type { LogHead } from './log.js'

/** The columns that follow from a use case of their own; `epoch` and the log's head do not. */
export type ConvoSettings = Pick<
  Updateable<Schema['conversations']>,
  'policy' | 'metadata' | 'encrypted_metadata' | 'closed_at' | 'direct_pair'
>

/**
 * Part of a statement: moves the heads of logs behind the application entries that are in `entries`, to
 * the last one of each conversation.
 */
export const MOVE_HEADS = `
  update conversations c
  set last_seq = h.seq, hash = h.hash, application_count = h.application_count,
    last_message_at = h.created_at
  from (
    select distinct on (convo_id) convo_id, seq, hash, application_count, created_at
    from entries order by convo_id, seq desc
  ) h
  where c.convo_id = h.convo_id`

/**
 * Ends the epoch: the one place that writes it. The compare makes a second commit for one epoch
 * impossible even if a lock were missing.
 */
export async function advanceEpoch(
  tx: Tx,
  convo: LockedConvo,
  head: LogHead,
): Promise<LockedConvo> {
  const epoch = (convo.epoch + 1) as Epoch
  if (!Number.isSafeInteger(epoch)) throw new RangeError('epoch out of the safe range')
  const { numUpdatedRows } = await tx
    .updateTable('conversations')
    .set({ ...head, epoch })
    .where('convo_id', '=', convo.convo_id)
    .where('generation', '=', convo.generation)
    .where('epoch', '=', convo.epoch)
    .executeTakeFirstOrThrow()
  if (numUpdatedRows !== 1n) throw new Error('the epoch moved under the lock of its conversation')
  return { ...convo, ...head, epoch }
}

/** Puts the conversation on a new group: the next generation, at epoch 0. The log goes on. */
export async function beginGeneration(
  tx: Tx,
  convo: LockedConvo,
  group: { groupId: Uint8Array; cipherSuite: string; framing: LockedConvo['commit_framing'] },
): Promise<LockedConvo> {
  return update(tx, convo, {
    generation: convo.generation + 1,
    group_id: group.groupId,
    cipher_suite: group.cipherSuite,
    commit_framing: group.framing,
    epoch: 0 as Epoch,
    reset_seq: convo.last_seq,
  })
}

export async function changeSettings(
  tx: Tx,
  convo: LockedConvo,
  settings: ConvoSettings,
): Promise<LockedConvo> {
  return update(tx, convo, settings)
}

async function update(
  tx: Tx,
  convo: LockedConvo,
  values: Updateable<Schema['conversations']>,
): Promise<LockedConvo> {
  const row = await tx
    .updateTable('conversations')
    .set(values)
    .where('convo_id', '=', convo.convo_id)
    .returningAll()
    .executeTakeFirstOrThrow()
  return row as LockedConvo
}
