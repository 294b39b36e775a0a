import type { Suite } from '../suite.js'
import { concat, opaque, u32, u8 } from '../wire/writer.js'
import type { ParentNode, TreeNode } from './node.js'

const LEAF = u8(1)
const PARENT = u8(2)
const ABSENT = u8(0)
const PRESENT = u8(1)

/** Tree hash of a leaf (RFC 9420 §7.8). */
export function leafHash(suite: Suite, leafIndex: number, node: TreeNode | undefined): Uint8Array {
  const optional = node === undefined ? [ABSENT] : [PRESENT, node.bytes]
  return suite.hash(concat([LEAF, u32(leafIndex), ...optional]))
}

/** Tree hash of an intermediate node, from those of its children (RFC 9420 §7.8). */
export function parentTreeHash(
  suite: Suite,
  node: TreeNode | undefined,
  left: Uint8Array,
  right: Uint8Array,
): Uint8Array {
  const optional = node === undefined ? [ABSENT] : [PRESENT, node.bytes]
  return suite.hash(concat([PARENT, ...optional, opaque(left), opaque(right)]))
}

/** The parent hash of `node` with the copath child of that original tree hash (RFC 9420 §7.9). */
export function parentHashOf(
  suite: Suite,
  { encryptionKey, parentHash }: Pick<ParentNode, 'encryptionKey' | 'parentHash'>,
  originalSiblingTreeHash: Uint8Array,
): Uint8Array {
  return suite.hash(
    concat([opaque(encryptionKey), opaque(parentHash), opaque(originalSiblingTreeHash)]),
  )
}
