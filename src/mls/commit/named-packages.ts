import { accept } from '../../lib/verdict.js'
import { decodeExact } from '../decode.js'
import { keyPackageFault, keyPackageRef } from '../key-package-rules.js'
import type { Suite } from '../suite.js'
import { fault, refuseMls, type MlsVerdict } from '../verdict.js'
import { hexOf } from '../wire/bytes.js'
import type { KeyPackage } from '../wire/key-package.js'
import type { LeafNode } from '../wire/leaf-node.js'
import { MAX_KEY_PACKAGE_BYTES } from '../wire/limits.js'

export interface NamedPackages {
  /** Of each added leaf, in their order. */
  packages: KeyPackage[]
  refs: string[]
}

/**
 * Which key package each added leaf of an encrypted commit came by. The commit's own cannot be
 * seen; the welcome names the references, and a leaf must be, to the byte, that of one of them.
 */
export function namedPackages(
  leaves: readonly LeafNode[],
  welcomeRefs: readonly string[],
  published: ReadonlyMap<string, Uint8Array>,
  suite: Suite,
  now: Date,
): MlsVerdict<NamedPackages> {
  const byLeaf = new Map<string, { keyPackage: KeyPackage; ref: string }>()
  for (const ref of welcomeRefs) {
    const bytes = published.get(ref)
    if (bytes === undefined) return refuseMls('InvalidKeyPackage', rules.isPublished)
    const decoded = decodeExact(bytes, 'mls_key_package', MAX_KEY_PACKAGE_BYTES)
    if (!decoded.ok) return decoded
    const keyPackage = decoded.value
    if (keyPackageRef(keyPackage, suite) !== ref) {
      return refuseMls('InvalidKeyPackage', rules.isPublished)
    }
    const broken = keyPackageFault(keyPackage, suite, now, 0)
    if (broken !== undefined) return refuseMls('InvalidKeyPackage', broken)
    byLeaf.set(hexOf(keyPackage.leafNode.bytes), { keyPackage, ref })
  }
  const found = leaves.map((leaf) => byLeaf.get(hexOf(leaf.bytes)))
  if (!found.every((one) => one !== undefined)) {
    return refuseMls('InvalidKeyPackage', rules.leafIsOfAPackage)
  }
  return accept({
    packages: found.map(({ keyPackage }) => keyPackage),
    refs: found.map(({ ref }) => ref),
  })
}

const rules = {
  isPublished: fault(
    'keyPackageIsPublished',
    'protocol §4',
    'The welcome names a key package that is not published here, or was used: lease another one with getKeyPackages.',
  ),
  leafIsOfAPackage: fault(
    'leafIsOfAKeyPackage',
    'RFC 9420 §12.1.1',
    'An added leaf is not that of a key package that the welcome names.',
  ),
}
