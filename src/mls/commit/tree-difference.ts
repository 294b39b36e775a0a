import { accept, refuse, type Verdict } from '../../lib/verdict.js'
import type { TreeNode } from '../tree/node.js'
import type { RatchetTree } from '../tree/ratchet-tree.js'
import { leafOfNode } from '../tree/treemath.js'
import { fault, type Fault } from '../verdict.js'
import type { LeafNode } from '../wire/leaf-node.js'

/** What a commit must have done, if one tree came of another by it. */
export interface TreeDifference {
  /** Leaf indices of the tree before. */
  removes: number[]
  /** Leaves by key package, in the order of their places: in which they were added (§12.1.1). */
  adds: LeafNode[]
  /** The committer's new leaf, if the commit has an update path. */
  pathLeaf: LeafNode | undefined
}

/**
 * Reads the proposals of a commit off the leaves that differ: one that became blank was removed,
 * one from a key package was added, and only the committer may have a new leaf of its own making.
 */
export function treeDifference(
  before: RatchetTree,
  after: readonly (TreeNode | undefined)[],
  committer: number,
): Verdict<TreeDifference, Fault> {
  const difference: TreeDifference = { removes: [], adds: [], pathLeaf: undefined }
  for (let node = 0; node < Math.max(before.width, after.length); node += 2) {
    const leafIndex = leafOfNode(node)
    const old = before.leaf(leafIndex)
    const now = leafIn(after[node])
    if (old === now) continue
    if (leafIndex === committer) {
      if (now?.source.kind !== 'commit') return refuse(rules.committerStays)
      difference.pathLeaf = now
      continue
    }
    if (old !== undefined) difference.removes.push(leafIndex)
    if (now === undefined) continue
    if (now.source.kind !== 'key_package') return refuse(rules.othersDoNotUpdate)
    difference.adds.push(now)
  }
  return accept(difference)
}

function leafIn(node: TreeNode | undefined): LeafNode | undefined {
  return node?.kind === 'leaf' ? node.leaf : undefined
}

const rules = {
  committerStays: fault(
    'committerStays',
    'RFC 9420 §12.2',
    'The new tree does not have the committer, or has it by a key package.',
  ),
  othersDoNotUpdate: fault(
    'othersDoNotUpdate',
    'protocol §4',
    'The new tree has a leaf that another than the committer made; Updates are not taken.',
  ),
}
