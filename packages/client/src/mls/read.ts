import { emptyPskIndex, processMessage } from 'ts-mls'
import type {
  CiphersuiteImpl,
  ClientState,
  MlsPublicMessage,
  PrivateMessage,
  PublicMessage,
} from 'ts-mls'
import type { IncomingMessageCallback } from 'ts-mls/incomingMessageAction.js'
import { unprotectPrivateMessage } from 'ts-mls/messageProtection.js'
import { unprotectPublicMessage } from 'ts-mls/messageProtectionPublic.js'
import { MlsClientError } from '../errors.js'
import { sameBytes } from '../lib/bytes.js'
import { rosterOf } from './roster.js'
import type { RosterDevice } from './roster.js'
import { readMessage } from './wire.js'

/** Applies another device's commit; a state that is removed from the group by it cannot go on. */
export async function applyCommit(
  state: ClientState,
  bytes: Uint8Array,
  suite: CiphersuiteImpl,
): Promise<Applied> {
  const message = readMessage(bytes)
  const by = message.wireformat === 'mls_public_message' ? committer(message, state) : undefined
  if (message.wireformat === 'mls_public_message') {
    const { publicMessage } = message
    if (removesLeaf(publicMessage, state.privatePath.leafIndex)) {
      await authenticate(state, publicMessage, suite)
      return { state: { ...state, groupActiveState: { kind: 'removedFromGroup' } }, by }
    }
  } else if (message.wireformat !== 'mls_private_message') {
    throw new MlsClientError('invalid', `not a commit: ${message.wireformat}`)
  }
  const result = await processMessage(message, state, emptyPskIndex, onlyPlainCommits, suite)
  if (result.kind !== 'newState' || result.actionTaken === 'reject') {
    throw new MlsClientError('invalid', 'not a commit that this client applies')
  }
  return { state: result.newState, by }
}

/** Decrypts another's message of the state's epoch or of one of those that it still has keys of. */
export async function decrypt(
  state: ClientState,
  bytes: Uint8Array,
  suite: CiphersuiteImpl,
): Promise<Decrypted> {
  const message = readMessage(bytes)
  if (message.wireformat !== 'mls_private_message') {
    throw new MlsClientError('invalid', `not a private message: ${message.wireformat}`)
  }
  const { privateMessage } = message
  if (privateMessage.contentType !== 'application') {
    throw new MlsClientError('invalid', 'not an application message')
  }
  const keys = keysOf(state, privateMessage)
  const { tree, content } = await unprotectPrivateMessage(
    keys.senderDataSecret,
    privateMessage,
    keys.secretTree,
    keys.ratchetTree,
    keys.groupContext,
    state.clientConfig.keyRetentionConfig,
    suite,
  )
  const { sender, ...framed } = content.content
  if (framed.contentType !== 'application' || sender.senderType !== 'member') {
    throw new MlsClientError('invalid', 'not an application message of a member')
  }
  const device = rosterOf(keys.ratchetTree).find(({ leafIndex }) => leafIndex === sender.leafIndex)
  if (device === undefined) throw new MlsClientError('invalid', 'sent by nobody in the group')
  return { plaintext: framed.applicationData, sender: device, state: keys.advanced(tree) }
}

/** The keys of the message's epoch, and how the state goes on once one of them is used. */
function keysOf(state: ClientState, { epoch, groupId }: PrivateMessage) {
  const { groupContext, ratchetTree, secretTree, keySchedule } = state
  if (!sameBytes(groupId, groupContext.groupId)) {
    throw new MlsClientError('invalid', 'a message of another group')
  }
  if (epoch === groupContext.epoch) {
    return {
      groupContext,
      ratchetTree,
      secretTree,
      senderDataSecret: keySchedule.senderDataSecret,
      advanced: (tree: typeof secretTree): ClientState => ({ ...state, secretTree: tree }),
    }
  }
  const former = state.historicalReceiverData.get(epoch)
  if (former === undefined) throw new MlsClientError('invalid', `no keys of epoch ${epoch}`)
  return {
    ...former,
    advanced: (tree: typeof secretTree): ClientState => ({
      ...state,
      historicalReceiverData: new Map(state.historicalReceiverData).set(epoch, {
        ...former,
        secretTree: tree,
      }),
    }),
  }
}

/** The device whose commit it is; nobody in the group, where it comes in by this commit. */
function committer({ publicMessage }: MlsPublicMessage, state: ClientState) {
  const { sender } = publicMessage.content
  if (sender.senderType !== 'member') return undefined
  return rosterOf(state.ratchetTree).find(({ leafIndex }) => leafIndex === sender.leafIndex)
}

/** An encrypted commit was not checked by the service: no ReInit, no pre-shared keys, no references. */
const onlyPlainCommits: IncomingMessageCallback = (incoming) => {
  if (incoming.kind !== 'commit') return 'reject'
  const plain = incoming.proposals.every(({ proposal }) =>
    ['add', 'remove', 'update', 'external_init', 'group_context_extensions'].includes(
      String(proposal.proposalType),
    ),
  )
  return plain ? 'accept' : 'reject'
}

/**
 * Decided by the proposals: ts-mls 1.6.4 looks whether the leaf is blank, and takes a device for a
 * member where the same commit put another in its place.
 */
function removesLeaf({ content }: PublicMessage, leafIndex: number): boolean {
  return (
    content.contentType === 'commit' &&
    content.commit.proposals.some(
      (item) =>
        item.proposalOrRefType === 'proposal' &&
        item.proposal.proposalType === 'remove' &&
        item.proposal.remove.removed === leafIndex,
    )
  )
}

async function authenticate(
  { keySchedule, groupContext, ratchetTree }: ClientState,
  message: PublicMessage,
  suite: CiphersuiteImpl,
): Promise<void> {
  if (message.content.epoch !== groupContext.epoch) {
    throw new MlsClientError('invalid', 'a commit of another epoch')
  }
  await unprotectPublicMessage(keySchedule.membershipKey, groupContext, ratchetTree, message, suite)
}

export interface Applied {
  state: ClientState
  /** Unknown for an encrypted commit, and nobody for an external one. */
  by: RosterDevice | undefined
}

export interface Decrypted {
  plaintext: Uint8Array
  sender: RosterDevice
  state: ClientState
}
