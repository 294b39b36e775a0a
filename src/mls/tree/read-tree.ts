import { readLeafNode } from '../wire/leaf-node.js'
import { MAX_HASH_BYTES, MAX_KEY_BYTES, MAX_LEAVES, MAX_TREE_NODES } from '../wire/limits.js'
import { Malformed } from '../wire/malformed.js'
import { readPresence } from '../wire/protocol.js'
import { Reader, tooMany } from '../wire/reader.js'
import { ENTRY_HEADERS, leafTreeNode, type ParentNode, type TreeNode } from './node.js'
import { isLeafNode } from './treemath.js'

/**
 * The stored nodes of a ratchet_tree extension (RFC 9420 §12.4.3.3), up to the last that is not
 * blank. Where an entry is the one that `known` has in that place, that node is answered, so that
 * what did not change is neither parsed nor hashed again.
 */
export function readRatchetTree(
  data: Uint8Array,
  known: readonly (TreeNode | undefined)[] = [],
): (TreeNode | undefined)[] {
  const whole = new Reader(data)
  const r = whole.vector()
  whole.finish('ratchet_tree')
  const nodes: (TreeNode | undefined)[] = []
  while (!r.done) {
    if (nodes.length === MAX_TREE_NODES) throw tooMany('leaves', MAX_LEAVES)
    nodes.push(readKnown(r, known[nodes.length]) ?? readEntry(r, nodes.length))
  }
  if (nodes.at(-1) === undefined) {
    throw new Malformed(
      'lastNodeIsNotBlank',
      'RFC 9420 §12.4.3.3',
      'The ratchet_tree is empty or ends with a blank node.',
    )
  }
  return nodes
}

/** No encoding is the beginning of another, so equal first bytes are the whole node. */
function readKnown(r: Reader, node: TreeNode | undefined): TreeNode | undefined {
  if (node === undefined || r.bytes[r.at] !== 1) return undefined
  const { bytes } = node
  const start = r.at + 2
  const end = start + bytes.length
  if (end > r.end || r.bytes[r.at + 1] !== ENTRY_HEADERS[node.kind][1]) return undefined
  if (Buffer.compare(r.bytes.subarray(start, end), bytes) !== 0) return undefined
  r.at = end
  return node
}

function readEntry(r: Reader, index: number): TreeNode | undefined {
  if (!readPresence(r)) return undefined
  const type = r.u8()
  if (type !== (isLeafNode(index) ? 1 : 2)) {
    throw new Malformed(
      'nodeTypeFitsPlace',
      'RFC 9420 §12.4.3.3',
      'The ratchet_tree has a leaf in the place of a parent, or a parent in that of a leaf.',
    )
  }
  return type === 1 ? leafTreeNode(readLeafNode(r)) : readParentNode(r)
}

function readParentNode(r: Reader): ParentNode {
  const start = r.at
  const encryptionKey = r.opaque(MAX_KEY_BYTES, 'An encryption key')
  const parentHash = r.opaque(MAX_HASH_BYTES, 'A parent hash')
  const unmergedLeaves = r.list(MAX_LEAVES, 'unmerged leaves', (inner) => inner.u32())
  for (let i = 1; i < unmergedLeaves.length; i++) {
    if (unmergedLeaves[i - 1]! >= unmergedLeaves[i]!) {
      throw new Malformed(
        'unmergedLeavesAscend',
        'RFC 9420 §7.1',
        'The unmerged_leaves of a node are not in ascending order.',
      )
    }
  }
  return { kind: 'parent', bytes: r.since(start), encryptionKey, parentHash, unmergedLeaves }
}
