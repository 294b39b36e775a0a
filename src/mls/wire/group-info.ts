import { readExtensions, type Extension } from './extension.js'
import { MAX_GROUP_ID_BYTES, MAX_HASH_BYTES, MAX_SIGNATURE_BYTES } from './limits.js'
import { MLS10, readEpoch, readVersion } from './protocol.js'
import { Reader } from './reader.js'
import { concat, opaque, u16, u64 } from './writer.js'

/** RFC 9420 §8.1. */
export interface GroupContext {
  /** The whole struct. */
  bytes: Uint8Array
  cipherSuite: number
  groupId: Uint8Array
  epoch: number
  treeHash: Uint8Array
  confirmedTranscriptHash: Uint8Array
  extensions: Extension[]
  /** The `extensions<V>` vector as it is encoded. */
  extensionBytes: Uint8Array
}

/** RFC 9420 §12.4.3. */
export interface GroupInfo {
  /** GroupInfoTBS. */
  signed: Uint8Array
  context: GroupContext
  extensions: Extension[]
  confirmationTag: Uint8Array
  signer: number
  signature: Uint8Array
}

export function readGroupInfo(r: Reader): GroupInfo {
  const start = r.at
  const context = readGroupContext(r)
  const extensions = readExtensions(r)
  const confirmationTag = r.opaque(MAX_HASH_BYTES, 'The confirmation tag')
  const signer = r.u32()
  const signed = r.since(start)
  const signature = r.opaque(MAX_SIGNATURE_BYTES, 'A signature')
  return { signed, context, extensions, confirmationTag, signer, signature }
}

export function readGroupContext(r: Reader): GroupContext {
  const start = r.at
  readVersion(r)
  const cipherSuite = r.u16()
  const groupId = r.opaque(MAX_GROUP_ID_BYTES, 'The group id')
  const epoch = readEpoch(r)
  const treeHash = r.opaque(MAX_HASH_BYTES, 'The tree hash')
  const confirmedTranscriptHash = r.opaque(MAX_HASH_BYTES, 'The confirmed transcript hash')
  const extensionsStart = r.at
  const extensions = readExtensions(r)
  return {
    bytes: r.since(start),
    cipherSuite,
    groupId,
    epoch,
    treeHash,
    confirmedTranscriptHash,
    extensions,
    extensionBytes: r.since(extensionsStart),
  }
}

/** The context of these values, in memory of its own. */
export function makeGroupContext(parts: Omit<GroupContext, 'bytes' | 'extensions'>): GroupContext {
  const bytes = concat([
    u16(MLS10),
    u16(parts.cipherSuite),
    opaque(parts.groupId),
    u64(parts.epoch),
    opaque(parts.treeHash),
    opaque(parts.confirmedTranscriptHash),
    parts.extensionBytes,
  ])
  return readGroupContext(new Reader(bytes))
}
