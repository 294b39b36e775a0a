import { hasValidLeafSignature, leafContentFault, leafGroupFault } from '../leaf.js'
import type { LeafPosition } from '../leaf.js'
import type { Suite } from '../suite.js'
import { fault, type Fault } from '../verdict.js'
import { equalBytes } from '../wire/bytes.js'
import type { Extension } from '../wire/extension.js'
import type { LeafNode } from '../wire/leaf-node.js'

/**
 * The committer's new leaf (RFC 9420 §7.3). It is the same device as the one that it replaces:
 * here a device has one signature key for ever.
 */
export function pathLeafFault(
  leaf: LeafNode,
  suite: Suite,
  at: LeafPosition,
  groupExtensions: readonly Extension[],
  former: LeafNode | undefined,
): Fault | undefined {
  if (leaf.source.kind !== 'commit') return rules.sourceIsCommit
  const broken = leafContentFault(leaf, suite) ?? leafGroupFault(leaf, groupExtensions)
  if (broken !== undefined) return broken
  if (former !== undefined) {
    if (!equalBytes(leaf.identity, former.identity)) return rules.identityStays
    if (!equalBytes(leaf.signatureKey, former.signatureKey)) return rules.signatureKeyStays
    if (equalBytes(leaf.encryptionKey, former.encryptionKey)) return rules.leafKeyIsNew
  }
  return hasValidLeafSignature(suite, leaf, at) ? undefined : rules.leafSignature
}

const rules = {
  sourceIsCommit: fault(
    'sourceIsCommit',
    'RFC 9420 §7.3',
    'The leaf_node_source of the leaf in the update path is not commit.',
  ),
  identityStays: fault(
    'identityStays',
    'RFC 9420 §7.3',
    'The new leaf names another device than the one that it replaces.',
  ),
  signatureKeyStays: fault(
    'signatureKeyStays',
    'protocol §1',
    'The new leaf has another signature key; a device keeps its key, so take a new deviceId.',
  ),
  leafKeyIsNew: fault(
    'leafKeyIsNew',
    'RFC 9420 §12.4.2',
    'The new leaf has the encryption key of the one that it replaces.',
  ),
  leafSignature: fault(
    'leafSignature',
    'RFC 9420 §7.3',
    'The signature of the new leaf does not verify, for this group and leaf index.',
  ),
}
