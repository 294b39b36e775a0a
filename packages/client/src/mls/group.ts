import { createApplicationMessage, createGroup as createMlsGroup, emptyPskIndex } from 'ts-mls'
import type { CiphersuiteImpl, ClientState, Proposal, ProposalOrRef } from 'ts-mls'
import { addHistoricalReceiverData, applyProposals } from 'ts-mls/clientState.js'
import { toLeafIndex } from 'ts-mls/treemath.js'
import { MlsClientError } from '../errors.js'
import { CONFIG } from './config.js'
import type { DeviceKeys } from './device-keys.js'
import { makeKeyPackage } from './key-package.js'
import { epochOf, ownLeafOf } from './roster.js'
import { sealCommit } from './seal-commit.js'
import type { SealedCommit } from './seal-commit.js'
import { readKeyPackage, writePrivateMessage } from './wire.js'

/** A new group at epoch 0 with this device alone. */
export async function createGroup(
  device: DeviceKeys,
  groupId: Uint8Array,
  suite: CiphersuiteImpl,
): Promise<ClientState> {
  const { keyPackage, privatePackage } = await makeKeyPackage(device, suite)
  return createMlsGroup(groupId, keyPackage, privatePackage, [], suite, CONFIG)
}

/** A commit of proposals by value, and always with a path; the state stays as it is. */
export async function buildCommit(
  state: ClientState,
  { add, remove }: CommitIntent,
  suite: CiphersuiteImpl,
): Promise<SealedCommit> {
  const proposals = proposalsOf(add, remove)
  const sender = ownLeafOf(state)
  const { tree, additionalResult } = await applyProposals(
    state,
    proposals,
    toLeafIndex(sender),
    emptyPskIndex,
    true,
    suite,
  )
  if (additionalResult.kind !== 'memberCommit') {
    throw new MlsClientError('invalid', 'not a plain commit')
  }
  const draft = {
    sender: { senderType: 'member' as const, leafIndex: sender },
    proposals,
    tree,
    added: additionalResult.addedLeafNodes,
    initSecret: state.keySchedule.initSecret,
  }
  return sealCommit(state, draft, suite)
}

/** The service has accepted a commit of this device: its next state, which still reads late messages. */
export function adopt(current: ClientState, next: ClientState): ClientState {
  return { ...next, historicalReceiverData: addHistoricalReceiverData(current)[0] }
}

/**
 * Encrypts for the state's epoch. The new state must be in the store before the ciphertext leaves:
 * two plaintexts under one key and nonce would give both away.
 *
 * @param padTo length that the content is padded to, if it is shorter, in bytes.
 */
export async function encrypt(
  state: ClientState,
  plaintext: Uint8Array,
  padTo: number,
  suite: CiphersuiteImpl,
): Promise<Encrypted> {
  const padded: ClientState = {
    ...state,
    clientConfig: {
      ...CONFIG,
      paddingConfig: { kind: 'padUntilLength', padUntilLength: padTo },
    },
  }
  const { newState, privateMessage } = await createApplicationMessage(padded, plaintext, suite)
  return {
    state: { ...newState, clientConfig: CONFIG },
    ciphertext: writePrivateMessage(privateMessage),
    epoch: epochOf(state),
  }
}

function proposalsOf(add: Uint8Array[], remove: number[]): ProposalOrRef[] {
  const proposals: Proposal[] = [
    ...remove.map((removed) => ({ proposalType: 'remove' as const, remove: { removed } })),
    ...add.map((bytes) => ({
      proposalType: 'add' as const,
      add: { keyPackage: readKeyPackage(bytes) },
    })),
  ]
  return proposals.map((proposal) => ({ proposalOrRefType: 'proposal', proposal }))
}

export interface CommitIntent {
  /** MLSMessages (mls_key_package). */
  add: Uint8Array[]
  /** Leaf indexes. */
  remove: number[]
}

export interface Encrypted {
  state: ClientState
  /** MLSMessage (mls_private_message). */
  ciphertext: Uint8Array
  epoch: number
}
