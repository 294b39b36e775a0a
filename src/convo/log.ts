import { ENTRY_KIND } from '../db/schema.js'
import type { Tx } from '../db/types.js'
import type { ConvoId, Epoch, Seq } from '../lib/ids.js'
import { chainHash } from './hash-chain.js'
import type { LockedConvo } from './lock.js'

export interface NewEntry {
  kind: keyof typeof ENTRY_KIND
  /** `msgId` of an application message, hex SHA-256 of a commit. */
  messageId: string
  epoch: Epoch
  ciphertext: Uint8Array
  /** SHA-256 of `ciphertext`. */
  contentHash: Uint8Array
}

/** Where the log ends once the entry is in it: what the conversation's row becomes. */
export interface LogHead {
  last_seq: Seq
  hash: Uint8Array
  application_count: number
}

/** Where a locked conversation's log ends now. */
export type LogEnd = LogHead & Pick<LockedConvo, 'convo_id' | 'generation'>

/** An entry with its place in the log. */
export interface PlacedEntry extends NewEntry {
  convoId: ConvoId
  seq: Seq
  generation: number
  previousHash: Uint8Array
  hash: Uint8Array
  applicationCount: number
}

/** `entry` as the next one behind `end`; no two are placed behind the same. */
export function placeEntry(end: LogEnd, entry: NewEntry): PlacedEntry {
  const seq = (end.last_seq + 1) as Seq
  const { generation, hash: previousHash } = end
  const { epoch, contentHash } = entry
  const kind = ENTRY_KIND[entry.kind]
  return {
    ...entry,
    convoId: end.convo_id,
    seq,
    generation,
    previousHash,
    hash: chainHash(previousHash, { seq, generation, epoch, kind, contentHash }),
    applicationCount: end.application_count + (entry.kind === 'application' ? 1 : 0),
  }
}

export function headAt({ seq, hash, applicationCount }: PlacedEntry): LogHead {
  return { last_seq: seq, hash, application_count: applicationCount }
}

/**
 * Writes `entry` as the next one of a locked conversation, and answers the new head, which the caller
 * writes to the conversation's row in the same transaction. With `INSERT_ENTRIES` the only inserter of
 * entries.
 */
export async function insertEntry(
  tx: Tx,
  convo: LockedConvo,
  { now, ...entry }: NewEntry & { now: Date },
): Promise<LogHead> {
  const placed = placeEntry(convo, entry)
  await tx
    .insertInto('messages')
    .values({
      convo_id: placed.convoId,
      seq: placed.seq,
      kind: ENTRY_KIND[placed.kind],
      generation: placed.generation,
      epoch: placed.epoch,
      message_id: placed.messageId,
      ciphertext: placed.ciphertext,
      content_hash: placed.contentHash,
      previous_hash: placed.previousHash,
      hash: placed.hash,
      application_count: placed.applicationCount,
      created_at: now,
    })
    .execute()
  return headAt(placed)
}

/** Part of a statement: inserts the application entries that are in `entries`. */
export const INSERT_ENTRIES = `
  insert into messages (convo_id, seq, kind, generation, epoch, message_id, ciphertext,
    content_hash, previous_hash, hash, application_count, created_at)
  select convo_id, seq, ${ENTRY_KIND.application}, generation, epoch, message_id, ciphertext,
    content_hash, previous_hash, hash, application_count, created_at
  from entries order by n`
