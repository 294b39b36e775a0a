import { randomBytes } from 'node:crypto'
import { inTx } from '../db/tx.js'
import type { Db, Tx } from '../db/types.js'
import { QuotaExceededError, RateLimitExceededError } from '../errors.js'
import type { Did } from '../lib/ids.js'
import { addUsage, counted, lockUsage } from './usage.js'

/** Each holds a connection, a file and up to two parts in memory. */
const UPLOADS_PER_ACCOUNT_MAX = 8

export interface BlobLimits {
  blobBytes: number
  blobQuotaBytes: number
}

/** Room for one upload; without a `key` there is none, and only bytes that are stored already will do. */
export interface Reservation {
  key: string | undefined
  bytes: number
}

/**
 * Takes of the account's quota what the upload may need: its declared length, or without one the largest
 * blob, or what is left. The object's key is written down before there is an object.
 *
 * An account without room may still send what it has stored, as after an answer that got lost; so a body
 * that is as long as one of its blobs is read, but not stored.
 *
 * @throws {QuotaExceededError}
 * @throws {RateLimitExceededError} when the account has eight uploads under way
 */
export async function reserve(
  db: Db,
  limits: BlobLimits,
  did: Did,
  length: number | undefined,
): Promise<Reservation> {
  return inTx(db, async (tx) => {
    const used = (await lockUsage(tx, [did])).get(did) ?? 0
    await requireFewUploads(tx, did)
    const left = limits.blobQuotaBytes - used
    const bytes = length ?? Math.min(limits.blobBytes, left)
    if (bytes > 0 && counted(bytes) <= left) {
      const key = randomBytes(16).toString('hex')
      await tx
        .insertInto('loose_objects')
        .values({ object_key: key, did, reserved: counted(bytes) })
        .execute()
      await addUsage(tx, did, counted(bytes))
      return { key, bytes }
    }
    if (length !== undefined && (await hasBlobOfSize(tx, did, length))) {
      return { key: undefined, bytes: length }
    }
    throw quotaExceeded(limits)
  })
}

export function quotaExceeded({ blobQuotaBytes }: BlobLimits): QuotaExceededError {
  return new QuotaExceededError(
    `The account's blobs would take more than ${blobQuotaBytes} bytes; delete some first`,
  )
}

async function requireFewUploads(tx: Tx, did: Did): Promise<void> {
  const { count } = await tx
    .selectFrom('loose_objects')
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .where('did', '=', did)
    .executeTakeFirstOrThrow()
  if (count < UPLOADS_PER_ACCOUNT_MAX) return
  throw new RateLimitExceededError(
    `${UPLOADS_PER_ACCOUNT_MAX} uploads of the account are under way; wait for one to end`,
  )
}

async function hasBlobOfSize(tx: Tx, did: Did, size: number): Promise<boolean> {
  const row = await tx
    .selectFrom('blobs')
    .select('blob_id')
    .where('did', '=', did)
    .where('size', '=', size)
    .limit(1)
    .executeTakeFirst()
  return row !== undefined
}
