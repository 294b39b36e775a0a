import { signatureKeyId } from '../signature.js'
import type { Suite } from '../suite.js'
import { bufferOf } from '../wire/bytes.js'
import { encryptionKeyOf, type TreeNode } from './node.js'

/**
 * What a tree holds at most once (RFC 9420 §7.3): encryption keys, signature keys, identities. A
 * value that commits share: they lay a small map of changes over a large one that nobody changes,
 * which is made anew when the small one has grown, so a step costs what it changes.
 */
export class TreeIndex {
  private constructor(
    private readonly base: ReadonlyMap<string, number>,
    private readonly changes: ReadonlyMap<string, number | undefined>,
  ) {}

  /** Later nodes win where an id occurs twice; `draft` lets no such tree come into being. */
  static of(nodes: readonly (TreeNode | undefined)[], suite: Suite): TreeIndex {
    const base = new Map<string, number>()
    nodes.forEach((node, at) => {
      if (node !== undefined) for (const id of idsOf(node, suite)) base.set(id, at)
    })
    return new TreeIndex(base, new Map())
  }

  /** The node that holds it. */
  get(id: string): number | undefined {
    return this.changes.has(id) ? this.changes.get(id) : this.base.get(id)
  }

  with(changes: ReadonlyMap<string, number | undefined>): TreeIndex {
    const merged = new Map(this.changes)
    for (const [id, node] of changes) merged.set(id, node)
    if (merged.size <= MAX_CHANGES) return new TreeIndex(this.base, merged)
    const base = new Map(this.base)
    for (const [id, node] of merged) {
      if (node === undefined) base.delete(id)
      else base.set(id, node)
    }
    return new TreeIndex(base, new Map())
  }
}

/** An update of a member of 1,000 changes 22 ids. */
const MAX_CHANGES = 256

/** The identity first: of a device that comes twice, that is what to say. */
export function idsOf(node: TreeNode, suite: Suite): string[] {
  const key = encryptionKeyId(encryptionKeyOf(node))
  if (node.kind === 'parent') return [key]
  const { signatureKey, identity } = node.leaf
  return [identityId(identity), signatureId(signatureKey, suite), key]
}

export function encryptionKeyId(key: Uint8Array): string {
  return `e${bufferOf(key).toString('latin1')}`
}

export function identityId(identity: Uint8Array): string {
  return `i${bufferOf(identity).toString('latin1')}`
}

function signatureId(key: Uint8Array, suite: Suite): string {
  return `s${bufferOf(signatureKeyId(suite.signature, key)).toString('latin1')}`
}
