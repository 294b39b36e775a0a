import { readLeafNode, type LeafNode } from './leaf-node.js'
import {
  MAX_CIPHERTEXT_BYTES,
  MAX_HASH_BYTES,
  MAX_KEY_BYTES,
  MAX_LEAVES,
  MAX_PATH_NODES,
  MAX_PROPOSALS,
} from './limits.js'
import { Malformed } from './malformed.js'
import { readPresence } from './protocol.js'
import { readProposal, type Proposal } from './proposal.js'
import { tooMany, type Reader } from './reader.js'

/** RFC 9420 §12.4. */
export interface Commit {
  proposals: ProposalOrRef[]
  path?: UpdatePath
}

export type ProposalOrRef = Proposal | { type: 'reference' }

/** RFC 9420 §7.6. */
export interface UpdatePath {
  leafNode: LeafNode
  nodes: UpdatePathNode[]
}

export interface UpdatePathNode {
  encryptionKey: Uint8Array
  /** The HPKECiphertexts are opaque to the service; it knows how many and how long they must be. */
  ciphertexts: CiphertextSizes
}

export interface CiphertextSizes {
  count: number
  /** All of one size each, or undefined where they differ (or there are none). */
  kemOutputBytes?: number
  ciphertextBytes?: number
}

export function readCommit(r: Reader): Commit {
  const proposals = r.list(MAX_PROPOSALS, 'proposals', readProposalOrRef)
  return readPresence(r) ? { proposals, path: readUpdatePath(r) } : { proposals }
}

function readProposalOrRef(r: Reader): ProposalOrRef {
  switch (r.u8()) {
    case 1:
      return readProposal(r)
    case 2:
      r.opaque(MAX_HASH_BYTES, 'A proposal reference')
      return { type: 'reference' }
    default:
      throw new Malformed(
        'proposalOrRefTypeIsKnown',
        'RFC 9420 §12.4',
        'An entry of the proposal list is neither a proposal nor a reference.',
      )
  }
}

function readUpdatePath(r: Reader): UpdatePath {
  const leafNode = readLeafNode(r)
  const nodes = r.list(MAX_PATH_NODES, 'nodes in the update path', readUpdatePathNode)
  return { leafNode, nodes }
}

function readUpdatePathNode(r: Reader): UpdatePathNode {
  const encryptionKey = r.opaque(MAX_KEY_BYTES, 'An encryption key')
  return { encryptionKey, ciphertexts: readCiphertextSizes(r.vector()) }
}

export function readCiphertextSizes(r: Reader): CiphertextSizes {
  if (r.done) return { count: 0 }
  const { kemOutput, ciphertext } = readHpkeCiphertext(r)
  let count = 1
  let uniform = true
  while (!r.done) {
    if (count === MAX_LEAVES) throw tooMany('ciphertexts for one node', MAX_LEAVES)
    const next = readHpkeCiphertext(r)
    uniform &&= next.kemOutput === kemOutput && next.ciphertext === ciphertext
    count++
  }
  return uniform ? { count, kemOutputBytes: kemOutput, ciphertextBytes: ciphertext } : { count }
}

/** The lengths of an HPKECiphertext's parts (RFC 9420 §7.6). */
export function readHpkeCiphertext(r: Reader): { kemOutput: number; ciphertext: number } {
  const kemOutput = r.opaque(MAX_KEY_BYTES, 'A KEM output').length
  const ciphertext = r.opaque(MAX_CIPHERTEXT_BYTES, 'An HPKE ciphertext').length
  return { kemOutput, ciphertext }
}
