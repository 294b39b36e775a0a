import type { Leaf } from '../leaf.js'
import type { PublicGroup } from '../public-group.js'

/** What a commit does, as its bytes and the group's state prove it. */
export interface VerifiedCommit {
  /** The group after it. */
  next: PublicGroup
  framing: 'public' | 'private'
  /** By a device that was not in the tree, or comes back in place of its old leaf. */
  external: boolean
  /** After the commit; for an external one the leaf that it brings. */
  committer: Leaf
  /** By Add; an external committer is not among them. */
  added: AddedDevice[]
  /** As they were: their indices are of the tree before. A device may be in both lists. */
  removed: Leaf[]
  /** Whether it has an update path. */
  committerUpdated: boolean
  contextExtensionsChanged: boolean
  /** KeyPackageRefs of the welcome, lowercase hex, in its order. */
  welcomeRefs: string[]
}

export interface AddedDevice {
  /** In the tree after the commit. */
  leaf: Leaf
  /** Lowercase hex. */
  keyPackageRef: string
  notAfter: Date
}
