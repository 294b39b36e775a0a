import type { CiphersuiteImpl, ClientState, KeyPackage } from 'ts-mls'
import { signGroupInfo } from 'ts-mls/groupInfo.js'
import type { EpochSecrets } from 'ts-mls/keySchedule.js'
import { makeKeyPackageRef } from 'ts-mls/keyPackage.js'
import { encodeRatchetTree } from 'ts-mls/ratchetTree.js'
import { toLeafIndex } from 'ts-mls/treemath.js'
import { firstCommonAncestor } from 'ts-mls/updatePath.js'
import type { PathSecret } from 'ts-mls/updatePath.js'
import { encryptGroupInfo, encryptGroupSecrets } from 'ts-mls/welcome.js'
import { writeWelcome } from './wire.js'

/** One Welcome for all that are added; its GroupInfo carries `ratchet_tree` (RFC 9420 §12.4.3.1). */
export async function sealWelcome(
  state: ClientState,
  added: [leafIndex: number, keyPackage: KeyPackage][],
  secrets: PathSecret[],
  { welcomeSecret, joinerSecret }: EpochSecrets,
  suite: CiphersuiteImpl,
): Promise<Uint8Array | undefined> {
  if (added.length === 0) return undefined
  const committer = toLeafIndex(state.privatePath.leafIndex)
  const tree = state.ratchetTree
  const groupInfo = await signGroupInfo(
    {
      groupContext: state.groupContext,
      extensions: [{ extensionType: 'ratchet_tree', extensionData: encodeRatchetTree(tree) }],
      confirmationTag: state.confirmationTag,
      signer: committer,
    },
    state.signaturePrivateKey,
    suite.signature,
  )
  const encryptedGroupInfo = await encryptGroupInfo(groupInfo, welcomeSecret, suite)
  const sealFor = async ([leaf, keyPackage]: [number, KeyPackage]) => {
    const meeting = firstCommonAncestor(tree, toLeafIndex(leaf), committer)
    const pathSecret = secrets.find((known) => known.nodeIndex === meeting)?.secret
    const sealed = await encryptGroupSecrets(
      await suite.hpke.importPublicKey(keyPackage.initKey),
      encryptedGroupInfo,
      { joinerSecret, pathSecret, psks: [] },
      suite.hpke,
    )
    return {
      newMember: await makeKeyPackageRef(keyPackage, suite.hash),
      encryptedGroupSecrets: { kemOutput: sealed.enc, ciphertext: sealed.ct },
    }
  }
  return writeWelcome({
    cipherSuite: suite.name,
    secrets: await Promise.all(added.map(sealFor)),
    encryptedGroupInfo,
  })
}
