import { readCapabilities, type Capabilities } from './capabilities.js'
import { readExtensions, type Extension } from './extension.js'
import {
  MAX_CERTIFICATES,
  MAX_HASH_BYTES,
  MAX_IDENTITY_BYTES,
  MAX_KEY_BYTES,
  MAX_SIGNATURE_BYTES,
} from './limits.js'
import { Malformed } from './malformed.js'
import type { Reader } from './reader.js'

export const BASIC_CREDENTIAL = 1
const X509_CREDENTIAL = 2

/** RFC 9420 §7.2. */
export interface LeafNode {
  /** The whole struct. */
  bytes: Uint8Array
  /** What LeafNodeTBS begins with: all but the signature. */
  signed: Uint8Array
  encryptionKey: Uint8Array
  signatureKey: Uint8Array
  credentialType: number
  /** Of a BasicCredential (§5.3); empty for another type. */
  identity: Uint8Array
  capabilities: Capabilities
  source: LeafNodeSource
  extensions: Extension[]
  signature: Uint8Array
}

/** How the leaf came to be (`leaf_node_source`), with what belongs to that. */
export type LeafNodeSource =
  | { kind: 'key_package'; notBefore: number; notAfter: number }
  | { kind: 'update' }
  | { kind: 'commit'; parentHash: Uint8Array }

export function readLeafNode(r: Reader): LeafNode {
  const start = r.at
  const encryptionKey = r.opaque(MAX_KEY_BYTES, 'An encryption key')
  const signatureKey = r.opaque(MAX_KEY_BYTES, 'A signature key')
  const credentialType = r.u16()
  const identity = readCredential(r, credentialType)
  const capabilities = readCapabilities(r)
  const source = readSource(r)
  const extensions = readExtensions(r)
  const signed = r.since(start)
  const signature = r.opaque(MAX_SIGNATURE_BYTES, 'A signature')
  return {
    bytes: r.since(start),
    signed,
    encryptionKey,
    signatureKey,
    credentialType,
    identity,
    capabilities,
    source,
    extensions,
    signature,
  }
}

const NO_IDENTITY = new Uint8Array()

function readCredential(r: Reader, type: number): Uint8Array {
  switch (type) {
    case BASIC_CREDENTIAL:
      return r.opaque(MAX_IDENTITY_BYTES, 'The identity')
    case X509_CREDENTIAL:
      r.list(MAX_CERTIFICATES, 'certificates', (inner) =>
        inner.opaque(MAX_IDENTITY_BYTES, 'A certificate'),
      )
      return NO_IDENTITY
    default:
      throw new Malformed(
        'credentialTypeIsKnown',
        'RFC 9420 §5.3',
        `Credential type ${type} is unknown; use a BasicCredential.`,
      )
  }
}

/** Lifetimes are seconds since 1970; above 2^53 they are only known to be large. */
function readSource(r: Reader): LeafNodeSource {
  switch (r.u8()) {
    case 1:
      return { kind: 'key_package', notBefore: r.u64(), notAfter: r.u64() }
    case 2:
      return { kind: 'update' }
    case 3:
      return { kind: 'commit', parentHash: r.opaque(MAX_HASH_BYTES, 'A parent hash') }
    default:
      throw new Malformed(
        'leafNodeSourceIsKnown',
        'RFC 9420 §7.2',
        'The leaf_node_source is unknown.',
      )
  }
}
