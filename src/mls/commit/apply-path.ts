import { accept, refuse, type Verdict } from '../../lib/verdict.js'
import { isUsableHpkeKey } from '../hpke-key.js'
import { detachedLeafNode, parentNode } from '../tree/node.js'
import type { RatchetTree } from '../tree/ratchet-tree.js'
import type { PathStep } from '../tree/resolution.js'
import { TreeDraft } from '../tree/tree-draft.js'
import { parentHashOf } from '../tree/tree-hash.js'
import { encryptionKeyId } from '../tree/tree-index.js'
import { nodeOfLeaf } from '../tree/treemath.js'
import { fault, type Fault } from '../verdict.js'
import { equalBytes } from '../wire/bytes.js'
import type { LeafNode } from '../wire/leaf-node.js'
import { conflictFault } from './tree-conflict.js'

export interface NewPath {
  leafNode: LeafNode
  /** The new encryption keys, one for each step. */
  keys: readonly Uint8Array[]
}

/**
 * Merges an update path into the tree that the proposals made (RFC 9420 §7.5, §12.4.2): new keys on
 * the filtered direct path, blanks on the rest of it, and parent hashes, which the signature of the
 * new leaf must cover (§7.9).
 */
export function applyPath(
  tree: RatchetTree,
  leafIndex: number,
  steps: readonly PathStep[],
  { leafNode, keys }: NewPath,
): Verdict<RatchetTree, Fault> {
  const { suite, index } = tree
  if (!keys.every((key) => isUsableHpkeKey(suite, key))) return refuse(rules.pathKeysAreUsable)
  if (keys.some((key) => index.get(encryptionKeyId(key)) !== undefined)) {
    return refuse(rules.pathKeysAreNew)
  }

  const draft = new TreeDraft(tree)
  for (const node of [nodeOfLeaf(leafIndex), ...draft.pathOf(leafIndex)]) draft.blank(node)
  let parentHash: Uint8Array = NO_PARENT
  for (let i = steps.length - 1; i >= 0; i--) {
    const { node, copath } = steps[i]!
    const parent = parentNode(keys[i]!, parentHash, [])
    if (draft.set(node, parent) !== undefined) return refuse(rules.pathKeysAreNew)
    // Nobody under the new node is unmerged, so the copath child's tree hash is the original one.
    parentHash = parentHashOf(suite, parent, tree.hashOf(copath))
  }
  const { source } = leafNode
  if (source.kind !== 'commit' || !equalBytes(source.parentHash, parentHash)) {
    return refuse(rules.parentHashMatches)
  }
  const conflict = draft.set(nodeOfLeaf(leafIndex), detachedLeafNode(leafNode))
  if (conflict !== undefined) return refuse(conflictFault(conflict))
  return accept(draft.finish())
}

/** The parent hash of the topmost node of a path. */
const NO_PARENT = new Uint8Array()

const rules = {
  pathKeysAreUsable: fault(
    'pathKeysAreUsable',
    'RFC 9420 §7.6',
    'A key of the update path is no public key of the cipher suite.',
  ),
  pathKeysAreNew: fault(
    'pathKeysAreNew',
    'RFC 9420 §12.4.2',
    'A key of the update path occurs in the tree already, or twice in the path.',
  ),
  parentHashMatches: fault(
    'parentHashMatches',
    'RFC 9420 §7.9.2',
    'The parent_hash of the new leaf is not that of the update path.',
  ),
}
