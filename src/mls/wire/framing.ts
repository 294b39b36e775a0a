import { readCommit, type Commit } from './commit.js'
import {
  MAX_COMMIT_BYTES,
  MAX_GROUP_ID_BYTES,
  MAX_HASH_BYTES,
  MAX_SIGNATURE_BYTES,
} from './limits.js'
import { Malformed } from './malformed.js'
import { readContentType, readEpoch, type ContentType } from './protocol.js'
import { readProposal, type Proposal } from './proposal.js'
import type { Reader } from './reader.js'

/** RFC 9420 §6. */
export type Sender =
  | { type: 'member'; leafIndex: number }
  | { type: 'external' }
  | { type: 'new_member_proposal' }
  | { type: 'new_member_commit' }

/** What a FramedContent starts with, up to its content type. */
export interface FramedHeader {
  groupId: Uint8Array
  epoch: number
  sender: Sender
  contentType: ContentType
}

/** RFC 9420 §6.2, with FramedContent and FramedContentAuthData unfolded. */
export interface PublicMessage extends FramedHeader {
  /** The FramedContent struct: what the transcript hash and the signature cover. */
  framedContent: Uint8Array
  content: { type: 'application' } | { type: 'proposal'; proposal: Proposal } | CommitContent
  signature: Uint8Array
  /** Of a commit. */
  confirmationTag?: Uint8Array
  /** Of a member's message. */
  membershipTag?: Uint8Array
}

export interface CommitContent {
  type: 'commit'
  commit: Commit
}

/** RFC 9420 §6.3. What is encrypted stays opaque. */
export interface PrivateMessage {
  groupId: Uint8Array
  epoch: number
  contentType: ContentType
}

export function readPublicMessage(r: Reader): PublicMessage {
  const start = r.at
  const header = readFramedHeader(r)
  const content = readContent(r, header.contentType)
  const framedContent = r.since(start)
  const signature = r.opaque(MAX_SIGNATURE_BYTES, 'A signature')
  const message: PublicMessage = { ...header, framedContent, content, signature }
  if (content.type === 'commit') {
    message.confirmationTag = r.opaque(MAX_HASH_BYTES, 'The confirmation tag')
  }
  if (header.sender.type === 'member') {
    message.membershipTag = r.opaque(MAX_HASH_BYTES, 'The membership tag')
  }
  return message
}

export function readFramedHeader(r: Reader): FramedHeader {
  const groupId = r.opaque(MAX_GROUP_ID_BYTES, 'The group id')
  const epoch = readEpoch(r)
  const sender = readSender(r)
  r.opaque(MAX_COMMIT_BYTES, 'The authenticated data')
  return { groupId, epoch, sender, contentType: readContentType(r) }
}

export function readPrivateMessage(r: Reader): PrivateMessage {
  const groupId = r.opaque(MAX_GROUP_ID_BYTES, 'The group id')
  const epoch = readEpoch(r)
  const contentType = readContentType(r)
  r.opaque(MAX_COMMIT_BYTES, 'The authenticated data')
  r.opaque(MAX_COMMIT_BYTES, 'The encrypted sender data')
  r.opaque(MAX_COMMIT_BYTES, 'The ciphertext')
  return { groupId, epoch, contentType }
}

function readContent(r: Reader, type: ContentType): PublicMessage['content'] {
  switch (type) {
    case 'application':
      r.opaque(MAX_COMMIT_BYTES, 'The application data')
      return { type }
    case 'proposal':
      return { type, proposal: readProposal(r) }
    case 'commit':
      return { type, commit: readCommit(r) }
  }
}

function readSender(r: Reader): Sender {
  switch (r.u8()) {
    case 1:
      return { type: 'member', leafIndex: r.u32() }
    case 2:
      r.u32()
      return { type: 'external' }
    case 3:
      return { type: 'new_member_proposal' }
    case 4:
      return { type: 'new_member_commit' }
    default:
      throw new Malformed('senderTypeIsKnown', 'RFC 9420 §6', 'The sender type is unknown.')
  }
}
