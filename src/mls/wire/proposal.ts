import { readExtensions, type Extension } from './extension.js'
import { readKeyPackage, type KeyPackage } from './key-package.js'
import { readLeafNode, type LeafNode } from './leaf-node.js'
import { MAX_GROUP_ID_BYTES, MAX_HASH_BYTES, MAX_IDENTITY_BYTES, MAX_KEY_BYTES } from './limits.js'
import { Malformed } from './malformed.js'
import { readVersion } from './protocol.js'
import type { Reader } from './reader.js'

/** RFC 9420 §12.1. */
export type Proposal =
  | { type: 'add'; keyPackage: KeyPackage }
  | { type: 'update'; leafNode: LeafNode }
  | { type: 'remove'; leafIndex: number }
  | { type: 'psk'; psk: PreSharedKeyId }
  | { type: 'reinit' }
  | { type: 'external_init'; kemOutput: Uint8Array }
  /** `bytes`: the `extensions<V>` vector as it is encoded. */
  | { type: 'group_context_extensions'; extensions: Extension[]; bytes: Uint8Array }

export interface PreSharedKeyId {
  /** The whole PreSharedKeyID, nonce included (§8.4). */
  bytes: Uint8Array
  kind: 'external' | 'resumption'
  usage?: 'application' | 'reinit' | 'branch'
  nonce: Uint8Array
}

export function readProposal(r: Reader): Proposal {
  const type = r.u16()
  switch (type) {
    case 1:
      return { type: 'add', keyPackage: readKeyPackage(r) }
    case 2:
      return { type: 'update', leafNode: readLeafNode(r) }
    case 3:
      return { type: 'remove', leafIndex: r.u32() }
    case 4:
      return { type: 'psk', psk: readPreSharedKeyId(r) }
    case 5:
      skipReInit(r)
      return { type: 'reinit' }
    case 6:
      return { type: 'external_init', kemOutput: r.opaque(MAX_KEY_BYTES, 'The KEM output') }
    case 7: {
      const start = r.at
      const extensions = readExtensions(r)
      return { type: 'group_context_extensions', extensions, bytes: r.since(start) }
    }
    default:
      throw new Malformed(
        'proposalTypeIsKnown',
        'RFC 9420 §12.2',
        `Proposal type ${type} is not one that this service takes.`,
      )
  }
}

function skipReInit(r: Reader): void {
  r.opaque(MAX_GROUP_ID_BYTES, 'The group id')
  readVersion(r)
  r.u16()
  readExtensions(r)
}

function readPreSharedKeyId(r: Reader): PreSharedKeyId {
  const start = r.at
  const [kind, usage] = readPskType(r)
  const nonce = r.opaque(MAX_HASH_BYTES, 'The psk_nonce')
  return { bytes: r.since(start), kind, ...(usage && { usage }), nonce }
}

function readPskType(r: Reader): ['external'] | ['resumption', PreSharedKeyId['usage']] {
  switch (r.u8()) {
    case 1:
      r.opaque(MAX_IDENTITY_BYTES, 'The psk_id')
      return ['external']
    case 2: {
      const usage = PSK_USAGES[r.u8()]
      if (usage === undefined) throw unknownPsk()
      r.opaque(MAX_GROUP_ID_BYTES, 'The psk_group_id')
      r.u64()
      return ['resumption', usage]
    }
    default:
      throw unknownPsk()
  }
}

const PSK_USAGES = [undefined, 'application', 'reinit', 'branch'] as const

function unknownPsk(): Malformed {
  return new Malformed('pskTypeIsKnown', 'RFC 9420 §8.4', 'The psktype or its usage is unknown.')
}
