import type {
  CiphersuiteImpl,
  ClientState,
  FramedContentAuthDataCommit,
  GroupContext,
  GroupInfoTBS,
  KeyPackage,
  ProposalOrRef,
  RatchetTree,
  Sender,
} from 'ts-mls'
import { nextEpochContext } from 'ts-mls/clientState.js'
import { createConfirmationTag, signFramedContentTBS, toTbs } from 'ts-mls/framedContent.js'
import type { FramedContentCommit } from 'ts-mls/framedContent.js'
import { signGroupInfo } from 'ts-mls/groupInfo.js'
import { initializeEpoch } from 'ts-mls/keySchedule.js'
import { protectPublicMessage } from 'ts-mls/messageProtectionPublic.js'
import { encodeRatchetTree } from 'ts-mls/ratchetTree.js'
import { createSecretTree } from 'ts-mls/secretTree.js'
import { treeHashRoot } from 'ts-mls/treeHash.js'
import { leafWidth } from 'ts-mls/treemath.js'
import { buildPath } from './path.js'
import { sealWelcome } from './seal-welcome.js'
import { writeGroupInfo, writePublicMessage } from './wire.js'

/**
 * Makes the commit of a draft, with everything that depends on it: update path, transcript,
 * confirmation tag, key schedule, welcome and GroupInfo of the next epoch (RFC 9420 §12.4.1).
 *
 * ts-mls's own `createCommit` cannot make a path where none is needed, and every commit here has one:
 * whoever changes a group renews its own keys.
 */
export async function sealCommit(
  before: ClientState,
  draft: CommitDraft,
  suite: CiphersuiteImpl,
): Promise<SealedCommit> {
  const context = before.groupContext
  const path = await buildPath(before, draft, context, suite)
  const content: FramedContentCommit = {
    groupId: context.groupId,
    epoch: context.epoch,
    sender: draft.sender,
    authenticatedData: new Uint8Array(),
    contentType: 'commit',
    commit: { proposals: draft.proposals, path: path.path },
  }
  const signature = await signFramedContentTBS(
    before.signaturePrivateKey,
    toTbs(content, 'mls_public_message', context),
    suite.signature,
  )
  const nextContext = await nextEpochContext(
    context,
    'mls_public_message',
    content,
    signature,
    await treeHashRoot(path.tree, suite.hash),
    before.confirmationTag,
    suite.hash,
  )
  const secrets = await initializeEpoch(
    draft.initSecret,
    path.commitSecret,
    nextContext,
    new Uint8Array(suite.kdf.size),
    suite.kdf,
  )
  const confirmationTag = await createConfirmationTag(
    secrets.keySchedule.confirmationKey,
    nextContext.confirmedTranscriptHash,
    suite.hash,
  )
  const state: ClientState = {
    ...before,
    groupContext: nextContext,
    ratchetTree: path.tree,
    privatePath: path.privatePath,
    keySchedule: secrets.keySchedule,
    secretTree: await createSecretTree(
      leafWidth(path.tree.length),
      secrets.encryptionSecret,
      suite.kdf,
    ),
    confirmationTag,
    unappliedProposals: {},
    historicalReceiverData: new Map(),
  }
  const auth: FramedContentAuthDataCommit = { contentType: 'commit', signature, confirmationTag }
  const welcome = await sealWelcome(state, draft.added, path.secrets, secrets, suite)
  return {
    change: {
      commit: await frame(before, context, content, auth, suite),
      groupInfo: await sealGroupInfo(state, suite),
      ...(welcome !== undefined && { welcome }),
    },
    next: state,
  }
}

/** The GroupInfo of the state's epoch, with `external_pub` and `ratchet_tree`: a `genesis` at 0. */
export async function sealGroupInfo(
  state: ClientState,
  suite: CiphersuiteImpl,
): Promise<Uint8Array> {
  const external = await suite.hpke.deriveKeyPair(state.keySchedule.externalSecret)
  const tbs: GroupInfoTBS = {
    groupContext: state.groupContext,
    extensions: [
      {
        extensionType: 'external_pub',
        extensionData: await suite.hpke.exportPublicKey(external.publicKey),
      },
      { extensionType: 'ratchet_tree', extensionData: encodeRatchetTree(state.ratchetTree) },
    ],
    confirmationTag: state.confirmationTag,
    signer: state.privatePath.leafIndex,
  }
  return writeGroupInfo(await signGroupInfo(tbs, state.signaturePrivateKey, suite.signature))
}

async function frame(
  before: ClientState,
  context: GroupContext,
  content: FramedContentCommit,
  auth: FramedContentAuthDataCommit,
  suite: CiphersuiteImpl,
): Promise<Uint8Array> {
  return writePublicMessage(
    await protectPublicMessage(
      before.keySchedule.membershipKey,
      context,
      { wireformat: 'mls_public_message', content, auth },
      suite,
    ),
  )
}

/** What is to be committed: the outcome of the proposals is given, not derived. */
export interface CommitDraft {
  sender: Sender
  proposals: ProposalOrRef[]
  /** The tree with the proposals applied, and with the joiner's leaf in an external commit. */
  tree: RatchetTree
  added: [leafIndex: number, keyPackage: KeyPackage][]
  /** `init_secret` of the epoch that ends, or the external one. */
  initSecret: Uint8Array
}

export interface SealedCommit {
  change: Change
  /** The committer's state in the epoch that the commit makes. */
  next: ClientState
}

/** `blue.catbird.mls.defs#change`: complete MLSMessages. */
export interface Change {
  commit: Uint8Array
  groupInfo: Uint8Array
  welcome?: Uint8Array
}
