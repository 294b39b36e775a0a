import type { Selectable } from 'kysely'
import { ENTRY_KIND, type Schema } from '../../db/schema.js'
import type { MessageView } from '../../lexicon/types/blue/catbird/mls/defs.js'

/** An entry of the log as it is read; how many application entries there were is the service's own. */
export type EntryRow = Omit<Selectable<Schema['messages']>, 'application_count'>

/** `blue.catbird.mls.defs#messageView`; without `ciphertext` once retention has taken it. */
export function messageView(row: EntryRow): MessageView {
  return {
    id: row.message_id,
    convoId: row.convo_id,
    seq: row.seq,
    messageType: row.kind === ENTRY_KIND.commit ? 'commit' : 'application',
    generation: row.generation,
    epoch: row.epoch,
    ...(row.ciphertext !== null && { ciphertext: row.ciphertext }),
    contentHash: toHex(row.content_hash),
    previousHash: toHex(row.previous_hash),
    hash: toHex(row.hash),
    createdAt: row.created_at.toISOString(),
  }
}

function toHex(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex')
}
