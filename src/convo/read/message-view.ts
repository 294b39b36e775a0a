import { type Selectable, sql } from 'kysely'
import { ENTRY_KIND, type Schema } from '../../db/schema.js'
import type { MessageView } from '../../lexicon/types/blue/catbird/mls/defs.js'

/**
 * What a view is made of, of `messages`. Hashes are shown in hex, and come from the database as that.
 *
 * @NOTE An outermost select has these; inner ones have `ENTRY_COLUMNS`.
 */
export const ENTRY_VIEW_COLUMNS = sql`convo_id, seq, kind, generation, epoch, message_id, ciphertext,
  encode(content_hash, 'hex') as content_hash, encode(previous_hash, 'hex') as previous_hash,
  encode(hash, 'hex') as hash, created_at`

type Entry = Selectable<Schema['messages']>

/** An entry of the log as it is read; how many application entries there were is the service's own. */
export interface EntryRow extends Omit<Entry, Hash | 'application_count'>, Record<Hash, string> {}

type Hash = 'content_hash' | 'previous_hash' | 'hash'

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
    contentHash: row.content_hash,
    previousHash: row.previous_hash,
    hash: row.hash,
    createdAt: row.created_at.toISOString(),
  }
}
