/**
 * The array representation of RFC 9420 appendix C: leaf i is node 2i, and parents stand between
 * their subtrees. An index means the same place when the tree is extended or truncated. A width is
 * a number of nodes, always 2^(d+1) - 1.
 */

export function isLeafNode(node: number): boolean {
  return (node & 1) === 0
}

export function nodeOfLeaf(leafIndex: number): number {
  return 2 * leafIndex
}

export function leafOfNode(node: number): number {
  return node >> 1
}

/** The smallest width with room for `nodes` nodes. */
export function widthFor(nodes: number): number {
  let width = 1
  while (width < nodes) width = 2 * width + 1
  return width
}

export function rootOf(width: number): number {
  return width >> 1
}

export function leftOf(node: number): number {
  return node ^ (1 << (level(node) - 1))
}

export function rightOf(node: number): number {
  return node ^ (3 << (level(node) - 1))
}

/** Of any node but the root. */
export function parentOf(node: number): number {
  const k = level(node)
  return (node | (1 << k)) & ~(1 << (k + 1))
}

export function siblingOf(node: number): number {
  const parent = parentOf(node)
  return node < parent ? rightOf(parent) : leftOf(parent)
}

/** The ancestors of a node, from its parent to the root. */
export function directPath(node: number, width: number): number[] {
  const root = rootOf(width)
  const path: number[] = []
  for (let at = node; at !== root;) {
    at = parentOf(at)
    path.push(at)
  }
  return path
}

/** The first and the last node of a subtree; both are leaves. */
export function spanOf(node: number): [first: number, last: number] {
  const reach = (1 << level(node)) - 1
  return [node - reach, node + reach]
}

/** Whether a leaf's node stands in the subtree of `node`. */
export function covers(node: number, leafNode: number): boolean {
  const [first, last] = spanOf(node)
  return leafNode >= first && leafNode <= last
}

/** The number of trailing one bits; 0 for a leaf. */
function level(node: number): number {
  return 31 - Math.clz32(~node & (node + 1))
}
