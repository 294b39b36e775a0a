import { keys } from './records.js'
import type { LogRecord } from './records.js'
import type { ConvoState } from './state.js'

/** Everything up to `seq` was read on this device: the account's other devices hear of it. */
export async function markRead(state: ConvoState, seq: number): Promise<void> {
  const { convoId, deps } = state
  if (!(await movePosition(state, seq))) return
  await deps.service.call('updateCursor', (mls, options) =>
    mls.updateCursor({ convoId, seq }, { ...options, encoding: 'application/json' }),
  )
}

/** It never goes back. Answers whether it has moved. */
export function movePosition(state: ConvoState, seq: number): Promise<boolean> {
  return state.transitions.run(async () => {
    const { record, deps, convoId } = state
    if (seq <= record.readSeq) return false
    const after = await deps.store.list<LogRecord>({
      prefix: keys.logOf(convoId),
      after: keys.log(convoId, seq),
    })
    const unread = after.filter(
      ({ record: entry }) => entry.kind === 'message' && !entry.own,
    ).length
    await state.save({ record: { readSeq: seq, unread } })
    deps.events.emit({ type: 'updated', convoId })
    return true
  })
}
