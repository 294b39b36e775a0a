import type { CiphersuiteImpl, ClientState, GroupInfo, Proposal, RatchetTree } from 'ts-mls'
import { exportSecret } from 'ts-mls/clientState.js'
import { ratchetTreeFromExtension } from 'ts-mls/groupInfo.js'
import { addLeafNode, removeLeafNode } from 'ts-mls/ratchetTree.js'
import { nodeToLeafIndex, toLeafIndex } from 'ts-mls/treemath.js'
import { MlsClientError } from '../errors.js'
import { CONFIG } from './config.js'
import type { DeviceKeys } from './device-keys.js'
import { deviceNameOf } from './identity.js'
import { makeKeyPackage } from './key-package.js'
import { checkGroupInfo } from './open-welcome.js'
import { rosterOf } from './roster.js'
import type { RosterDevice } from './roster.js'
import { sealCommit } from './seal-commit.js'
import type { SealedCommit } from './seal-commit.js'
import { readGroupInfo } from './wire.js'

/**
 * An external commit on a group (RFC 9420 §12.4.3.2): one ExternalInit, and a Remove of the leaf that
 * this device has there already, if any.
 */
export async function joinExternally(
  device: DeviceKeys,
  groupInfoBytes: Uint8Array,
  suite: CiphersuiteImpl,
): Promise<SealedCommit> {
  const { groupInfo, tree } = await openGroupInfo(groupInfoBytes, suite)
  const externalPub = groupInfo.extensions.find(
    ({ extensionType }) => extensionType === 'external_pub',
  )
  if (externalPub === undefined) {
    throw new MlsClientError('invalid', 'a GroupInfo without external_pub')
  }
  const { enc: kemOutput, secret: initSecret } = await exportSecret(
    externalPub.extensionData,
    suite,
  )
  const oldLeaf = leafOf(device, tree)
  const proposals: Proposal[] = [
    ...(oldLeaf === undefined
      ? []
      : [{ proposalType: 'remove' as const, remove: { removed: oldLeaf } }]),
    { proposalType: 'external_init', externalInit: { kemOutput } },
  ]
  const { keyPackage } = await makeKeyPackage(device, suite)
  const cleared = oldLeaf === undefined ? tree : withoutLeaf(tree, oldLeaf)
  const [withLeaf, node] = addLeafNode(cleared, keyPackage.leafNode)
  return sealCommit(
    outsideState(device, groupInfo, nodeToLeafIndex(node), suite),
    {
      sender: { senderType: 'new_member_commit' },
      proposals: proposals.map((proposal) => ({ proposalOrRefType: 'proposal', proposal })),
      tree: withLeaf,
      added: [],
      initSecret,
    },
    suite,
  )
}

/** The devices of a group that this one is not in, by its verified tree. */
export async function rosterOutside(
  groupInfo: Uint8Array,
  suite: CiphersuiteImpl,
): Promise<RosterDevice[]> {
  return rosterOf((await openGroupInfo(groupInfo, suite)).tree)
}

async function openGroupInfo(bytes: Uint8Array, suite: CiphersuiteImpl) {
  const groupInfo = readGroupInfo(bytes)
  const tree = ratchetTreeFromExtension(groupInfo)
  if (tree === undefined) throw new MlsClientError('invalid', 'a GroupInfo without ratchet_tree')
  await checkGroupInfo(groupInfo, tree, suite)
  return { groupInfo, tree }
}

function leafOf(device: DeviceKeys, tree: RatchetTree): number | undefined {
  const at = tree.findIndex((node) => {
    if (node?.nodeType !== 'leaf') return false
    const name = deviceNameOf(node.leaf.credential)
    return name?.did === device.did && name.deviceId === device.deviceId
  })
  return at < 0 ? undefined : at / 2
}

/** ts-mls 1.6.4 throws where no other leaf stays: one blank leaf is then the tree (RFC 9420 §7.7). */
function withoutLeaf(tree: RatchetTree, leafIndex: number): RatchetTree {
  const others = tree.some((node, at) => node?.nodeType === 'leaf' && at !== 2 * leafIndex)
  return others ? removeLeafNode(tree, toLeafIndex(leafIndex)) : [undefined]
}

/** What a joiner knows of the epoch it joins on: its public part, and none of its secrets. */
function outsideState(
  device: DeviceKeys,
  groupInfo: GroupInfo,
  leafIndex: number,
  suite: CiphersuiteImpl,
): ClientState {
  const unknown = new Uint8Array(suite.kdf.size)
  return {
    groupContext: groupInfo.groupContext,
    ratchetTree: [],
    privatePath: { leafIndex, privateKeys: {} },
    signaturePrivateKey: device.signKey,
    confirmationTag: groupInfo.confirmationTag,
    keySchedule: {
      senderDataSecret: unknown,
      exporterSecret: unknown,
      externalSecret: unknown,
      confirmationKey: unknown,
      membershipKey: unknown,
      resumptionPsk: unknown,
      epochAuthenticator: unknown,
      initSecret: unknown,
    },
    secretTree: [],
    unappliedProposals: {},
    historicalReceiverData: new Map(),
    groupActiveState: { kind: 'active' },
    clientConfig: CONFIG,
  }
}
