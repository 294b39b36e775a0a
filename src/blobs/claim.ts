import { createHash } from 'node:crypto'
import type { Tx } from '../db/types.js'
import { ServiceUnavailableError } from '../errors.js'
import type { BlobId, ConvoId, Did, Seq } from '../lib/ids.js'
import type { Measured } from './measure.js'
import { type BlobLimits, quotaExceeded, type Reservation } from './reserve.js'
import { addUsage, counted, lockUsage } from './usage.js'

export interface Claim {
  did: Did
  convoId: ConvoId
  seq: Seq
  reservation: Reservation
  stored: Measured
  now: Date
}

export interface Claimed {
  blobId: BlobId
  /** False where the account had the same bytes before: the new object stays loose, to be removed. */
  isNew: boolean
}

/**
 * Makes what was uploaded a blob of its account, with a place in the conversation at `seq`.
 *
 * @throws {QuotaExceededError} where there was no room, and the bytes are new
 */
export async function claim(tx: Tx, limits: BlobLimits, claimed: Claim): Promise<Claimed> {
  const { did, stored, reservation } = claimed
  await lockUsage(tx, [did])
  const blobId = blobIdOf(did, stored.sha256)
  const known = await tx
    .selectFrom('blobs')
    .select('blob_id')
    .where('blob_id', '=', blobId)
    .executeTakeFirst()
  if (!known) {
    if (reservation.key === undefined) throw quotaExceeded(limits)
    await takeObject(tx, did, reservation.key, counted(stored.size))
    await tx
      .insertInto('blobs')
      .values({
        blob_id: blobId,
        did,
        sha256: stored.sha256,
        size: stored.size,
        object_key: reservation.key,
        created_at: claimed.now,
      })
      .execute()
  }
  await place(tx, blobId, claimed)
  return { blobId, isNew: !known }
}

/** The same for the same bytes by the same account, and of no use to guess what others have. */
export function blobIdOf(did: Did, sha256: Uint8Array): BlobId {
  return createHash('sha256').update(`${did}\0`).update(sha256).digest('hex') as BlobId
}

/** From loose to claimed; what was reserved and not needed goes back. */
async function takeObject(tx: Tx, did: Did, key: string, bytes: number): Promise<void> {
  const row = await tx
    .deleteFrom('loose_objects')
    .where('object_key', '=', key)
    .where('did', '=', did)
    .returning('reserved')
    .executeTakeFirst()
  // The job has given it up: for it, an upload that takes so long is one whose process has died.
  if (!row) throw new ServiceUnavailableError('The upload took too long; try again')
  await addUsage(tx, did, bytes - row.reserved)
}

async function place(tx: Tx, blobId: BlobId, { convoId, seq, now }: Claim): Promise<void> {
  await tx
    .insertInto('blob_places')
    .values({ convo_id: convoId, blob_id: blobId, seq, created_at: now })
    .onConflict((conflict) =>
      conflict
        .columns(['convo_id', 'blob_id', 'seq'])
        .doUpdateSet({ created_at: now, deleted_at: null })
        .where('blob_places.deleted_at', 'is not', null),
    )
    .execute()
}
