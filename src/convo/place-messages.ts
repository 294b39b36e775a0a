import { ENTRY_KIND } from '../db/schema.js'
import { MessageIdConflictError } from '../errors.js'
import type { Settled } from '../lib/batches.js'
import type { ConvoId } from '../lib/ids.js'
import { headAt, type LogEnd, type PlacedEntry, placeEntry } from './log.js'
import { requireMembership } from './members.js'
import type { PreparedMessage } from './prepared-message.js'
import type { Seen } from './read-for-sending.js'
import { requireSendable } from './sendable.js'
import type { SentMessage } from './send.js'

/**
 * Judges messages one after another, each on what the ones before it in the batch have made of its
 * conversation, and gives those that are taken their places in the log. Pure.
 *
 * Checks run in the order of §3 of the protocol: duplicate, membership, epoch, content.
 *
 * @param seen by message.
 */
export function placeMessages(
  messages: readonly PreparedMessage[],
  seen: readonly Seen[],
  epochGrace: number,
  now: Date,
): Placed {
  const entries: PlacedEntry[] = []
  const ends = new Map<ConvoId, LogEnd>()
  const taken = new Map<string, Stored>()

  const place = (message: PreparedMessage, row: Seen): SentMessage => {
    const { convoId, msgId: messageId, epoch, ciphertext, contentHash } = message
    const key = `${convoId} ${messageId.toLowerCase()}`
    const stored = taken.get(key) ?? storedIn(row)
    if (row.membership !== null && stored) return again(stored, contentHash)
    requireMembership(row.membership)
    requireSendable(row, message, epochGrace)
    const entry = placeEntry(ends.get(convoId) ?? row, {
      kind: 'application',
      messageId,
      epoch,
      ciphertext,
      contentHash,
    })
    const sent = { messageId, seq: entry.seq, epoch, receivedAt: now }
    entries.push(entry)
    ends.set(convoId, { convo_id: convoId, generation: row.generation, ...headAt(entry) })
    taken.set(key, { sent, contentHash })
    return sent
  }

  const outcomes = messages.map((message, i): Settled<SentMessage> => {
    try {
      return { done: place(message, seen[i]!) }
    } catch (failed) {
      return { failed }
    }
  })
  return { outcomes, entries }
}

function storedIn(row: Seen): Stored | undefined {
  if (row.stored_id === null) return undefined
  const { stored_id: messageId, stored_seq: seq, stored_epoch: epoch, stored_at: receivedAt } = row
  const isMessage = row.stored_kind === ENTRY_KIND.application
  return {
    sent: { messageId, seq, epoch, receivedAt },
    contentHash: isMessage ? row.stored_hash : undefined,
  }
}

function again({ sent, contentHash }: Stored, repeated: Uint8Array): SentMessage {
  if (contentHash && Buffer.compare(contentHash, repeated) === 0) return sent
  throw new MessageIdConflictError(
    'Another message was stored under this msgId: an earlier attempt of yours may have come through',
  )
}

export interface Placed {
  /** By message. */
  outcomes: Settled<SentMessage>[]
  /** Of those that are new, in the order of their places. */
  entries: PlacedEntry[]
}

interface Stored {
  sent: SentMessage
  /** Undefined for what is no application message. */
  contentHash: Uint8Array | undefined
}
