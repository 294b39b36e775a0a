import { prepared } from '../db/prepared.js'
import type { StatementRunner } from '../db/types.js'
import { ANNOUNCE_ENTRIES, type Outbox } from '../outbox/append.js'
import { INSERT_ENTRIES, type PlacedEntry } from './log.js'
import { MOVE_HEADS } from './store.js'
import { HASH_BYTES } from './hash-chain.js'

/**
 * Writes application entries of locked conversations, moves the heads of their logs, and announces them,
 * in one statement, which is sent before the
 * call returns. Those of a conversation are in the order of their seq.
 */
export async function appendEntries(
  tx: StatementRunner,
  outbox: Outbox,
  entries: readonly PlacedEntry[],
  now: Date,
): Promise<void> {
  if (entries.length === 0) return
  let end = 0
  const ends = entries.map(({ ciphertext }) => (end += ciphertext.length))
  outbox.announced(tx)
  await write(
    tx,
    entries.map(({ convoId }) => convoId),
    entries.map(({ seq }) => seq),
    entries.map(({ generation }) => generation),
    entries.map(({ epoch }) => epoch),
    entries.map(({ messageId }) => messageId),
    entries.map(({ applicationCount }) => applicationCount),
    entries.map(({ ciphertext }) => ciphertext.length),
    ends,
    // All bytes in two values: lists of bytes would travel, and be parsed, as text.
    Buffer.concat(entries.map(({ ciphertext }) => ciphertext)),
    Buffer.concat(
      entries.flatMap(({ contentHash, previousHash, hash }) => [contentHash, previousHash, hash]),
    ),
    now,
  )
}

const write = prepared(
  'append_entries',
  `with entries as materialized (
    select n, convo_id, seq, generation, epoch, message_id, application_count,
      substr($9::bytea, ends - length + 1, length) as ciphertext,
      substr($10::bytea, (n::int - 1) * ${3 * HASH_BYTES} + 1, ${HASH_BYTES}) as content_hash,
      substr($10::bytea, (n::int - 1) * ${3 * HASH_BYTES} + ${HASH_BYTES + 1}, ${HASH_BYTES}) as previous_hash,
      substr($10::bytea, (n::int - 1) * ${3 * HASH_BYTES} + ${2 * HASH_BYTES + 1}, ${HASH_BYTES}) as hash,
      $11::timestamptz as created_at
    from unnest($1::text[], $2::int8[], $3::int4[], $4::int8[], $5::text[], $6::int8[], $7::int4[],
      $8::int4[]) with ordinality
      as e (convo_id, seq, generation, epoch, message_id, application_count, length, ends, n)
  ),
  inserted as (${INSERT_ENTRIES}),
  moved as (${MOVE_HEADS})
  ${ANNOUNCE_ENTRIES}`,
)
