import { parentNode, type TreeNode } from './node.js'
import type { RatchetTree } from './ratchet-tree.js'
import { leafHash, parentTreeHash } from './tree-hash.js'
import { isLeafNode, leafOfNode, leftOf, nodeOfLeaf, rightOf, spanOf } from './treemath.js'

/**
 * Tree hashes of subtrees without some of their leaves (RFC 9420 §7.9): these are blank, and in no
 * list of unmerged leaves. Only the paths to them are hashed again, and not even those where the
 * same leaves were taken from the same subtree before, which is the rule among nested subtrees.
 */
export class OriginalTreeHashes {
  readonly #last = new Map<number, { without: readonly number[]; hash: Uint8Array }>()

  constructor(private readonly tree: RatchetTree) {}

  /** @param without leaf indices, ascending; those outside of the subtree do not matter. */
  of(subtree: number, without: readonly number[]): Uint8Array {
    const [first, last] = spanOf(subtree)
    const from = lowerBound(without, first)
    return this.#hashOf(subtree, without.slice(from, lowerBound(without, last + 1)))
  }

  #hashOf(at: number, without: readonly number[]): Uint8Array {
    const { tree } = this
    if (without.length === 0) return tree.hashOf(at)
    if (isLeafNode(at)) return leafHash(tree.suite, leafOfNode(at), undefined)
    const known = this.#last.get(at)
    if (known !== undefined && isSame(known.without, without)) return known.hash
    const split = lowerBound(without, at)
    const hash = parentTreeHash(
      tree.suite,
      withoutUnmerged(tree.nodes[at], new Set(without)),
      this.#hashOf(leftOf(at), without.slice(0, split)),
      this.#hashOf(rightOf(at), without.slice(split)),
    )
    this.#last.set(at, { without, hash })
    return hash
  }
}

function withoutUnmerged(
  node: TreeNode | undefined,
  gone: ReadonlySet<number>,
): TreeNode | undefined {
  if (node?.kind !== 'parent' || node.unmergedLeaves.length === 0) return node
  const { encryptionKey, parentHash, unmergedLeaves } = node
  return parentNode(
    encryptionKey,
    parentHash,
    unmergedLeaves.filter((leafIndex) => !gone.has(leafIndex)),
  )
}

/** The first place whose leaf's node is not before `node`. */
function lowerBound(leaves: readonly number[], node: number): number {
  let low = 0
  let high = leaves.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (nodeOfLeaf(leaves[middle]!) < node) low = middle + 1
    else high = middle
  }
  return low
}

function isSame(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((leaf, i) => leaf === b[i])
}
