import type { MessageView } from '../lexicon/types/blue/catbird/mls/defs.js'
import { unpackState } from '../mls/config.js'
import { groupOfMessage } from '../mls/wire.js'
import type { RecordChange } from '../store/sealed-store.js'
import type { ConvoState } from './state.js'

/** Whether an entry of a new group is of the one that this device has begun. */
export function isOwnReset({ staged }: ConvoState, { ciphertext }: MessageView): boolean {
  if (staged?.kind !== 'reset' || ciphertext === undefined) return false
  return groupOfMessage(ciphertext) === staged.groupId
}

/** The group that this device has begun alone is the conversation's now. Runs in the lane. */
export async function beginGroup(state: ConvoState, generation: number): Promise<void> {
  const { staged, convoId, deps } = state
  if (staged?.groupId === undefined || staged.next === undefined) return
  const { groupId, next } = staged
  await state.save({
    record: { status: 'active', groupId, generation, firstEpoch: 0 },
    group: unpackState(next),
    staged: null,
  })
  deps.events.emit({ type: 'reset', convoId })
}

/** Another has begun a new group: this device waits for its welcome, or comes in. Runs in the lane. */
export async function dropGroup(state: ConvoState, also: RecordChange[] = []): Promise<void> {
  await state.save({ record: { status: 'waiting' }, group: null, staged: null }, also)
  state.deps.events.emit({ type: 'reset', convoId: state.convoId })
}
