import { checkBudget } from '../time-budget.js'
import { fault, type Fault } from '../verdict.js'
import { equalBytes } from '../wire/bytes.js'
import { OriginalTreeHashes } from './original-tree-hash.js'
import type { ParentNode, TreeNode } from './node.js'
import type { RatchetTree } from './ratchet-tree.js'
import { resolutionOf } from './resolution.js'
import { parentHashOf } from './tree-hash.js'
import { idsOf } from './tree-index.js'
import { covers, leftOf, nodeOfLeaf, rightOf } from './treemath.js'

/**
 * The integrity of a tree whose history is not known (RFC 9420 §12.4.3.1): keys and identities occur
 * once, unmerged leaves are what they should be, and each parent node is parent-hash valid (§7.9.2).
 * Leaves by themselves are checked elsewhere.
 *
 * The time is O(n log n) for n leaves whatever the tree looks like: an unmerged leaf is listed at
 * most once in each of its ancestors, and only below those is anything hashed twice.
 */
export function treeFault(tree: RatchetTree): Fault | undefined {
  if (!isEachIdUnique(tree)) return rules.idsAreUnique
  for (const [at, node] of tree.nodes.entries()) {
    if (node?.kind !== 'parent') continue
    checkBudget()
    if (!hasRealUnmergedLeaves(tree, at, node)) return rules.unmergedLeavesAreReal
  }
  const originals = new OriginalTreeHashes(tree)
  for (const [at, node] of tree.nodes.entries()) {
    if (node?.kind !== 'parent') continue
    if (!isParentHashValid(tree, originals, at, node)) return rules.parentHashIsValid
  }
  return undefined
}

function isEachIdUnique({ nodes, suite }: RatchetTree): boolean {
  const seen = new Set<string>()
  for (const node of nodes) {
    if (node === undefined) continue
    for (const id of idsOf(node, suite)) {
      if (seen.has(id)) return false
      seen.add(id)
    }
  }
  return true
}

/**
 * Each is a member below the node, and the next non-blank node on the way down lists it as well;
 * that one answers for those below it.
 */
function hasRealUnmergedLeaves(
  { nodes }: RatchetTree,
  at: number,
  { unmergedLeaves }: ParentNode,
): boolean {
  return unmergedLeaves.every((leafIndex) => {
    const leafNode = nodeOfLeaf(leafIndex)
    if (!covers(at, leafNode) || nodes[leafNode] === undefined) return false
    let below = at
    do below = leafNode < below ? leftOf(below) : rightOf(below)
    while (nodes[below] === undefined)
    return below === leafNode || includes((nodes[below] as ParentNode).unmergedLeaves, leafIndex)
  })
}

/**
 * Exactly one descendant must hold the parent hash of the node: in the resolution of one child, the
 * one that is left when the node's unmerged leaves are taken away.
 */
function isParentHashValid(
  tree: RatchetTree,
  originals: OriginalTreeHashes,
  at: number,
  node: ParentNode,
): boolean {
  const sides = [
    { child: leftOf(at), sibling: rightOf(at) },
    { child: rightOf(at), sibling: leftOf(at) },
  ]
  const valid = sides.filter(({ child, sibling }) => {
    const descendant = onlyMerged(tree, child, node.unmergedLeaves)
    const found = descendant && parentHashIn(descendant)
    if (found === undefined) return false
    const original = originals.of(sibling, node.unmergedLeaves)
    return equalBytes(found, parentHashOf(tree.suite, node, original))
  })
  return valid.length === 1
}

/** The one node of the child's resolution that is no unmerged leaf, if the others all are. */
function onlyMerged(
  { nodes }: RatchetTree,
  child: number,
  unmergedLeaves: readonly number[],
): TreeNode | undefined {
  const unmerged = new Set(unmergedLeaves.map(nodeOfLeaf).filter((leaf) => covers(child, leaf)))
  const resolution = resolutionOf(nodes, child)
  const merged = resolution.filter((node) => !unmerged.has(node))
  const isWhole = merged.length === 1 && resolution.length === unmerged.size + 1
  return isWhole ? nodes[merged[0]!] : undefined
}

function parentHashIn(node: TreeNode): Uint8Array | undefined {
  if (node.kind === 'parent') return node.parentHash
  return node.leaf.source.kind === 'commit' ? node.leaf.source.parentHash : undefined
}

/** In an ascending list. */
function includes(list: readonly number[], value: number): boolean {
  let low = 0
  let high = list.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (list[middle]! < value) low = middle + 1
    else high = middle
  }
  return list[low] === value
}

const rules = {
  idsAreUnique: fault(
    'treeIdsAreUnique',
    'RFC 9420 §7.3',
    'A key or a device occurs twice in the tree.',
  ),
  unmergedLeavesAreReal: fault(
    'unmergedLeavesAreReal',
    'RFC 9420 §12.4.3.1',
    'An unmerged leaf is blank, elsewhere in the tree, or not listed by a node on the way to it.',
  ),
  parentHashIsValid: fault(
    'parentHashIsValid',
    'RFC 9420 §7.9.2',
    'A parent node of the tree is not parent-hash valid.',
  ),
}
