import { afterCommit } from '../db/tx.js'
import type { StatementRunner, Tx } from '../db/types.js'
import { type StreamEvent, toRow } from './events.js'

/** Tells whoever waits for events that there may be some; called after the commit, and only a hint. */
export type Wake = () => void

export interface Outbox {
  /** Writes `events`, in this order, in the transaction of the facts that they announce. */
  append(tx: Tx, events: readonly StreamEvent[]): Promise<void>
  /** After a statement of `tx` with `ANNOUNCE_ENTRIES` in it. */
  announced(tx: StatementRunner): void
}

/** Part of a statement: the events of the log entries that are in `entries`, in the order of `n`. */
export const ANNOUNCE_ENTRIES = `
  insert into event_stream (kind, convo_id, seq, payload)
  select 'message', convo_id, seq, '{}'::jsonb from entries order by n`

/**
 * @NOTE The transaction must have taken the advisory locks of its conversations before any statement
 * that writes: a transaction id that is older than the lock would put its events before those of the
 * one it waited for.
 */
export function createOutbox(wake: Wake): Outbox {
  return {
    async append(tx, events) {
      if (events.length === 0) return
      const rows = events.map((event) => {
        const { payload, ...columns } = toRow(event)
        return { ...columns, payload: JSON.stringify(payload) }
      })
      await tx.insertInto('event_stream').values(rows).execute()
      afterCommit(tx, wake)
    },
    announced: (tx) => afterCommit(tx, wake),
  }
}
