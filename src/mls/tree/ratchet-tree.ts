import type { Suite } from '../suite.js'
import { equalBytes } from '../wire/bytes.js'
import type { LeafNode } from '../wire/leaf-node.js'
import { lengthHeader } from '../wire/writer.js'
import { encodeTree, type FormerEncoding, type TreeEncoding } from './encode-tree.js'
import type { TreeNode } from './node.js'
import { leafHash, parentTreeHash } from './tree-hash.js'
import { TreeIndex } from './tree-index.js'
import {
  isLeafNode,
  leafOfNode,
  leftOf,
  nodeOfLeaf,
  parentOf,
  rightOf,
  rootOf,
  widthFor,
} from './treemath.js'

type Nodes = readonly (TreeNode | undefined)[]

/**
 * A ratchet tree (RFC 9420 §7): a value. Hashes of subtrees, the encoding and the index are made
 * when they are asked for and kept; a `TreeDraft` hands what it did not touch to the next tree.
 */
export class RatchetTree {
  readonly #hashes: (Uint8Array | undefined)[]
  #index: TreeIndex | undefined
  #encoding: TreeEncoding | undefined
  /** What the encoding can be made from. */
  #former: FormerEncoding | undefined

  /** `nodes` fill the width. */
  constructor(
    readonly suite: Suite,
    readonly nodes: Nodes,
    inherited: Inherited = {},
  ) {
    this.#hashes = inherited.hashes ?? []
    this.#index = inherited.index
    this.#former = inherited.former
  }

  /** From the stored nodes, extended with blank ones to a full tree (RFC 9420 §12.4.3.3). */
  static of(suite: Suite, stored: Nodes): RatchetTree {
    const nodes = [...stored]
    nodes.length = widthFor(stored.length)
    return new RatchetTree(suite, nodes.fill(undefined, stored.length))
  }

  get width(): number {
    return this.nodes.length
  }

  get root(): number {
    return rootOf(this.width)
  }

  leaf(leafIndex: number): LeafNode | undefined {
    const node = this.nodes[nodeOfLeaf(leafIndex)]
    return node?.kind === 'leaf' ? node.leaf : undefined
  }

  /** All members, in the order of their leaves. */
  leaves(): { leafIndex: number; leaf: LeafNode }[] {
    const leaves: { leafIndex: number; leaf: LeafNode }[] = []
    for (let at = 0; at < this.nodes.length; at += 2) {
      const node = this.nodes[at]
      if (node?.kind === 'leaf') leaves.push({ leafIndex: leafOfNode(at), leaf: node.leaf })
    }
    return leaves
  }

  get hash(): Uint8Array {
    return this.hashOf(this.root)
  }

  /** Tree hash of a subtree (RFC 9420 §7.8). */
  hashOf(node: number): Uint8Array {
    return (this.#hashes[node] ??= isLeafNode(node)
      ? leafHash(this.suite, leafOfNode(node), this.nodes[node])
      : parentTreeHash(
          this.suite,
          this.nodes[node],
          this.hashOf(leftOf(node)),
          this.hashOf(rightOf(node)),
        ))
  }

  /** The tree that differs in the `changed` nodes, and in `ids` by them. */
  derive(
    nodes: Nodes,
    changed: ReadonlySet<number>,
    ids: ReadonlyMap<string, number | undefined>,
  ): RatchetTree {
    const hashes = this.#hashes.slice(0, nodes.length)
    hashes.length = nodes.length
    for (const at of changed) if (at < nodes.length) forget(hashes, at)
    return new RatchetTree(this.suite, nodes, {
      hashes,
      index: this.index.with(ids),
      former: this.#formerFor(changed),
    })
  }

  get index(): TreeIndex {
    return (this.#index ??= TreeIndex.of(this.nodes, this.suite))
  }

  get encoding(): TreeEncoding {
    if (this.#encoding === undefined) {
      this.#encoding = encodeTree(this.nodes, this.#former)
      this.#former = undefined
    }
    return this.#encoding
  }

  /** Whether `data` is this tree's ratchet_tree extension (RFC 9420 §12.4.3.3). */
  isEncodedAs(data: Uint8Array): boolean {
    const { bytes } = this.encoding
    const header = lengthHeader(bytes.length)
    return (
      equalBytes(data.subarray(0, header.length), header) &&
      equalBytes(data.subarray(header.length), bytes)
    )
  }

  /** A tree between two others is not encoded: its changes are added to those before it. */
  #formerFor(changed: ReadonlySet<number>): FormerEncoding {
    if (this.#former === undefined) return { encoding: this.encoding, changed }
    return { encoding: this.#former.encoding, changed: this.#former.changed.union(changed) }
  }
}

/** The hash of a changed node and of all above it. */
function forget(hashes: (Uint8Array | undefined)[], changed: number): void {
  const root = rootOf(hashes.length)
  let at = changed
  hashes[at] = undefined
  while (at !== root) {
    at = parentOf(at)
    hashes[at] = undefined
  }
}

interface Inherited {
  /** As far as they are known; of the same length as the nodes. */
  hashes?: (Uint8Array | undefined)[]
  index?: TreeIndex
  former?: FormerEncoding
}
