import type { CiphersuiteImpl, GroupContext, RatchetTree } from 'ts-mls'
import { verifyLeafNodeSignature, verifyLeafNodeSignatureKeyPackage } from 'ts-mls/leafNode.js'
import type { LeafNodeKeyPackage } from 'ts-mls/leafNode.js'
import { verifyParentHashes } from 'ts-mls/parentHash.js'
import { getHpkePublicKey } from 'ts-mls/ratchetTree.js'
import { treeHashRoot } from 'ts-mls/treeHash.js'
import { directPath, leafToNodeIndex, leafWidth, toLeafIndex } from 'ts-mls/treemath.js'
import { MlsClientError } from '../errors.js'
import { hex, sameBytes } from '../lib/bytes.js'
import { deviceNameOf } from './identity.js'

/**
 * Checks a ratchet tree that came from outside (RFC 9420 §12.4.3.1), or throws.
 *
 * It stands in for ts-mls's `validateRatchetTree`, which demands that all ancestors of an unmerged
 * leaf have equal lists of unmerged leaves, and so refuses groups that are in order: a commit from
 * another branch re-keys the upper part of a path, and its list is empty then. RFC 9420 §7.9 asks
 * that an unmerged leaf be a non-blank descendant, listed by every non-blank node below the one that
 * lists it.
 */
export async function checkTree(
  tree: RatchetTree,
  context: GroupContext,
  suite: CiphersuiteImpl,
): Promise<void> {
  if (!sameBytes(await treeHashRoot(tree, suite.hash), context.treeHash)) throw bad('tree hash')
  checkUniqueness(tree)
  checkUnmergedLeaves(tree)
  await checkLeafSignatures(tree, context, suite)
  if (!(await verifyParentHashes(tree, suite.hash))) throw bad('parent hashes')
}

function checkUniqueness(tree: RatchetTree): void {
  const seen = new Set<string>()
  const once = (what: string) => {
    if (seen.has(what)) throw bad('a key or a device occurs twice')
    seen.add(what)
  }
  for (const node of tree) {
    if (node === undefined) continue
    once(`hpke ${hex(getHpkePublicKey(node))}`)
    if (node.nodeType !== 'leaf') continue
    once(`signature ${hex(node.leaf.signaturePublicKey)}`)
    const name = deviceNameOf(node.leaf.credential)
    if (name === undefined) throw bad('a credential that is not a device')
    once(`device ${name.did}#${name.deviceId}`)
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

function bad(what: string): MlsClientError {
  return new MlsClientError('invalid', `ratchet tree refused: ${what}`)
}
