import type { TreeNode } from './node.js'
import { isLeafNode, leftOf, nodeOfLeaf, rightOf, siblingOf } from './treemath.js'

type Nodes = readonly (TreeNode | undefined)[]

/** The nodes that together cover a subtree (RFC 9420 §4.1.1), in its order. */
export function resolutionOf(nodes: Nodes, node: number): number[] {
  const resolution: number[] = []
  const collect = (at: number): void => {
    const here = nodes[at]
    if (here !== undefined) {
      resolution.push(at)
      if (here.kind === 'parent') resolution.push(...here.unmergedLeaves.map(nodeOfLeaf))
    } else if (!isLeafNode(at)) {
      collect(leftOf(at))
      collect(rightOf(at))
    }
  }
  collect(node)
  return resolution
}

/**
 * The part of a direct path that a commit sets (RFC 9420 §4.1.2): a node whose child on the copath
 * covers nobody is left out. With each node comes that copath child and its resolution.
 */
export function filteredPath(nodes: Nodes, leafNode: number, path: readonly number[]): PathStep[] {
  const steps: PathStep[] = []
  let below = leafNode
  for (const node of path) {
    const copath = siblingOf(below)
    const resolution = resolutionOf(nodes, copath)
    if (resolution.length > 0) steps.push({ node, copath, resolution })
    below = node
  }
  return steps
}

export interface PathStep {
  node: number
  copath: number
  resolution: number[]
}
