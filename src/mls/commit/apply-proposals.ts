import { accept } from '../../lib/verdict.js'
import { contextExtensionsFault } from '../group-info.js'
import { leafGroupFault } from '../leaf.js'
import type { RatchetTree } from '../tree/ratchet-tree.js'
import { TreeDraft } from '../tree/tree-draft.js'
import { nodeOfLeaf } from '../tree/treemath.js'
import { fault, refuseMls, type Fault, type MlsVerdict } from '../verdict.js'
import type { Extension } from '../wire/extension.js'
import type { GroupContext } from '../wire/group-info.js'
import type { LeafNode } from '../wire/leaf-node.js'
import { MAX_LEAVES } from '../wire/limits.js'
import { invalidCommit } from './expectation.js'
import { conflictFault } from './tree-conflict.js'

export interface TreeChange {
  /** Leaf indices of members. */
  removes: readonly number[]
  /** In the order of their proposals; each is checked by itself already. */
  adds: readonly LeafNode[]
  contextExtensions?: { extensions: Extension[]; bytes: Uint8Array } | undefined
}

export interface Proposed {
  tree: RatchetTree
  /** Where each added leaf came to stand, in the order of `adds`. */
  added: number[]
  /** Of the next GroupContext. */
  extensions: readonly Extension[]
  extensionBytes: Uint8Array
}

/** Applies a proposal list in the order of RFC 9420 §12.3: extensions, removes, adds. */
export function applyProposals(
  tree: RatchetTree,
  context: GroupContext,
  { removes, adds, contextExtensions }: TreeChange,
): MlsVerdict<Proposed> {
  const extensions = contextExtensions?.extensions ?? context.extensions
  const extensionBytes = contextExtensions?.bytes ?? context.extensionBytes
  const broken = contextExtensions && contextExtensionsFault(extensions)
  if (broken !== undefined) return invalidCommit(broken)

  const draft = new TreeDraft(tree)
  for (const leafIndex of removes) draft.removeLeaf(leafIndex)
  if (removes.length > 0) draft.truncate()
  const added = addLeaves(draft, tree, adds)
  if (!added.ok) return added

  const proposed = removes.length + adds.length === 0 ? tree : draft.finish()
  const toCheck = contextExtensions === undefined ? adds : proposed.leaves().map(({ leaf }) => leaf)
  const unfit = firstFault(toCheck, (leaf) => leafGroupFault(leaf, extensions))
  if (unfit !== undefined) return invalidCommit(unfit)
  return accept({ tree: proposed, added: added.value, extensions, extensionBytes })
}

function addLeaves(
  draft: TreeDraft,
  before: RatchetTree,
  adds: readonly LeafNode[],
): MlsVerdict<number[]> {
  const added: number[] = []
  for (const leaf of adds) {
    const place = draft.addLeaf(leaf)
    if (place === undefined) return invalidCommit(rules.leavesWithinLimit)
    const { leafIndex, conflict } = place
    if (conflict !== undefined) {
      return wasMember(before, conflict, added)
        ? refuseMls('AlreadyMember', rules.addedDeviceIsNew)
        : invalidCommit(conflictFault(conflict))
    }
    added.push(leafIndex)
  }
  return accept(added)
}

/** Whether the second leaf of a device is beside one that the group has, not one just added. */
function wasMember(before: RatchetTree, id: string, added: readonly number[]): boolean {
  const holder = before.index.get(id)
  return id.startsWith('i') && holder !== undefined && !added.map(nodeOfLeaf).includes(holder)
}

function firstFault<T>(items: readonly T[], check: (item: T) => Fault | undefined) {
  for (const item of items) {
    const broken = check(item)
    if (broken !== undefined) return broken
  }
  return undefined
}

const rules = {
  leavesWithinLimit: fault(
    'leavesWithinLimit',
    'protocol §8',
    `The tree would have more than ${MAX_LEAVES} leaves.`,
  ),
  addedDeviceIsNew: fault(
    'addedDeviceIsNew',
    'RFC 9420 §12.2',
    'The commit adds a device that has a leaf; remove that leaf in the same commit.',
  ),
}
