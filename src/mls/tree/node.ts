import { detached } from '../wire/bytes.js'
import { readLeafNode, type LeafNode } from '../wire/leaf-node.js'
import { Reader } from '../wire/reader.js'
import { concat, opaque, u32, u8 } from '../wire/writer.js'

/** A non-blank node of a ratchet tree (RFC 9420 §7). */
export type TreeNode = LeafTreeNode | ParentNode

export interface LeafTreeNode {
  kind: 'leaf'
  /** The LeafNode struct. */
  bytes: Uint8Array
  leaf: LeafNode
}

/** RFC 9420 §7.1. */
export interface ParentNode {
  kind: 'parent'
  /** The ParentNode struct. */
  bytes: Uint8Array
  encryptionKey: Uint8Array
  parentHash: Uint8Array
  /** Leaf indices, ascending. */
  unmergedLeaves: readonly number[]
}

export function leafTreeNode(leaf: LeafNode): LeafTreeNode {
  return { kind: 'leaf', bytes: leaf.bytes, leaf }
}

/** The same leaf in memory of its own: a slice would keep the message alive that it came in. */
export function detachedLeafNode(leaf: LeafNode): LeafTreeNode {
  return leafTreeNode(readLeafNode(new Reader(detached(leaf.bytes))))
}

/** A parent node in memory of its own. */
export function parentNode(
  encryptionKey: Uint8Array,
  parentHash: Uint8Array,
  unmergedLeaves: readonly number[],
): ParentNode {
  const bytes = detached(
    concat([opaque(encryptionKey), opaque(parentHash), opaque(concat(unmergedLeaves.map(u32)))]),
  )
  const r = new Reader(bytes)
  return {
    kind: 'parent',
    bytes,
    encryptionKey: r.opaque(encryptionKey.length, 'An encryption key'),
    parentHash: r.opaque(parentHash.length, 'A parent hash'),
    unmergedLeaves,
  }
}

export function encryptionKeyOf(node: TreeNode): Uint8Array {
  return node.kind === 'leaf' ? node.leaf.encryptionKey : node.encryptionKey
}

/** An entry `optional<Node>` of the ratchet_tree vector (RFC 9420 §12.4.3.3), before its struct. */
export const ENTRY_HEADERS = {
  leaf: Uint8Array.of(1, 1),
  parent: Uint8Array.of(1, 2),
} as const

export const BLANK_ENTRY = u8(0)
