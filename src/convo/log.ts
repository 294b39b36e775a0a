import { ENTRY_KIND } from '../db/schema.js'
import type { Tx } from '../db/types.js'
import type { Epoch, Seq } from '../lib/ids.js'
import { chainHash, sha256 } from './hash-chain.js'
import type { LockedConvo } from './lock.js'

export interface NewEntry {
  kind: keyof typeof ENTRY_KIND
  /** `msgId` of an application message, hex SHA-256 of a commit. */
  messageId: string
  epoch: Epoch
  ciphertext: Uint8Array
  now: Date
}

/** Where the log ends once the entry is in it: what the conversation's row becomes. */
export interface LogHead {
  last_seq: Seq
  hash: Uint8Array
  application_count: number
}

/**
 * Writes `entry` as the next one of a locked conversation, and answers the new head, which the caller
 * writes to the conversation's row in the same transaction. The only inserter of entries.
 */
export async function insertEntry(tx: Tx, convo: LockedConvo, entry: NewEntry): Promise<LogHead> {
  const seq = (convo.last_seq + 1) as Seq
  const kind = ENTRY_KIND[entry.kind]
  const contentHash = sha256(entry.ciphertext)
  const { generation } = convo
  const hash = chainHash(convo.hash, { seq, generation, epoch: entry.epoch, kind, contentHash })
  const applicationCount = convo.application_count + (entry.kind === 'application' ? 1 : 0)
  await tx
    .insertInto('messages')
    .values({
      convo_id: convo.convo_id,
      seq,
      kind,
      generation,
      epoch: entry.epoch,
      message_id: entry.messageId,
      ciphertext: entry.ciphertext,
      content_hash: contentHash,
      previous_hash: convo.hash,
      hash,
      application_count: applicationCount,
      created_at: entry.now,
    })
    .execute()
  return { last_seq: seq, hash, application_count: applicationCount }
}
