import { describeLeaf } from '../leaf.js'
import type { KeyPackage } from '../wire/key-package.js'
import type { AddedDevice } from './verified-commit.js'

/** What came in by Add: packages, references and leaf indices in one order. */
export function describeAdded(
  packages: readonly KeyPackage[],
  refs: readonly string[],
  leafIndices: readonly number[],
): AddedDevice[] {
  return packages.map(({ leafNode }, i) => {
    const { source } = leafNode
    if (source.kind !== 'key_package') throw new TypeError('The key package was not checked.')
    return {
      leaf: describeLeaf(leafNode, leafIndices[i]!),
      keyPackageRef: refs[i]!,
      notAfter: new Date(source.notAfter * 1_000),
    }
  })
}
