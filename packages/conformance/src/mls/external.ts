import type {
  CiphersuiteImpl,
  ClientState,
  GroupInfo,
  KeySchedule,
  Proposal,
  RatchetTree,
} from 'ts-mls'
import { defaultClientConfig } from 'ts-mls/clientConfig.js'
import { exportSecret } from 'ts-mls/clientState.js'
import { ratchetTreeFromExtension, verifyGroupInfoSignature } from 'ts-mls/groupInfo.js'
import {
  addLeafNode,
  getSignaturePublicKeyFromLeafIndex,
  removeLeafNode,
} from 'ts-mls/ratchetTree.js'
import { nodeToLeafIndex, toLeafIndex } from 'ts-mls/treemath.js'
import { identityOf } from './device.js'
import type { TestDevice } from './device.js'
import { buildKeyPackage } from './key-package.js'
import { sealCommit } from './seal-commit.js'
import type { CommitDraft, CommitTamper, SealedCommit } from './seal-commit.js'
import { checkTree } from './tree.js'
import { readGroupInfo } from './wire.js'

/**
 * An external commit (RFC 9420 §12.4.3.2): one ExternalInit, and a Remove of the leaf with the
 * device's own identity, where there is one. `rewrite` changes the proposals for a negative test;
 * the tree stays that of the honest ones.
 */
export async function openExternally(
  device: TestDevice,
  bytes: Uint8Array,
  rewrite: (proposals: Proposal[]) => Proposal[] = (same) => same,
  tamper: CommitTamper = {},
): Promise<{ before: ClientState; sealed: SealedCommit }> {
  const { suite } = device
  const groupInfo = readGroupInfo(bytes)
  const tree = ratchetTreeFromExtension(groupInfo)
  if (tree === undefined) throw new Error('GroupInfo without ratchet_tree')
  await checkTree(tree, groupInfo.groupContext, suite)
  const signerKey = getSignaturePublicKeyFromLeafIndex(tree, toLeafIndex(groupInfo.signer))
  if (!(await verifyGroupInfoSignature(groupInfo, signerKey, suite.signature))) {
    throw new Error('signature of the GroupInfo')
  }

  const { enc: kemOutput, secret: initSecret } = await exportSecret(externalPub(groupInfo), suite)
  const oldLeaf = tree.findIndex(
    (node) => node?.nodeType === 'leaf' && identityOf(node.leaf.credential) === device.name,
  )
  const proposals: Proposal[] = []
  if (oldLeaf >= 0) {
    proposals.push({ proposalType: 'remove', remove: { removed: oldLeaf / 2 } })
  }
  proposals.push({ proposalType: 'external_init', externalInit: { kemOutput } })

  const cleared = oldLeaf < 0 ? tree : withoutLeaf(tree, oldLeaf / 2)
  const { keyPackage } = await buildKeyPackage(device)
  const [withLeaf, node] = addLeafNode(cleared, keyPackage.leafNode)
  const draft: CommitDraft = {
    sender: { senderType: 'new_member_commit' },
    proposals: rewrite(proposals).map((proposal) => ({ proposalOrRefType: 'proposal', proposal })),
    tree: withLeaf,
    added: [],
    extensions: groupInfo.groupContext.extensions,
    withPath: true,
    initSecret,
  }
  const before = outsideState(device, groupInfo, nodeToLeafIndex(node), suite)
  return { before, sealed: await sealCommit(before, draft, suite, tamper) }
}

/** ts-mls 1.6.4 throws where no other leaf stays: one blank leaf is then the tree (RFC 9420 §7.7). */
function withoutLeaf(tree: RatchetTree, leafIndex: number): RatchetTree {
  const others = tree.filter((node, at) => node?.nodeType === 'leaf' && at !== 2 * leafIndex)
  return others.length === 0 ? [undefined] : removeLeafNode(tree, toLeafIndex(leafIndex))
}

function externalPub(groupInfo: GroupInfo): Uint8Array {
  const found = groupInfo.extensions.find(({ extensionType }) => extensionType === 'external_pub')
  if (found === undefined) throw new Error('GroupInfo without external_pub')
  return found.extensionData
}

/** What a joiner knows of the epoch it joins on: its public part, and none of its secrets. */
function outsideState(
  device: TestDevice,
  groupInfo: GroupInfo,
  leafIndex: number,
  suite: CiphersuiteImpl,
): ClientState {
  const unknown = new Uint8Array(suite.kdf.size)
  const keySchedule: KeySchedule = {
    senderDataSecret: unknown,
    exporterSecret: unknown,
    externalSecret: unknown,
    confirmationKey: unknown,
    membershipKey: unknown,
    resumptionPsk: unknown,
    epochAuthenticator: unknown,
    initSecret: unknown,
  }
  return {
    groupContext: groupInfo.groupContext,
    ratchetTree: [],
    privatePath: { leafIndex, privateKeys: {} },
    signaturePrivateKey: device.signKey,
    confirmationTag: groupInfo.confirmationTag,
    keySchedule,
    secretTree: [],
    unappliedProposals: {},
    historicalReceiverData: new Map(),
    groupActiveState: { kind: 'active' },
    clientConfig: defaultClientConfig,
  }
}
