import type { CiphersuiteImpl, ClientState, GroupInfo, RatchetTree, Welcome } from 'ts-mls'
import {
  ratchetTreeFromExtension,
  verifyGroupInfoConfirmationTag,
  verifyGroupInfoSignature,
} from 'ts-mls/groupInfo.js'
import { deriveKeySchedule } from 'ts-mls/keySchedule.js'
import { pathToRoot } from 'ts-mls/pathSecrets.js'
import { mergePrivateKeyPaths, toPrivateKeyPath } from 'ts-mls/privateKeyPath.js'
import type { PrivateKeyPath } from 'ts-mls/privateKeyPath.js'
import { findLeafIndex, getSignaturePublicKeyFromLeafIndex } from 'ts-mls/ratchetTree.js'
import { createSecretTree } from 'ts-mls/secretTree.js'
import { leafToNodeIndex, leafWidth, toLeafIndex } from 'ts-mls/treemath.js'
import { firstCommonAncestor } from 'ts-mls/updatePath.js'
import { decryptGroupInfo, decryptGroupSecrets } from 'ts-mls/welcome.js'
import { MlsClientError } from '../errors.js'
import { fromHex, hex } from '../lib/bytes.js'
import { checkTree } from './check-tree.js'
import { CONFIG } from './config.js'
import type { OwnKeyPackage } from './key-package.js'

/** KeyPackageRefs, lowercase hex, of those whom a Welcome is for. */
export function recipientsOf(welcome: Welcome): string[] {
  return welcome.secrets.map(({ newMember }) => hex(newMember))
}

/**
 * Joins by a Welcome, checking what RFC 9420 §12.4.3.1 demands; ts-mls's `joinGroup` refuses some
 * trees that are in order (see `checkTree`).
 */
export async function openWelcome(
  welcome: Welcome,
  own: OwnKeyPackage,
  suite: CiphersuiteImpl,
): Promise<ClientState> {
  if (welcome.cipherSuite !== suite.name) throw bad('another cipher suite')
  const groupSecrets = await decryptGroupSecrets(
    await suite.hpke.importPrivateKey(own.privatePackage.initPrivateKey),
    fromHex(own.ref),
    welcome,
    suite.hpke,
  )
  if (groupSecrets === undefined) throw bad('the group secrets cannot be read')
  if (groupSecrets.psks.length > 0) throw bad('it asks for a pre-shared key')
  const { joinerSecret, pathSecret } = groupSecrets
  const pskSecret = new Uint8Array(suite.kdf.size)
  const groupInfo = await decryptGroupInfo(welcome, joinerSecret, pskSecret, suite)
  const tree = groupInfo && ratchetTreeFromExtension(groupInfo)
  if (groupInfo === undefined || tree === undefined) throw bad('no ratchet tree')
  await checkGroupInfo(groupInfo, tree, suite)
  if (!(await verifyGroupInfoConfirmationTag(groupInfo, joinerSecret, pskSecret, suite))) {
    throw bad('confirmation tag')
  }
  const context = groupInfo.groupContext
  const [keySchedule, encryptionSecret] = await deriveKeySchedule(
    joinerSecret,
    pskSecret,
    context,
    suite.kdf,
  )
  return {
    groupContext: context,
    ratchetTree: tree,
    privatePath: await privatePathOf(tree, groupInfo, own, pathSecret, suite),
    signaturePrivateKey: own.privatePackage.signaturePrivateKey,
    confirmationTag: groupInfo.confirmationTag,
    unappliedProposals: {},
    keySchedule,
    secretTree: await createSecretTree(leafWidth(tree.length), encryptionSecret, suite.kdf),
    historicalReceiverData: new Map(),
    groupActiveState: { kind: 'active' },
    clientConfig: CONFIG,
  }
}

/** A GroupInfo from outside: its tree is the one that its context commits to, its signer signed it. */
export async function checkGroupInfo(
  groupInfo: GroupInfo,
  tree: RatchetTree,
  suite: CiphersuiteImpl,
): Promise<void> {
  if (groupInfo.groupContext.cipherSuite !== suite.name) throw bad('another cipher suite')
  await checkTree(tree, groupInfo.groupContext, suite)
  const signerKey = getSignaturePublicKeyFromLeafIndex(tree, toLeafIndex(groupInfo.signer))
  if (!(await verifyGroupInfoSignature(groupInfo, signerKey, suite.signature))) {
    throw bad('signature of the GroupInfo')
  }
}

async function privatePathOf(
  tree: RatchetTree,
  groupInfo: GroupInfo,
  { keyPackage, privatePackage }: OwnKeyPackage,
  pathSecret: Uint8Array | undefined,
  suite: CiphersuiteImpl,
): Promise<PrivateKeyPath> {
  const leaf = findLeafIndex(tree, keyPackage.leafNode)
  if (leaf === undefined) throw bad('the own leaf is not in the tree')
  const leafKey: PrivateKeyPath = {
    leafIndex: leaf,
    privateKeys: { [leafToNodeIndex(leaf)]: privatePackage.hpkePrivateKey },
  }
  if (pathSecret === undefined) return leafKey
  const meeting = firstCommonAncestor(tree, leaf, toLeafIndex(groupInfo.signer))
  const secrets = await pathToRoot(tree, meeting, pathSecret, suite.kdf)
  return mergePrivateKeyPaths(await toPrivateKeyPath(secrets, leaf, suite), leafKey)
}

function bad(what: string): MlsClientError {
  return new MlsClientError('invalid', `group state refused: ${what}`)
}
