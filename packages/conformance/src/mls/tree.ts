import type { CiphersuiteImpl, GroupContext, RatchetTree } from 'ts-mls'
import { verifyLeafNodeSignature, verifyLeafNodeSignatureKeyPackage } from 'ts-mls/leafNode.js'
import type { LeafNodeKeyPackage } from 'ts-mls/leafNode.js'
import { verifyParentHashes } from 'ts-mls/parentHash.js'
import { getHpkePublicKey } from 'ts-mls/ratchetTree.js'
import { treeHashRoot } from 'ts-mls/treeHash.js'
import { directPath, leafToNodeIndex, leafWidth, toLeafIndex } from 'ts-mls/treemath.js'
import { hex, sameBytes } from './wire.js'

/**
 * Checks a ratchet tree that came from outside (RFC 9420 §12.4.3.1), or throws.
 *
 * It stands in for ts-mls's `validateRatchetTree`, which demands that *all* ancestors of an unmerged
 * leaf have equal lists of unmerged leaves. That is wrong whenever a commit from another branch has
 * re-keyed the upper part of the path (its list is empty then, the lower node's is not), and makes
 * `joinGroup` and `joinGroupExternal` refuse groups that are in order. What RFC 9420 §7.9 asks for is
 * checked here: an unmerged leaf is a non-blank descendant, and stands in the list of every non-blank
 * node *between* it and the node that names it.
 */
export async function checkTree(
  tree: RatchetTree,
  context: GroupContext,
  suite: CiphersuiteImpl,
  { parentHashes = true }: { parentHashes?: boolean } = {},
): Promise<void> {
  if (!sameBytes(await treeHashRoot(tree, suite.hash), context.treeHash)) throw bad('tree hash')
  checkUniqueKeys(tree)
  checkUnmergedLeaves(tree)
  await checkLeafSignatures(tree, context, suite)
  // Quadratic in ts-mls: a benchmark of 1,000 members joins without it.
  if (parentHashes && !(await verifyParentHashes(tree, suite.hash))) throw bad('parent hashes')
}

function checkUniqueKeys(tree: RatchetTree): void {
  const seen = new Set<string>()
  for (const node of tree) {
    if (node === undefined) continue
    const keys = [`hpke ${hex(getHpkePublicKey(node))}`]
    if (node.nodeType === 'leaf') keys.push(`signature ${hex(node.leaf.signaturePublicKey)}`)
    for (const key of keys) {
      if (seen.has(key)) throw bad('a key occurs twice')
      seen.add(key)
    }
  }
}

function checkUnmergedLeaves(tree: RatchetTree): void {
  const width = leafWidth(tree.length)
  for (const [index, node] of tree.entries()) {
    if (node?.nodeType !== 'parent') continue
    for (const leaf of node.parent.unmergedLeaves) {
      const leafNode = leafToNodeIndex(toLeafIndex(leaf))
      const path = directPath(leafNode, width)
      const upTo = path.findIndex((ancestor) => ancestor === index)
      if (upTo < 0 || tree[leafNode]?.nodeType !== 'leaf') throw bad('unmerged leaf')
      for (const between of path.slice(0, upTo)) {
        const inner = tree[between]
        if (inner?.nodeType === 'parent' && !inner.parent.unmergedLeaves.includes(leaf)) {
          throw bad('unmerged leaf not listed below')
        }
      }
    }
  }
}

async function checkLeafSignatures(
  tree: RatchetTree,
  context: GroupContext,
  suite: CiphersuiteImpl,
): Promise<void> {
  for (const [index, node] of tree.entries()) {
    if (node === undefined) continue
    if ((node.nodeType === 'leaf') !== (index % 2 === 0)) throw bad('node in the wrong place')
    if (node.nodeType !== 'leaf') continue
    const valid =
      node.leaf.leafNodeSource === 'key_package'
        ? await verifyLeafNodeSignatureKeyPackage(node.leaf as LeafNodeKeyPackage, suite.signature)
        : await verifyLeafNodeSignature(node.leaf, context.groupId, index / 2, suite.signature)
    if (!valid) throw bad(`signature of leaf ${index / 2}`)
  }
}

function bad(what: string): Error {
  return new Error(`ratchet tree refused: ${what}`)
}
