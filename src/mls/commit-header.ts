import type { Epoch } from '../lib/ids.js'
import { accept } from '../lib/verdict.js'
import { faultOf, tooLarge } from './decode.js'
import { fault, refuseMls, type MlsVerdict } from './verdict.js'
import { readFramedHeader, readPrivateMessage } from './wire/framing.js'
import { MAX_COMMIT_BYTES } from './wire/limits.js'
import { readVersion, WIRE_FORMATS, type ContentType } from './wire/protocol.js'
import { Reader } from './wire/reader.js'

export interface CommitHeader {
  framing: 'public' | 'private'
  groupId: Uint8Array
  epoch: Epoch
  /** `private`: encrypted. `other` never is the sender of a commit. */
  sender: 'member' | 'external' | 'private' | 'other'
  contentType: ContentType
}

/**
 * What a commit says of itself, for the checks that come before the expensive ones (duplicate,
 * membership, epoch). Cheap at any size; it does not promise that the rest decodes.
 */
export function readCommitHeader(bytes: Uint8Array): MlsVerdict<CommitHeader> {
  if (bytes.length > MAX_COMMIT_BYTES) return tooLarge(bytes.length, MAX_COMMIT_BYTES)
  try {
    const header = readHeader(new Reader(bytes))
    return header === undefined ? refuseMls('InvalidMlsMessage', NOT_FRAMED) : accept(header)
  } catch (thrown) {
    return refuseMls('InvalidMlsMessage', faultOf(thrown))
  }
}

function readHeader(r: Reader): CommitHeader | undefined {
  readVersion(r)
  switch (r.u16()) {
    case WIRE_FORMATS.mls_public_message: {
      const { groupId, epoch, sender, contentType } = readFramedHeader(r)
      return {
        framing: 'public',
        groupId,
        epoch: epoch as Epoch,
        sender: SENDERS[sender.type],
        contentType,
      }
    }
    case WIRE_FORMATS.mls_private_message: {
      const { groupId, epoch, contentType } = readPrivateMessage(r)
      return { framing: 'private', groupId, epoch: epoch as Epoch, sender: 'private', contentType }
    }
    default:
      return undefined
  }
}

const NOT_FRAMED = fault(
  'wireFormat',
  'RFC 9420 §6',
  'A commit is a PublicMessage or a PrivateMessage.',
)

const SENDERS = {
  member: 'member',
  new_member_commit: 'external',
  external: 'other',
  new_member_proposal: 'other',
} as const
