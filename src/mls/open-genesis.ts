import type { Did } from '../lib/ids.js'
import { accept } from '../lib/verdict.js'
import { decodeExact, faultOf } from './decode.js'
import {
  contextExtensionsFault,
  groupInfoFormFault,
  hasValidGroupInfoSignature,
} from './group-info.js'
import {
  deviceOf,
  hasValidLeafSignature,
  leafContentFault,
  leafGroupFault,
  lifetimeFault,
} from './leaf.js'
import { PublicGroup } from './public-group.js'
import { suiteById, type Suite } from './suite.js'
import { leafTreeNode } from './tree/node.js'
import { RatchetTree } from './tree/ratchet-tree.js'
import { readRatchetTree } from './tree/read-tree.js'
import { fault, refuseMls, type Fault, type MlsVerdict } from './verdict.js'
import { detached, equalBytes } from './wire/bytes.js'
import { EXTENSION, findExtension } from './wire/extension.js'
import type { GroupContext, GroupInfo } from './wire/group-info.js'
import type { LeafNode } from './wire/leaf-node.js'
import { MAX_GROUP_INFO_BYTES } from './wire/limits.js'

export interface GenesisExpectation {
  now: Date
  /** The account that makes the group, with the one device that is in it. */
  creator: Did
  /** Names of the suites that are in use here. */
  suites: readonly string[]
}

/** A group as its creator makes it (RFC 9420 §11): epoch 0, the creator's leaf, nothing else. */
export function openGenesis(
  bytes: Uint8Array,
  { now, creator, suites }: GenesisExpectation,
): MlsVerdict<PublicGroup> {
  const decoded = decodeExact(bytes, 'mls_group_info', MAX_GROUP_INFO_BYTES)
  if (!decoded.ok) return decoded
  const info = decoded.value
  const suite = suiteById(info.context.cipherSuite)
  if (suite === undefined || !suites.includes(suite.name)) {
    return refuseMls('InvalidCipherSuite', rules.suiteIsOffered)
  }
  const form = newContextFault(info) ?? groupInfoFormFault(info, suite)
  if (form !== undefined) return refuseMls('InvalidGroupInfo', form)
  const leaf = onlyLeaf(findExtension(info.extensions, EXTENSION.ratchetTree)!)
  if ('rule' in leaf) return refuseMls('InvalidGroupInfo', leaf)
  const tree = RatchetTree.of(suite, [leafTreeNode(leaf)])
  const broken =
    creatorFault(leaf, info, suite, now, creator) ??
    (equalBytes(tree.hash, info.context.treeHash) ? undefined : rules.treeHashMatches) ??
    (hasValidGroupInfoSignature(info, suite, leaf.signatureKey) ? undefined : rules.signature)
  if (broken !== undefined) return refuseMls('InvalidGroupInfo', broken)
  return accept(new PublicGroup(info.context, tree, info.confirmationTag))
}

function newContextFault({ context, signer }: GroupInfo): Fault | undefined {
  if (!hasFittingGroupId(context)) return rules.groupIdFits
  if (context.epoch !== 0) return rules.epochIsZero
  if (context.confirmedTranscriptHash.length !== 0) return rules.transcriptIsEmpty
  if (signer !== 0) return rules.signerIsFirstLeaf
  return contextExtensionsFault(context.extensions)
}

/** A convoId is the hex of 16 to 64 bytes. */
function hasFittingGroupId({ groupId }: GroupContext): boolean {
  return groupId.length >= 16 && groupId.length <= 64
}

/** In memory of its own: the leaf outlives the request. */
function onlyLeaf(ratchetTree: Uint8Array): LeafNode | Fault {
  if (ratchetTree.length > MAX_ONE_LEAF_BYTES) return rules.onlyTheCreator
  try {
    const [node, ...others] = readRatchetTree(detached(ratchetTree))
    if (node?.kind !== 'leaf' || others.length > 0) return rules.onlyTheCreator
    return node.leaf
  } catch (thrown) {
    return faultOf(thrown)
  }
}

/** As much as a key package may have, since a leaf is part of one. */
const MAX_ONE_LEAF_BYTES = 64 * 1024

function creatorFault(
  leaf: LeafNode,
  { context }: GroupInfo,
  suite: Suite,
  now: Date,
  creator: Did,
): Fault | undefined {
  const broken =
    leafContentFault(leaf, suite) ??
    lifetimeFault(leaf, now, 0) ??
    leafGroupFault(leaf, context.extensions)
  if (broken !== undefined) return broken
  if (deviceOf(leaf).did !== creator) return rules.leafIsTheCreators
  if (!hasValidLeafSignature(suite, leaf)) return rules.leafSignature
  return undefined
}

const rules = {
  suiteIsOffered: fault(
    'suiteIsOffered',
    'RFC 9420 §17.1',
    'The cipher suite is none of those that describeServer lists.',
  ),
  groupIdFits: fault('groupIdFits', 'protocol §1', 'A group id has 16 to 64 bytes.'),
  epochIsZero: fault('epochIsZero', 'RFC 9420 §11', 'A genesis is of epoch 0.'),
  transcriptIsEmpty: fault(
    'transcriptIsEmpty',
    'RFC 9420 §11',
    'The confirmed_transcript_hash of a genesis is empty.',
  ),
  signerIsFirstLeaf: fault('signerIsFirstLeaf', 'RFC 9420 §11', 'A genesis is signed by leaf 0.'),
  onlyTheCreator: fault(
    'onlyTheCreator',
    'RFC 9420 §11',
    'The tree of a genesis has one leaf and no other node; add the others by a commit.',
  ),
  leafIsTheCreators: fault(
    'leafIsTheCreators',
    'RFC 9420 §5.3.1',
    'The leaf of the genesis names another account.',
  ),
  leafSignature: fault(
    'leafSignature',
    'RFC 9420 §7.3',
    'The signature of the leaf does not verify with its signature_key.',
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
}
