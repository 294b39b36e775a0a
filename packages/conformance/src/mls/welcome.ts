import type { ClientState } from 'ts-mls'
import { defaultClientConfig } from 'ts-mls/clientConfig.js'
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
import type { TestDevice } from './device.js'
import { checkTree } from './tree.js'
import { hex, readWelcome } from './wire.js'

/**
 * Joins by a Welcome, checking what RFC 9420 §12.4.3.1 demands; ts-mls's `joinGroup` would refuse
 * some legitimate trees (see `checkTree`).
 */
export async function openWelcome(
  device: TestDevice,
  bytes: Uint8Array,
  options: { parentHashes?: boolean } = {},
): Promise<ClientState> {
  const { suite } = device
  const welcome = readWelcome(bytes)
  const own = welcome.secrets
    .map((secret) => device.keyPackageOf(hex(secret.newMember)))
    .find((keyPackage) => keyPackage !== undefined)
  if (own === undefined) throw new Error(`${device.name}: the welcome is for others`)
  const { keyPackage, privatePackage } = own

  const groupSecrets = await decryptGroupSecrets(
    await suite.hpke.importPrivateKey(privatePackage.initPrivateKey),
    Buffer.from(own.ref, 'hex'),
    welcome,
    suite.hpke,
  )
  if (groupSecrets === undefined) throw new Error('welcome: cannot read the group secrets')
  const { joinerSecret, pathSecret } = groupSecrets
  const pskSecret = new Uint8Array(suite.kdf.size)
  const groupInfo = await decryptGroupInfo(welcome, joinerSecret, pskSecret, suite)
  const tree = groupInfo && ratchetTreeFromExtension(groupInfo)
  if (groupInfo === undefined || tree === undefined) throw new Error('welcome: no ratchet tree')
  const context = groupInfo.groupContext
  await checkTree(tree, context, suite, options)
  const signer = toLeafIndex(groupInfo.signer)
  const signerKey = getSignaturePublicKeyFromLeafIndex(tree, signer)
  if (!(await verifyGroupInfoSignature(groupInfo, signerKey, suite.signature))) {
    throw new Error('welcome: signature of the GroupInfo')
  }
  if (!(await verifyGroupInfoConfirmationTag(groupInfo, joinerSecret, pskSecret, suite))) {
    throw new Error('welcome: confirmation tag')
  }

  const leaf = findLeafIndex(tree, keyPackage.leafNode)
  if (leaf === undefined) throw new Error('welcome: own leaf is not in the tree')
  const leafKey: PrivateKeyPath = {
    leafIndex: leaf,
    privateKeys: { [leafToNodeIndex(leaf)]: privatePackage.hpkePrivateKey },
  }
  const privatePath =
    pathSecret === undefined
      ? leafKey
      : mergePrivateKeyPaths(
          await toPrivateKeyPath(
            await pathToRoot(tree, firstCommonAncestor(tree, leaf, signer), pathSecret, suite.kdf),
            leaf,
            suite,
          ),
          leafKey,
        )
  const [keySchedule, encryptionSecret] = await deriveKeySchedule(
    joinerSecret,
    pskSecret,
    context,
    suite.kdf,
  )
  return {
    groupContext: context,
    ratchetTree: tree,
    privatePath,
    signaturePrivateKey: device.signKey,
    confirmationTag: groupInfo.confirmationTag,
    unappliedProposals: {},
    keySchedule,
    secretTree: await createSecretTree(leafWidth(tree.length), encryptionSecret, suite.kdf),
    historicalReceiverData: new Map(),
    groupActiveState: { kind: 'active' },
    clientConfig: defaultClientConfig,
  }
}
