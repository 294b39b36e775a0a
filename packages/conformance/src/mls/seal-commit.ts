import type {
  CiphersuiteImpl,
  ClientState,
  Extension,
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
import { protect } from 'ts-mls/messageProtection.js'
import { protectPublicMessage } from 'ts-mls/messageProtectionPublic.js'
import { encodeRatchetTree } from 'ts-mls/ratchetTree.js'
import { createSecretTree } from 'ts-mls/secretTree.js'
import { treeHashRoot } from 'ts-mls/treeHash.js'
import { leafWidth, toLeafIndex } from 'ts-mls/treemath.js'
import { sealWelcome } from '../../../client/src/mls/seal-welcome.js'
import { buildPath, noPath } from './path.js'
import type { PathTamper } from './path.js'
import { writeGroupInfo, writePrivateMessage, writePublicMessage } from './wire.js'

/**
 * Makes the commit of a draft, with everything that depends on it: the update path, transcript,
 * confirmation tag, key schedule, welcome and GroupInfo of the next epoch (RFC 9420 §12.4.1).
 *
 * ts-mls's own `createCommit` is not used because it cannot make a path where none is needed (an
 * Add with an update), makes none for GroupContextExtensions where RFC 9420 §17.4 demands one, and
 * encrypts that path under the old extensions. Nothing is validated here: what a draft says is what
 * is signed, so that a test can make a commit with one fault and no other.
 */
export async function sealCommit(
  before: ClientState,
  draft: CommitDraft,
  suite: CiphersuiteImpl,
  tamper: CommitTamper = {},
): Promise<SealedCommit> {
  const framing = draft.framing ?? 'public'
  const wireformat = framing === 'public' ? 'mls_public_message' : 'mls_private_message'
  const context: GroupContext = { ...before.groupContext, extensions: draft.extensions }

  const path = draft.withPath
    ? await buildPath(before, draft, context, suite, tamper)
    : noPath(before, draft.tree, suite)
  const content = change<FramedContentCommit>(
    {
      groupId: context.groupId,
      epoch: context.epoch,
      sender: draft.sender,
      authenticatedData: draft.authenticatedData ?? new Uint8Array(),
      contentType: 'commit',
      commit: { proposals: draft.proposals, path: path.path },
    },
    tamper.content,
  )
  const signature = change(
    await signFramedContentTBS(
      tamper.signKey ?? before.signaturePrivateKey,
      toTbs(content, wireformat, tamper.signedContext ?? before.groupContext),
      suite.signature,
    ),
    tamper.signature,
  )

  const nextContext = change(
    await nextEpochContext(
      context,
      wireformat,
      content,
      signature,
      await treeHashRoot(path.tree, suite.hash),
      before.confirmationTag,
      suite.hash,
    ),
    tamper.nextContext,
  )
  const pskSecret = new Uint8Array(suite.kdf.size)
  const secrets = await initializeEpoch(
    draft.initSecret,
    path.commitSecret,
    nextContext,
    pskSecret,
    suite.kdf,
  )
  const confirmationTag = await createConfirmationTag(
    secrets.keySchedule.confirmationKey,
    nextContext.confirmedTranscriptHash,
    suite.hash,
  )
  const auth: FramedContentAuthDataCommit = { contentType: 'commit', signature, confirmationTag }

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
  }
  const groupInfo = await sealGroupInfo(state, suite, tamper.groupInfo)
  return {
    commit: await frame(before, content, auth, framing, suite),
    groupInfo,
    welcome: await sealWelcome(state, draft.added, path.secrets, secrets, suite),
    state,
  }
}

/** A GroupInfo with `external_pub` and `ratchet_tree`, signed by the owner of the state. */
export async function sealGroupInfo(
  state: ClientState,
  suite: CiphersuiteImpl,
  tamper?: Change<GroupInfoTBS>,
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
  return writeGroupInfo(
    await signGroupInfo(change(tbs, tamper), state.signaturePrivateKey, suite.signature),
  )
}

async function frame(
  before: ClientState,
  content: FramedContentCommit,
  auth: FramedContentAuthDataCommit,
  framing: 'public' | 'private',
  suite: CiphersuiteImpl,
): Promise<Uint8Array> {
  if (framing === 'public') {
    return writePublicMessage(
      await protectPublicMessage(
        before.keySchedule.membershipKey,
        before.groupContext,
        { wireformat: 'mls_public_message', content, auth },
        suite,
      ),
    )
  }
  const sealed = await protect(
    before.keySchedule.senderDataSecret,
    content.authenticatedData,
    before.groupContext,
    before.secretTree,
    { ...content, auth },
    toLeafIndex(before.privatePath.leafIndex),
    before.clientConfig.paddingConfig,
    suite,
  )
  return writePrivateMessage(sealed.privateMessage)
}

function change<T>(value: T, with_: Change<T> | undefined): T {
  return with_ === undefined ? value : with_(value)
}

type Change<T> = (value: T) => T

/** What is to be committed: the outcome of the proposals is given, not derived. */
export interface CommitDraft {
  sender: Sender
  proposals: ProposalOrRef[]
  /** The tree with the proposals applied, and with the joiner's leaf in an external commit. */
  tree: RatchetTree
  added: [leafIndex: number, keyPackage: KeyPackage][]
  /** GroupContext extensions of the next epoch. */
  extensions: Extension[]
  withPath: boolean
  /** `init_secret` of the epoch that ends, or the external one. */
  initSecret: Uint8Array
  framing?: 'public' | 'private'
  authenticatedData?: Uint8Array
}

/**
 * Faults to put in. Each runs before whatever is computed from it, so the rest stays consistent:
 * a changed leaf is signed, stands in the tree, and is covered by tree hash and GroupInfo.
 */
export interface CommitTamper extends PathTamper {
  content?: Change<FramedContentCommit>
  signKey?: Uint8Array
  /** The GroupContext under which the commit is signed, instead of the group's. */
  signedContext?: GroupContext
  signature?: Change<Uint8Array>
  nextContext?: Change<GroupContext>
  groupInfo?: Change<GroupInfoTBS>
}

export interface SealedCommit {
  /** MLSMessage (mls_public_message or mls_private_message). */
  commit: Uint8Array
  /** MLSMessage (mls_group_info) of the epoch that the commit makes. */
  groupInfo: Uint8Array
  /** MLSMessage (mls_welcome), if anyone is added. */
  welcome: Uint8Array | undefined
  /** The committer's state in that epoch. */
  state: ClientState
}
