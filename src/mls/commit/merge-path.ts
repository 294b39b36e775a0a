import { accept, refuse, type Verdict } from '../../lib/verdict.js'
import type { PublicGroup } from '../public-group.js'
import type { RatchetTree } from '../tree/ratchet-tree.js'
import { filteredPath } from '../tree/resolution.js'
import { directPath, nodeOfLeaf } from '../tree/treemath.js'
import { fault, type Fault } from '../verdict.js'
import type { CiphertextSizes } from '../wire/commit.js'
import type { LeafNode } from '../wire/leaf-node.js'
import { applyPath } from './apply-path.js'
import type { Proposed } from './apply-proposals.js'
import { ciphertextFault } from './ciphertexts.js'
import { pathLeafFault } from './path-leaf.js'

export interface PathToMerge {
  leafIndex: number
  leafNode: LeafNode
  /** The leaf that it replaces. */
  former: LeafNode | undefined
  /** From the leaf to the root. `ciphertexts` where they can be seen. */
  nodes: readonly { encryptionKey: Uint8Array; ciphertexts?: CiphertextSizes }[]
}

/** Checks an update path against the tree that the proposals made, and merges it (RFC 9420 §12.4.2). */
export function mergePath(
  group: PublicGroup,
  { tree, added, extensions }: Proposed,
  { leafIndex, leafNode, former, nodes }: PathToMerge,
): Verdict<RatchetTree, Fault> {
  const { suite } = tree
  const leafNodeIndex = nodeOfLeaf(leafIndex)
  const steps = filteredPath(tree.nodes, leafNodeIndex, directPath(leafNodeIndex, tree.width))
  if (nodes.length !== steps.length) return refuse(PATH_LENGTH)
  const position = { groupId: group.groupId, leafIndex }
  const broken =
    ciphertextFault(nodes, steps, new Set(added.map(nodeOfLeaf)), suite) ??
    pathLeafFault(leafNode, suite, position, extensions, former)
  if (broken !== undefined) return refuse(broken)
  const keys = nodes.map(({ encryptionKey }) => encryptionKey)
  const merged = applyPath(tree, leafIndex, steps, { leafNode, keys })
  return merged.ok ? accept(merged.value) : merged
}

const PATH_LENGTH = fault(
  'pathLength',
  'RFC 9420 §7.5',
  'The update path does not have one node for each of the filtered direct path.',
)
