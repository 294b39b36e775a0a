import { accept } from '../lib/verdict.js'
import { decodeExact, faultOf } from './decode.js'
import {
  contextExtensionsFault,
  groupInfoFormFault,
  hasValidGroupInfoSignature,
} from './group-info.js'
import { hasValidLeafSignature, leafContentFault, leafGroupFault } from './leaf.js'
import { PublicGroup } from './public-group.js'
import { suiteById, type Suite } from './suite.js'
import { treeFault } from './tree/check-tree.js'
import { RatchetTree } from './tree/ratchet-tree.js'
import { readRatchetTree } from './tree/read-tree.js'
import { fault, refuseMls, type Fault, type MlsVerdict } from './verdict.js'
import { equalBytes } from './wire/bytes.js'
import { EXTENSION, findExtension } from './wire/extension.js'
import type { GroupInfo } from './wire/group-info.js'
import { MAX_GROUP_INFO_BYTES } from './wire/limits.js'

/**
 * A group that was not followed from its genesis, by all that its GroupInfo lets one check
 * (RFC 9420 §12.4.3.1, as one who joins does): every leaf and its signature, the tree, its hash, and
 * the signer. Lifetimes are not looked at: they are for when a leaf comes in.
 */
export function openUntrusted(bytes: Uint8Array): MlsVerdict<PublicGroup> {
  const decoded = decodeExact(bytes, 'mls_group_info', MAX_GROUP_INFO_BYTES)
  if (!decoded.ok) return decoded
  const info = decoded.value
  const suite = suiteById(info.context.cipherSuite)
  if (suite === undefined) return refuseMls('InvalidCipherSuite', rules.suiteIsKnown)
  const form = contextExtensionsFault(info.context.extensions) ?? groupInfoFormFault(info, suite)
  if (form !== undefined) return refuseMls('InvalidGroupInfo', form)
  const tree = readTree(info, suite)
  if ('rule' in tree) return refuseMls('InvalidGroupInfo', tree)
  const broken = stateFault(info, tree) ?? leavesFault(info, tree)
  if (broken !== undefined) return refuseMls('InvalidGroupInfo', broken)
  return accept(new PublicGroup(info.context, tree, info.confirmationTag))
}

function readTree(info: GroupInfo, suite: Suite): RatchetTree | Fault {
  try {
    const data = findExtension(info.extensions, EXTENSION.ratchetTree)!
    return RatchetTree.of(suite, readRatchetTree(data))
  } catch (thrown) {
    return faultOf(thrown)
  }
}

function stateFault(info: GroupInfo, tree: RatchetTree): Fault | undefined {
  const signer = tree.leaf(info.signer)
  if (signer === undefined) return rules.signerIsAMember
  if (!equalBytes(tree.hash, info.context.treeHash)) return rules.treeHashMatches
  if (!hasValidGroupInfoSignature(info, tree.suite, signer.signatureKey)) return rules.signature
  return treeFault(tree)
}

/** Signatures last: for 1,000 leaves they take longer than all the rest. */
function leavesFault({ context }: GroupInfo, tree: RatchetTree): Fault | undefined {
  const { suite } = tree
  const leaves = tree.leaves()
  for (const { leaf } of leaves) {
    const broken = leafContentFault(leaf, suite) ?? leafGroupFault(leaf, context.extensions)
    if (broken !== undefined) return broken
  }
  const { groupId } = context
  const isEachSigned = leaves.every(({ leaf, leafIndex }) =>
    hasValidLeafSignature(suite, leaf, { groupId, leafIndex }),
  )
  return isEachSigned ? undefined : rules.leafSignature
}

const rules = {
  suiteIsKnown: fault('suiteIsKnown', 'RFC 9420 §17.1', 'The cipher suite is unknown.'),
  signerIsAMember: fault(
    'signerIsAMember',
    'RFC 9420 §12.4.3',
    'The signer of the GroupInfo is a blank leaf, or beyond the tree.',
  ),
  treeHashMatches: fault(
    'treeHashMatches',
    'RFC 9420 §7.8',
    'The tree_hash of the GroupContext is not that of the ratchet_tree.',
  ),
  signature: fault(
    'groupInfoSignature',
    'RFC 9420 §12.4.3',
    'The signature of the GroupInfo does not verify with the signature_key of its signer.',
  ),
  leafSignature: fault(
    'leafSignature',
    'RFC 9420 §7.3',
    'The signature of a leaf does not verify with its signature_key.',
  ),
}
