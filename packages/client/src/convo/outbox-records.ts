import type { RecordChange } from '../store/sealed-store.js'
import type { Payload } from './payload.js'
import { keys } from './records.js'
import type { ConvoRecord, OutboxRecord } from './records.js'

/** A message for the end of the outbox, to be saved together with `nextOrder`. */
export function queued(
  { convoId, nextOrder }: ConvoRecord,
  payload: Payload,
): { message: OutboxRecord; change: RecordChange; nextOrder: number } {
  const message: OutboxRecord = {
    msgId: crypto.randomUUID(),
    order: nextOrder,
    payload,
    createdAt: new Date().toISOString(),
    digests: [],
  }
  return {
    message,
    change: { key: keys.outbox(convoId, nextOrder), record: message },
    nextOrder: nextOrder + 1,
  }
}
