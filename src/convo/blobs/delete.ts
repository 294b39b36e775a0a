import { releaseUnplaced, removeLoose } from '../../blobs/release.js'
import { lockUsage } from '../../blobs/usage.js'
import { inTx } from '../../db/tx.js'
import type { Tx } from '../../db/types.js'
import { BlobNotFoundError, ForbiddenError } from '../../errors.js'
import type { BlobId, ConvoId, Did } from '../../lib/ids.js'
import { latestMembership, type MemberRow, requireMember } from '../members.js'
import { requireEverMember } from '../read/standing.js'
import type { BlobDeps } from './deps.js'
import { readable } from './open.js'

export interface BlobName {
  did: Did
  convoId: ConvoId
  blobId: BlobId
}

/**
 * Deletes a blob from a conversation. Its bytes go too, unless the uploader sent them to another
 * conversation as well. The uploader may do that after leaving, an admin for blobs from before its time.
 * Repeated it has no further effect.
 */
export async function deleteBlob(deps: BlobDeps, name: BlobName): Promise<void> {
  const keys = await inTx(deps.db, async (tx) => {
    const membership = requireEverMember(await latestMembership(tx, name.convoId, name.did))
    const uploader = await uploaderOf(tx, name)
    if (uploader === undefined) return []
    if (uploader !== name.did) await requireAdmin(tx, name, membership)
    return deletePlaces(tx, uploader, name, deps.clock())
  })
  // Where this fails, the job takes what is loose.
  await removeLoose(deps.db, deps.blobs, keys).catch(() => undefined)
}

/** Undefined where the blob was deleted before: that is the answer to a repetition. */
async function uploaderOf(tx: Tx, { convoId, blobId }: BlobName): Promise<Did | undefined> {
  const places = await tx
    .selectFrom('blob_places as place')
    .leftJoin('blobs', 'blobs.blob_id', 'place.blob_id')
    .select(['blobs.did', 'place.deleted_at'])
    .where('place.convo_id', '=', convoId)
    .where('place.blob_id', '=', blobId)
    .execute()
  if (places.length === 0) throw new BlobNotFoundError('The conversation has no such blob')
  return places.find(({ deleted_at }) => deleted_at === null)?.did ?? undefined
}

async function requireAdmin(tx: Tx, name: BlobName, membership: MemberRow): Promise<void> {
  if (requireMember(membership).role === 'admin') return
  if (await readable(tx, name.convoId, name.blobId, name.did)) {
    throw new ForbiddenError('Only its uploader and admins may delete a blob')
  }
  throw new BlobNotFoundError('The conversation has no such blob for you')
}

async function deletePlaces(
  tx: Tx,
  uploader: Did,
  { convoId, blobId }: BlobName,
  now: Date,
): Promise<string[]> {
  await lockUsage(tx, [uploader])
  await tx
    .updateTable('blob_places')
    .set({ deleted_at: now })
    .where('convo_id', '=', convoId)
    .where('blob_id', '=', blobId)
    .where('deleted_at', 'is', null)
    .execute()
  return releaseUnplaced(tx, uploader, [blobId])
}
