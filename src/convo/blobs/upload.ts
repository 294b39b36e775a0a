import { claim, type Claimed } from '../../blobs/claim.js'
import { type Measured, measure } from '../../blobs/measure.js'
import { quotaExceeded, reserve, type Reservation } from '../../blobs/reserve.js'
import { giveUp } from '../../blobs/release.js'
import { inTx } from '../../db/tx.js'
import { InvalidRequestError, TooLargeError } from '../../errors.js'
import type { BlobId, ConvoId, Did } from '../../lib/ids.js'
import { requireMember } from '../members.js'
import { readStanding } from '../read/standing.js'
import type { BlobDeps } from './deps.js'

export interface UploadRequest {
  did: Did
  convoId: ConvoId
  /** As the request declares it; undefined where it does not. */
  length: number | undefined
  body: AsyncIterable<Uint8Array>
}

export interface UploadedBlob extends Measured {
  blobId: BlobId
}

/**
 * Stores an attachment while it arrives. It can be read by memberships that contain the conversation's
 * lastSeq at the end of the upload.
 *
 * Whatever fails, and wherever the process dies, nothing of it is seen: the object is written down as
 * loose before it exists, and becomes a blob in the transaction that gives it its place.
 */
export async function uploadBlob(deps: BlobDeps, request: UploadRequest): Promise<UploadedBlob> {
  const { did, convoId, length } = request
  requireMember(await readStanding(deps.db, convoId, did))
  requireSize(deps, length)
  return deps.uploads.run(async () => {
    const reservation = await reserve(deps.db, deps.config.limits, did, length)
    let isNew = false
    try {
      const stored = await store(deps, reservation, request.body)
      const claimed = await place(deps, request, reservation, stored)
      isNew = claimed.isNew
      return { blobId: claimed.blobId, ...stored }
    } finally {
      if (!isNew) await endUpload(deps, did, reservation)
    }
  })
}

/** Without a reservation the bytes are only counted and hashed: they may be some that are stored. */
async function store(
  deps: BlobDeps,
  { key, bytes }: Reservation,
  body: AsyncIterable<Uint8Array>,
): Promise<Measured> {
  const { limits } = deps.config
  const { pieces, result } = measure(body, (size) => {
    if (size > limits.blobBytes) throw tooLarge(limits.blobBytes)
    if (size > bytes) throw quotaExceeded(limits)
  })
  if (key !== undefined) await deps.blobs.put(key, pieces)
  else await drain(pieces)
  const stored = result()
  requireSize(deps, stored.size)
  return stored
}

async function drain(pieces: AsyncIterable<Uint8Array>): Promise<void> {
  const iterator = pieces[Symbol.asyncIterator]()
  while (!(await iterator.next()).done);
}

async function place(
  { db, config, clock }: BlobDeps,
  { did, convoId }: UploadRequest,
  reservation: Reservation,
  stored: Measured,
): Promise<Claimed> {
  return inTx(db, async (tx) => {
    // Read again: who has left in the meantime has nothing more to say here.
    const { last_seq: seq } = requireMember(await readStanding(tx, convoId, did))
    return claim(tx, config.limits, { did, convoId, seq, reservation, stored, now: clock() })
  })
}

async function endUpload({ db, blobs }: BlobDeps, did: Did, { key }: Reservation): Promise<void> {
  if (key === undefined) return
  // The outcome of the upload is what is told, not that tidying up has to wait.
  await giveUp(db, blobs, did, key).catch(() => undefined)
}

function requireSize({ config }: BlobDeps, size: number | undefined): void {
  if (size === 0) throw new InvalidRequestError('A blob has one byte at least')
  if (size !== undefined && size > config.limits.blobBytes) throw tooLarge(config.limits.blobBytes)
}

function tooLarge(bytes: number): TooLargeError {
  return new TooLargeError(`A blob has at most ${bytes} bytes`)
}
