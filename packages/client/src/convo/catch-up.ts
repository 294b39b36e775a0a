import { BrokenLog } from '../errors.js'
import type { ConvoView, MessageView } from '../lexicon/types/blue/catbird/mls/defs.js'
import { applyEntry } from './apply-entry.js'
import type { ConvoState } from './state.js'

const PAGE = 100

/**
 * Reads the log from the last applied entry to its end, and applies it. What comes after a reset waits
 * until this device is in the new group.
 *
 * @param upTo nothing after this position.
 */
export async function catchUp(state: ConvoState, upTo = Infinity): Promise<void> {
  const { convoId, deps } = state
  for (let more = true; more && state.record.applied < upTo;) {
    const sinceSeq = state.record.applied
    const page = await deps.service.call('getMessages', (mls, options) =>
      mls.getMessages({ convoId, sinceSeq, limit: PAGE }, options),
    )
    const { messages } = page
    for (const entry of messages) {
      if (entry.seq > upTo) return
      if (entry.seq > state.record.applied + 1) await bridge(state, entry)
      if (!(await applyEntry(state, entry))) return
    }
    more = page.hasMore && messages.length > 0
  }
}

/** Skips what lies between two intervals of the account's membership; any other gap is a loss. */
async function bridge(state: ConvoState, next: MessageView): Promise<void> {
  const { convoId, deps } = state
  const { convo } = await deps.service.call('getConvo', (mls, options) =>
    mls.getConvo({ convoId }, options),
  )
  await state.transitions.run(async () => {
    const { applied } = state.record
    if (next.seq <= applied + 1) return
    if (readable(convo, applied + 1, next.seq - 1)) {
      throw new BrokenLog(convoId, next.seq, `entries after ${applied} are missing`)
    }
    await state.save({ record: { applied: next.seq - 1, hash: undefined } })
  })
}

/** Whether any position from `first` to `last` is inside an interval. */
function readable({ intervals }: ConvoView, first: number, last: number): boolean {
  return intervals.some(
    ({ joinedSeq, leftSeq = Infinity }) => first <= leftSeq && last >= Math.max(joinedSeq, 1),
  )
}
