import { checkBudget } from '../time-budget.js'
import type { LeafNode } from '../wire/leaf-node.js'
import { MAX_LEAVES } from '../wire/limits.js'
import { detachedLeafNode, parentNode, type ParentNode, type TreeNode } from './node.js'
import type { RatchetTree } from './ratchet-tree.js'
import { idsOf } from './tree-index.js'
import { directPath, nodeOfLeaf, widthFor } from './treemath.js'

/**
 * A ratchet tree while a commit changes it (RFC 9420 §7.7, §12.1). It refuses what would make a key
 * or an identity occur twice; `finish` gives the next value, which shares all that did not change.
 */
export class TreeDraft {
  readonly nodes: (TreeNode | undefined)[]
  readonly #changed = new Set<number>()
  readonly #ids = new Map<string, number | undefined>()
  /** Unmerged leaves to come: the lists are encoded once, at the end. */
  readonly #unmerged = new Map<number, number[]>()
  /** No blank leaf stands before this one. */
  #firstBlank = 0

  constructor(private readonly base: RatchetTree) {
    this.nodes = base.nodes.slice()
  }

  get width(): number {
    return this.nodes.length
  }

  /** The node that holds a key or an identity (`TreeIndex`). */
  holderOf(id: string): number | undefined {
    return this.#ids.has(id) ? this.#ids.get(id) : this.base.index.get(id)
  }

  pathOf(leafIndex: number): number[] {
    return directPath(nodeOfLeaf(leafIndex), this.width)
  }

  /** Remove (RFC 9420 §12.1.3); `truncate` is to follow when all are removed. */
  removeLeaf(leafIndex: number): void {
    checkBudget()
    this.blank(nodeOfLeaf(leafIndex))
    for (const node of this.pathOf(leafIndex)) this.blank(node)
    this.#firstBlank = Math.min(this.#firstBlank, leafIndex)
  }

  truncate(): void {
    let last = this.width - 1
    while (last > 0 && this.nodes[last] === undefined) last -= 2
    const width = widthFor(last + 1)
    for (let at = width; at < this.width; at++) this.blank(at)
    this.nodes.length = width
  }

  /** Add (RFC 9420 §12.1.1): in the leftmost blank leaf. Undefined if the tree would be too large. */
  addLeaf(leaf: LeafNode): { leafIndex: number; conflict: string | undefined } | undefined {
    checkBudget()
    const leafIndex = this.#leftmostBlank()
    if (leafIndex >= MAX_LEAVES) return undefined
    if (nodeOfLeaf(leafIndex) >= this.width) this.#extend()
    for (const node of this.pathOf(leafIndex)) {
      if (this.nodes[node] !== undefined) this.#unmergedOf(node).push(leafIndex)
    }
    const conflict = this.set(nodeOfLeaf(leafIndex), detachedLeafNode(leaf))
    return { leafIndex, conflict }
  }

  /** Puts a node in a blank place. Answers the id that another node holds already, if any does. */
  set(at: number, node: TreeNode): string | undefined {
    const ids = idsOf(node, this.base.suite)
    const conflict = ids.find((id) => this.holderOf(id) !== undefined)
    for (const id of ids) this.#ids.set(id, at)
    this.nodes[at] = node
    this.#changed.add(at)
    return conflict
  }

  blank(at: number): void {
    const node = this.nodes[at]
    if (node === undefined) return
    for (const id of idsOf(node, this.base.suite)) this.#ids.set(id, undefined)
    this.nodes[at] = undefined
    this.#changed.add(at)
    this.#unmerged.delete(at)
  }

  /** The tree as it is now; the draft is used up. */
  finish(): RatchetTree {
    this.#settle()
    return this.base.derive(this.nodes, this.#changed, this.#ids)
  }

  #settle(): void {
    for (const [at, unmergedLeaves] of this.#unmerged) {
      checkBudget()
      const { encryptionKey, parentHash } = this.nodes[at] as ParentNode
      this.nodes[at] = parentNode(encryptionKey, parentHash, unmergedLeaves)
      this.#changed.add(at)
    }
    this.#unmerged.clear()
  }

  #leftmostBlank(): number {
    while (
      nodeOfLeaf(this.#firstBlank) < this.width &&
      this.nodes[nodeOfLeaf(this.#firstBlank)] !== undefined
    ) {
      this.#firstBlank++
    }
    return this.#firstBlank
  }

  #extend(): void {
    const from = this.width
    this.nodes.length = 2 * from + 1
    this.nodes.fill(undefined, from)
  }

  #unmergedOf(at: number): number[] {
    let list = this.#unmerged.get(at)
    if (list === undefined) {
      list = [...(this.nodes[at] as ParentNode).unmergedLeaves]
      this.#unmerged.set(at, list)
    }
    return list
  }
}
