import { getCiphersuiteFromName, getCiphersuiteImpl } from 'ts-mls'
import { decodeRatchetTree, resolution, type RatchetTree as TsMlsTree } from 'ts-mls/ratchetTree.js'
import { treeHash } from 'ts-mls/treeHash.js'
import { toNodeIndex } from 'ts-mls/treemath.js'
import { describe, expect, test } from 'vitest'
import { hasValidLeafSignature } from '../../../src/mls/leaf.js'
import { suiteById } from '../../../src/mls/suite.js'
import { treeFault } from '../../../src/mls/tree/check-tree.js'
import { parentNode, type TreeNode } from '../../../src/mls/tree/node.js'
import { RatchetTree } from '../../../src/mls/tree/ratchet-tree.js'
import { readRatchetTree } from '../../../src/mls/tree/read-tree.js'
import { resolutionOf } from '../../../src/mls/tree/resolution.js'
import { TreeDraft } from '../../../src/mls/tree/tree-draft.js'
import {
  directPath,
  isLeafNode,
  leftOf,
  parentOf,
  rightOf,
  rootOf,
  siblingOf,
} from '../../../src/mls/tree/treemath.js'
import { readProposal } from '../../../src/mls/wire/proposal.js'
import { Reader } from '../../../src/mls/wire/reader.js'
import { fromHex, readVectors, toHex } from './vectors.js'

interface TreeMath {
  n_leaves: number
  n_nodes: number
  root: number
  left: (number | null)[]
  right: (number | null)[]
  parent: (number | null)[]
  sibling: (number | null)[]
}

test.each(readVectors<TreeMath>('tree-math'))('tree of $n_leaves leaves', (vector) => {
  const { n_nodes: width, root } = vector
  expect(rootOf(width)).toBe(root)
  for (let node = 0; node < width; node++) {
    if (!isLeafNode(node)) {
      expect(leftOf(node)).toBe(vector.left[node])
      expect(rightOf(node)).toBe(vector.right[node])
    }
    if (node !== root) {
      expect(parentOf(node)).toBe(vector.parent[node])
      expect(siblingOf(node)).toBe(vector.sibling[node])
    }
    expect(directPath(node, width).at(-1) ?? node).toBe(root)
  }
})

interface TreeValidation {
  cipher_suite: number
  group_id: string
  tree: string
  tree_hashes: string[]
  resolutions: number[][]
}

describe('trees of the working group', () => {
  const vectors = readVectors<TreeValidation>('tree-validation').map((vector, n) => ({
    ...vector,
    name: `${n}, suite ${vector.cipher_suite}`,
  }))

  test.each(vectors)('$name is valid, with these hashes and resolutions', (vector) => {
    const tree = read(vector)
    expect(treeFault(tree)).toBeUndefined()
    vector.tree_hashes.forEach((hash, node) => expect(toHex(tree.hashOf(node))).toBe(hash))
    vector.resolutions.forEach((nodes, node) =>
      expect(resolutionOf(tree.nodes, node)).toEqual(nodes),
    )
    const groupId = fromHex(vector.group_id)
    for (const { leaf, leafIndex } of tree.leaves()) {
      expect(hasValidLeafSignature(tree.suite, leaf, { groupId, leafIndex })).toBe(true)
    }
    expect(tree.isEncodedAs(fromHex(vector.tree))).toBe(true)
  })

  test.each(vectors.filter(({ cipher_suite }) => cipher_suite === 1))(
    '$name: each hash and resolution is that of ts-mls',
    async (vector) => {
      const tree = read(vector)
      const theirs = decodeRatchetTree(fromHex(vector.tree), 0)![0] as TsMlsTree
      const suite = await getCiphersuiteImpl(getCiphersuiteFromName(tree.suite.name))
      expect(theirs.length).toBe(tree.width)
      for (let node = 0; node < tree.width; node++) {
        const at = toNodeIndex(node)
        expect(toHex(tree.hashOf(node))).toBe(toHex(await treeHash(theirs, at, suite.hash)))
        expect(resolutionOf(tree.nodes, node)).toEqual(resolution(theirs, at))
      }
    },
  )

  test('with any one parent hash, key or unmerged list changed are invalid', () => {
    let tried = 0
    for (const vector of vectors.filter(({ cipher_suite }) => cipher_suite === 1)) {
      const tree = read(vector)
      tree.nodes.forEach((node, at) => {
        if (node?.kind !== 'parent') return
        for (const changed of spoilt(node, tree)) {
          expect(
            treeFault(tree.derive(tree.nodes.with(at, changed), new Set([at]), new Map())),
          ).toBeDefined()
          tried++
        }
      })
    }
    expect(tried).toBeGreaterThan(100)
  })
})

interface TreeOperation {
  cipher_suite: number
  tree_before: string
  proposal: string
  proposal_sender: number
  tree_hash_before: string
  tree_after: string
  tree_hash_after: string
}

test.each(readVectors<TreeOperation>('tree-operations').map((v, n) => ({ ...v, n })))(
  'operation $n on a tree',
  (vector) => {
    const before = read({ ...vector, tree: vector.tree_before })
    expect(toHex(before.hash)).toBe(vector.tree_hash_before)
    const proposal = readProposal(new Reader(fromHex(vector.proposal)))
    const draft = new TreeDraft(before)
    if (proposal.type === 'add') draft.addLeaf(proposal.keyPackage.leafNode)
    else if (proposal.type === 'remove') {
      draft.removeLeaf(proposal.leafIndex)
      draft.truncate()
    } else if (proposal.type === 'update') {
      // No commit here has an Update, but the tree can do what one does.
      const leafNode = 2 * vector.proposal_sender
      for (const node of [leafNode, ...draft.pathOf(vector.proposal_sender)]) draft.blank(node)
      const { leafNode: leaf } = proposal
      draft.set(leafNode, { kind: 'leaf', bytes: leaf.bytes, leaf })
    } else throw new Error(proposal.type)
    const after = draft.finish()
    expect(toHex(after.hash)).toBe(vector.tree_hash_after)
    expect(after.isEncodedAs(fromHex(vector.tree_after))).toBe(true)
    expect(toHex(before.hash)).toBe(vector.tree_hash_before)
    expect(before.isEncodedAs(fromHex(vector.tree_before))).toBe(true)
  },
)

function read({ cipher_suite, tree }: { cipher_suite: number; tree: string }): RatchetTree {
  return RatchetTree.of(suiteById(cipher_suite)!, readRatchetTree(fromHex(tree)))
}

function spoilt(node: TreeNode & { kind: 'parent' }, { nodes }: RatchetTree): TreeNode[] {
  const { encryptionKey, parentHash, unmergedLeaves } = node
  const flipped = encryptionKey.with(0, encryptionKey[0]! ^ 1)
  const twice = nodes.find((other) => other?.kind === 'leaf')
  return [
    parentNode(flipped, parentHash, unmergedLeaves),
    parentNode(encryptionKey, parentHash, [...unmergedLeaves, 1_000]),
    ...(unmergedLeaves.length > 0
      ? [parentNode(encryptionKey, parentHash, unmergedLeaves.slice(1))]
      : []),
    ...(twice?.kind === 'leaf'
      ? [parentNode(twice.leaf.encryptionKey, parentHash, unmergedLeaves)]
      : []),
  ]
}
