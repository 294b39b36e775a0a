import type { Readable } from 'node:stream'
import type { ByteRange } from '../../blobs/blob-store.js'
import type { Queryable } from '../../db/types.js'
import { BlobNotFoundError } from '../../errors.js'
import type { BlobId, ConvoId, Did, Seq } from '../../lib/ids.js'
import { latestMembership } from '../members.js'
import { requireEverMember } from '../read/standing.js'
import type { BlobDeps } from './deps.js'

export interface OpenedBlob {
  size: number
  /** The bytes, or those of a range; whoever calls it has to read or destroy the stream. */
  read(range?: ByteRange): Promise<Readable>
}

/**
 * A blob that the account may read.
 *
 * @throws {ConvoNotFoundError} for an outsider
 * @throws {BlobNotFoundError} for a blob that is not there, or lies outside of the memberships
 */
export async function openBlob(
  { db, blobs }: Pick<BlobDeps, 'db' | 'blobs'>,
  { did, convoId, blobId }: { did: Did; convoId: ConvoId; blobId: BlobId },
): Promise<OpenedBlob> {
  requireEverMember(await latestMembership(db, convoId, did))
  const blob = await readable(db, convoId, blobId, did)
  if (!blob) throw notFound()
  return {
    size: blob.size,
    async read(range) {
      const bytes = await blobs.get(blob.object_key, range)
      if (!bytes) throw notFound()
      return bytes
    },
  }
}

/**
 * The blob, if a membership contains one of its places. The edges of a membership are commits or, for
 * who leaves, no entry at all: a blob that came at the same seq, but after the end, is not within. Before
 * the first entry the founder is alone, and those who come with that entry came later.
 */
export async function readable(q: Queryable, convoId: ConvoId, blobId: BlobId, did: Did) {
  return q
    .selectFrom('blobs')
    .innerJoin('blob_places as place', 'place.blob_id', 'blobs.blob_id')
    .innerJoin('members', 'members.convo_id', 'place.convo_id')
    .select(['blobs.did', 'blobs.size', 'blobs.object_key'])
    .where('blobs.blob_id', '=', blobId)
    .where('place.convo_id', '=', convoId)
    .where('place.deleted_at', 'is', null)
    .where('members.did', '=', did)
    .where(({ and, or, eb, ref }) =>
      and([
        or([
          eb('members.joined_seq', '<=', ref('place.seq')),
          and([
            eb('place.seq', '=', 0 as Seq),
            eb('members.joined_at', '<=', ref('place.created_at')),
          ]),
        ]),
        or([
          eb('members.left_at', 'is', null),
          eb('members.left_seq', '>', ref('place.seq')),
          and([
            eb('members.left_seq', '=', ref('place.seq')),
            eb('members.left_at', '>=', ref('place.created_at')),
          ]),
        ]),
      ]),
    )
    .limit(1)
    .executeTakeFirst()
}

function notFound(): BlobNotFoundError {
  return new BlobNotFoundError('The conversation has no such blob for you, or no more')
}
