import type {
  CiphersuiteImpl,
  ClientState,
  GroupContext,
  KeyPackage,
  RatchetTree,
  UpdatePath,
  UpdatePathNode,
} from 'ts-mls'
import { signLeafNodeCommit } from 'ts-mls/leafNode.js'
import type { LeafNodeTBSCommit } from 'ts-mls/leafNode.js'
import { calculateParentHash } from 'ts-mls/parentHash.js'
import { filteredDirectPath } from 'ts-mls/ratchetTree.js'
import { directPath, leafToNodeIndex, leafWidth, toLeafIndex } from 'ts-mls/treemath.js'
import { buildPath as buildHonestPath } from '../../../client/src/mls/path.js'
import type { BuiltPath as HonestPath } from '../../../client/src/mls/path.js'

/** The update path of a commit, with the faults of `tamper`. */
export async function buildPath(
  before: ClientState,
  draft: { tree: RatchetTree; added: [number, KeyPackage][] },
  context: GroupContext,
  suite: CiphersuiteImpl,
  tamper: PathTamper = {},
): Promise<BuiltPath> {
  const honest = await buildHonestPath(before, draft, context, suite)
  if (tamper.nodes === undefined && tamper.leaf === undefined && tamper.path === undefined) {
    return honest
  }
  const leaf = toLeafIndex(before.privatePath.leafIndex)
  return { ...honest, ...(await forgePath(draft.tree, honest.path, leaf, before, suite, tamper)) }
}

/** A commit without a path: the tree is that of the proposals, and the commit secret is zero. */
export function noPath(before: ClientState, tree: RatchetTree, suite: CiphersuiteImpl): BuiltPath {
  return {
    path: undefined,
    tree,
    secrets: [],
    privatePath: before.privatePath,
    commitSecret: new Uint8Array(suite.kdf.size),
  }
}

/** Puts changed nodes and a changed leaf into the path, with parent hashes and signature to match. */
async function forgePath(
  proposed: RatchetTree,
  honest: UpdatePath,
  leaf: ReturnType<typeof toLeafIndex>,
  before: ClientState,
  suite: CiphersuiteImpl,
  tamper: PathTamper,
): Promise<{ path: UpdatePath | undefined; tree: RatchetTree }> {
  const leafNode = leafToNodeIndex(leaf)
  const nodes = tamper.nodes?.(honest.nodes) ?? honest.nodes
  const tree = proposed.slice()
  for (const index of directPath(leafNode, leafWidth(tree.length))) tree[index] = undefined
  const filtered = filteredDirectPath(leaf, proposed).slice(0, nodes.length)
  for (const index of filtered.toReversed()) {
    const node = nodes[filtered.indexOf(index)]
    if (node === undefined) continue
    const [parentHash] = await calculateParentHash(tree, index, suite.hash)
    tree[index] = {
      nodeType: 'parent',
      parent: { hpkePublicKey: node.hpkePublicKey, parentHash, unmergedLeaves: [] },
    }
  }
  const [parentHash] = await calculateParentHash(tree, leafNode, suite.hash)
  const groupId = before.groupContext.groupId
  const tbs: LeafNodeTBSCommit = { ...honest.leafNode, parentHash, groupId, leafIndex: leaf }
  const signed = await signLeafNodeCommit(
    tamper.leaf?.(tbs) ?? tbs,
    tamper.leafSignKey ?? before.signaturePrivateKey,
    suite.signature,
  )
  tree[leafNode] = { nodeType: 'leaf', leaf: signed }
  const path: UpdatePath = { leafNode: signed, nodes }
  return { path: tamper.path === undefined ? path : tamper.path(path), tree }
}

export interface PathTamper {
  /** Changes the path's nodes; tree and parent hashes follow. */
  nodes?: (nodes: UpdatePathNode[]) => UpdatePathNode[]
  /** Changes the committer's new leaf; it is signed afterwards. */
  leaf?: (leaf: LeafNodeTBSCommit) => LeafNodeTBSCommit
  leafSignKey?: Uint8Array
  /** Changes the finished path, or leaves it out; the tree does not follow. */
  path?: (path: UpdatePath) => UpdatePath | undefined
}

export type BuiltPath = Omit<HonestPath, 'path'> & { path: UpdatePath | undefined }
