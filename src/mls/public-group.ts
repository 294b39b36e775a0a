import type { Did, Epoch } from '../lib/ids.js'
import { describeLeaf, type Leaf } from './leaf.js'
import type { SuiteName } from './suite.js'
import type { RatchetTree } from './tree/ratchet-tree.js'
import type { GroupContext } from './wire/group-info.js'
import { concat, opaque } from './wire/writer.js'

export type { Leaf } from './leaf.js'

/**
 * The public state of an MLS group at one epoch: what its members agree on and a party without its
 * secrets can follow (RFC 9420 §8.1, §7, §8.2). A value: a commit gives the next one.
 */
export class PublicGroup {
  #leaves: readonly Leaf[] | undefined
  #interimTranscriptHash: Uint8Array | undefined

  constructor(
    readonly context: GroupContext,
    readonly tree: RatchetTree,
    /** Of the commit that began the epoch, or of the group's creation. */
    readonly confirmationTag: Uint8Array,
  ) {}

  get cipherSuite(): SuiteName {
    return this.tree.suite.name
  }

  get groupId(): Uint8Array {
    return this.context.groupId
  }

  get epoch(): Epoch {
    return this.context.epoch as Epoch
  }

  get confirmedTranscriptHash(): Uint8Array {
    return this.context.confirmedTranscriptHash
  }

  /** RFC 9420 §8.2; at epoch 0 as §11 makes it. */
  get interimTranscriptHash(): Uint8Array {
    return (this.#interimTranscriptHash ??= this.tree.suite.hash(
      concat([this.confirmedTranscriptHash, opaque(this.confirmationTag)]),
    ))
  }

  /** The members' devices, in the order of their leaves. */
  leaves(): readonly Leaf[] {
    return (this.#leaves ??= this.tree
      .leaves()
      .map(({ leafIndex, leaf }) => describeLeaf(leaf, leafIndex)))
  }

  leavesOf(did: Did): Leaf[] {
    return this.leaves().filter((leaf) => leaf.did === did)
  }
}
