import { BrokenLog } from '../errors.js'
import type { MessageView } from '../lexicon/types/blue/catbird/mls/defs.js'
import type { RecordChange } from '../store/sealed-store.js'
import { checkLink } from './hash-chain.js'
import { readCommit } from './read-commit.js'
import { readMessage } from './read-message.js'
import { keys } from './records.js'
import type { LastMessage, LogRecord } from './records.js'
import { beginGroup, dropGroup, isOwnReset } from './replace-group.js'
import type { ConvoState } from './state.js'

const PREVIEW_LENGTH = 200

/**
 * Applies the next entry of the log; one that is known already changes nothing. The new MLS state, the
 * entry as it was read and the position are saved in one transaction, and only then told.
 *
 * @param also is saved in the same transaction.
 * @returns false where the entry is of a group that has taken the place of this one: the state of the old
 *   group is dropped then, and the entry waits until this device is in the new one.
 */
export function applyEntry(
  state: ConvoState,
  entry: MessageView,
  also: RecordChange[] = [],
): Promise<boolean> {
  return state.transitions.run(async () => {
    const { convoId, record, deps } = state
    if (entry.seq <= record.applied) {
      await deps.store.write(also)
      return true
    }
    if (entry.convoId !== convoId)
      throw new BrokenLog(convoId, entry.seq, 'of another conversation')
    if (entry.seq !== record.applied + 1) {
      throw new BrokenLog(convoId, entry.seq, `it follows ${record.applied}`)
    }
    await checkLink(entry, record.hash)
    if (record.status === 'active' && entry.generation > record.generation) {
      if (!isOwnReset(state, entry)) {
        await dropGroup(state, also)
        return false
      }
      if (state.staged?.change === undefined) await beginGroup(state, entry.generation)
    }

    const read = await (entry.messageType === 'commit' ? readCommit : readMessage)(state, entry)
    const { id, seq, hash, epoch, createdAt } = entry
    const log: LogRecord = { ...read.log, seq, id, hash, epoch, createdAt }
    const last = lastMessage(log)
    const next = { ...read.next.record, applied: seq, hash, ...(last && { last }) }
    await state.save({ ...read.next, record: next }, [
      { key: keys.log(convoId, seq), record: log },
      ...(read.also ?? []),
      ...also,
    ])
    deps.events.emit({ type: 'entry', convoId, entry: log })
    for (const event of read.events ?? []) deps.events.emit(event)
    return true
  })
}

function lastMessage(entry: LogRecord): LastMessage | undefined {
  if (entry.kind !== 'message') return undefined
  const { seq, sender, own, createdAt, payload } = entry
  const { text, attachments = [] } =
    payload.type === 'text' ? payload : { text: '', attachments: [] }
  return {
    seq,
    sender,
    own,
    text: text.slice(0, PREVIEW_LENGTH),
    attachments: attachments.length,
    createdAt,
  }
}
