import type { ConvoId, Did } from '../lib/ids.js'
import type { StreamEvent } from '../outbox/events.js'
import type { Position } from '../outbox/position.js'
import type { Encoded } from './encoded.js'

/** One stored event with what decides who gets it; shared by all streams of the process. */
export interface StreamItem {
  readonly position: Position
  readonly event: StreamEvent
  readonly cursor: string
  /**
   * Accounts whose membership this event's transaction changed in this event's conversation: they look
   * at their intervals again before they judge it.
   */
  readonly subjects?: ReadonlySet<Did>
  /** Of a device event: the conversations that its account is a member of. */
  readonly sharedIn?: readonly ConvoId[]
  /** Log entries are read from the log when the first reader wants them; `gone` is what nobody gets. */
  encoded: Encoded | 'gone' | undefined
}

export function convoOf({ event }: StreamItem): ConvoId | undefined {
  return 'convoId' in event ? event.convoId : undefined
}

/** The only account that an event is for; undefined if it is not personal. */
export function onlyReaderOf({ event }: StreamItem): Did | undefined {
  return 'did' in event ? event.did : undefined
}
