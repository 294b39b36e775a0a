import { readExtensions, type Extension } from './extension.js'
import { readLeafNode, type LeafNode } from './leaf-node.js'
import { MAX_KEY_BYTES, MAX_SIGNATURE_BYTES } from './limits.js'
import { readVersion } from './protocol.js'
import type { Reader } from './reader.js'

/** RFC 9420 §10. */
export interface KeyPackage {
  /** The KeyPackage struct, without the MLSMessage header: what KeyPackageRef hashes. */
  bytes: Uint8Array
  /** KeyPackageTBS. */
  signed: Uint8Array
  cipherSuite: number
  initKey: Uint8Array
  leafNode: LeafNode
  extensions: Extension[]
  signature: Uint8Array
}

export function readKeyPackage(r: Reader): KeyPackage {
  const start = r.at
  readVersion(r)
  const cipherSuite = r.u16()
  const initKey = r.opaque(MAX_KEY_BYTES, 'The init key')
  const leafNode = readLeafNode(r)
  const extensions = readExtensions(r)
  const signed = r.since(start)
  const signature = r.opaque(MAX_SIGNATURE_BYTES, 'A signature')
  return { bytes: r.since(start), signed, cipherSuite, initKey, leafNode, extensions, signature }
}
