import type { PublishedKeyPackage } from '../../keys/insert-packages.js'
import type { KeyPackageView } from '../../lexicon/types/blue/catbird/mls/defs.js'

export function keyPackageView({ expiresAt, ...published }: PublishedKeyPackage): KeyPackageView {
  return { ...published, expiresAt: expiresAt.toISOString() }
}
