import { createApplicationMessage, createGroup, emptyPskIndex, processMessage } from 'ts-mls'
import type { ClientState, Extension, MLSMessage, Proposal, ProposalOrRef } from 'ts-mls'
import { addHistoricalReceiverData, applyProposals } from 'ts-mls/clientState.js'
import { encodeGroupContext } from 'ts-mls/groupContext.js'
import { acceptAll } from 'ts-mls/incomingMessageAction.js'
import { toLeafIndex } from 'ts-mls/treemath.js'
import { Lane } from '../lib/lane.js'
import { identityOf } from './device.js'
import type { TestDevice } from './device.js'
import { openExternally } from './external.js'
import { buildKeyPackage } from './key-package.js'
import type { KeyPackageOptions } from './key-package.js'
import { sealCommit, sealGroupInfo } from './seal-commit.js'
import type { CommitDraft, SealedCommit } from './seal-commit.js'
import { openWelcome } from './welcome.js'
import { decodeMessage, hex, readKeyPackage, sameBytes, writePrivateMessage } from './wire.js'

/**
 * The state that one device has of one MLS group.
 *
 * A commit is *staged*: the state stays where it is until the service has accepted the commit
 * (`adopt`) or another has won the epoch (`drop`; `process` does either by itself when the log
 * brings the epoch's commit). Bytes in and out are complete MLSMessages.
 */
export class TestGroup {
  #staged: SealedCommit | undefined
  /** Each message advances the state: what runs together must not start from the same one. */
  readonly #lane = new Lane()

  constructor(
    readonly device: TestDevice,
    private current: ClientState,
  ) {}

  /** A new group at epoch 0 with this device alone. */
  static async create(
    device: TestDevice,
    groupId: Uint8Array,
    { extensions = [], leaf = {} }: { extensions?: Extension[]; leaf?: KeyPackageOptions } = {},
  ): Promise<TestGroup> {
    const { keyPackage, privatePackage } = await buildKeyPackage(device, leaf)
    const { suite } = device
    return new TestGroup(
      device,
      await createGroup(groupId, keyPackage, privatePackage, extensions, suite),
    )
  }

  /** Joins by a Welcome that names one of the device's key packages. */
  static async join(
    device: TestDevice,
    welcome: Uint8Array,
    options: { parentHashes?: boolean } = {},
  ): Promise<TestGroup> {
    return new TestGroup(device, await openWelcome(device, welcome, options))
  }

  /**
   * Joins by an external commit on a GroupInfo; a leaf that the device still has is removed by it.
   * The group is usable after `adopt`.
   */
  static async joinExternally(device: TestDevice, groupInfo: Uint8Array): Promise<ExternalJoin> {
    const { before, sealed } = await openExternally(device, groupInfo)
    const group = new TestGroup(device, before)
    group.#staged = sealed
    return { group, change: changeOf(sealed) }
  }

  get state(): ClientState {
    return this.current
  }

  /** Lowercase hex. */
  get groupId(): string {
    return hex(this.current.groupContext.groupId)
  }

  get epoch(): number {
    return Number(this.current.groupContext.epoch)
  }

  get leafIndex(): number {
    return this.current.privatePath.leafIndex
  }

  get removed(): boolean {
    return this.current.groupActiveState.kind === 'removedFromGroup'
  }

  /** Equal for all devices of an epoch, and for no other epoch (RFC 9420 §8.7). */
  get epochAuthenticator(): Uint8Array {
    return this.current.keySchedule.epochAuthenticator
  }

  /** The encoded GroupContext (RFC 9420 §8.1). */
  get context(): Uint8Array {
    return encodeGroupContext(this.current.groupContext)
  }

  get staged(): Change | undefined {
    return this.#staged && changeOf(this.#staged)
  }

  members(): GroupMember[] {
    return this.current.ratchetTree.flatMap((node, index) => {
      if (node?.nodeType !== 'leaf') return []
      const identity = identityOf(node.leaf.credential)
      const [did = '', deviceId = ''] = identity.split('#')
      const signaturePublicKey = node.leaf.signaturePublicKey
      return [{ leafIndex: index / 2, identity, did, deviceId, signaturePublicKey }]
    })
  }

  /** Leaf indexes of a DID, or of one device (`<did>#<deviceId>`). */
  leavesOf(who: string): number[] {
    return this.members()
      .filter(({ did, identity }) => did === who || identity === who)
      .map(({ leafIndex }) => leafIndex)
  }

  /** The GroupInfo of the current epoch, signed by this device: a `genesis` at epoch 0. */
  groupInfo(): Promise<Uint8Array> {
    return sealGroupInfo(this.current, this.device.suite)
  }

  /**
   * Stages a commit of proposals by value and returns it. Without options it is an update of the
   * own leaf; `update` adds a path to a commit that needs none.
   */
  async commit(options: CommitOptions = {}): Promise<Change> {
    const draft = await this.#draft(options)
    this.#staged = await sealCommit(this.current, draft, this.device.suite)
    return changeOf(this.#staged)
  }

  /** The service has accepted the staged commit. */
  adopt(): void {
    const staged = this.#staged
    if (staged === undefined) throw new Error(`${this.device.name}: nothing is staged`)
    this.#staged = undefined
    const joined = this.current.ratchetTree.length === 0
    const historicalReceiverData = joined ? new Map() : addHistoricalReceiverData(this.current)[0]
    this.current = { ...staged.state, historicalReceiverData }
  }

  /** Another commit has won the epoch. */
  drop(): void {
    this.#staged = undefined
  }

  /** Applies the epoch's commit from the log: the own staged one, or another's, which drops it. */
  process(commit: Uint8Array): Promise<'own' | 'applied' | 'removed'> {
    return this.#lane.run(() => this.#process(commit))
  }

  /** Encrypts for the current epoch: MLSMessage (mls_private_message). */
  encrypt(plaintext: string | Uint8Array): Promise<Uint8Array> {
    const data = typeof plaintext === 'string' ? new TextEncoder().encode(plaintext) : plaintext
    return this.#lane.run(async () => {
      const result = await createApplicationMessage(this.current, data, this.device.suite)
      this.current = result.newState
      return writePrivateMessage(result.privateMessage)
    })
  }

  /** Decrypts another's message of this epoch or of one of the four before it, once. */
  decrypt(ciphertext: Uint8Array): Promise<Uint8Array> {
    return this.#lane.run(() => this.#decrypt(ciphertext))
  }

  async decryptText(ciphertext: Uint8Array): Promise<string> {
    return new TextDecoder().decode(await this.decrypt(ciphertext))
  }

  async #process(commit: Uint8Array): Promise<'own' | 'applied' | 'removed'> {
    if (this.#staged !== undefined && sameBytes(this.#staged.commit, commit)) {
      this.adopt()
      return 'own'
    }
    const message = decodeMessage(commit)
    if (
      message.wireformat !== 'mls_public_message' &&
      message.wireformat !== 'mls_private_message'
    ) {
      throw new Error(`not a commit: ${message.wireformat}`)
    }
    if (removesLeaf(message, this.leafIndex)) {
      this.#staged = undefined
      this.current = { ...this.current, groupActiveState: { kind: 'removedFromGroup' } }
      return 'removed'
    }
    const { suite } = this.device
    const result = await processMessage(message, this.current, emptyPskIndex, acceptAll, suite)
    if (result.kind !== 'newState') throw new Error('not a commit: an application message')
    this.#staged = undefined
    this.current = result.newState
    return this.removed ? 'removed' : 'applied'
  }

  async #decrypt(ciphertext: Uint8Array): Promise<Uint8Array> {
    const message = decodeMessage(ciphertext)
    if (message.wireformat !== 'mls_private_message') throw new Error('not a private message')
    const { suite } = this.device
    const result = await processMessage(message, this.current, emptyPskIndex, acceptAll, suite)
    if (result.kind !== 'applicationMessage') throw new Error('not an application message')
    this.current = result.newState
    return result.message
  }

  async #draft(options: CommitOptions): Promise<CommitDraft> {
    const proposals = proposalsOf(options)
    const { current } = this
    const result = await applyProposals(
      current,
      proposals,
      toLeafIndex(this.leafIndex),
      emptyPskIndex,
      true,
      this.device.suite,
    )
    if (result.additionalResult.kind !== 'memberCommit') throw new Error('not a plain commit')
    const { extensions, addedLeafNodes } = result.additionalResult
    const changesContext = options.groupContextExtensions !== undefined
    return {
      sender: { senderType: 'member', leafIndex: this.leafIndex },
      proposals,
      tree: result.tree,
      added: addedLeafNodes,
      extensions: changesContext ? extensions : current.groupContext.extensions,
      withPath: result.needsUpdatePath || changesContext || options.update === true,
      initSecret: current.keySchedule.initSecret,
      framing: options.framing,
      authenticatedData: options.authenticatedData,
    }
  }
}

/**
 * Decided by the proposals: ts-mls 1.6.4 looks whether the leaf is blank, and takes a device for a
 * member where the same commit put another in its place. Those of a PrivateMessage are encrypted.
 */
function removesLeaf(message: MLSMessage, leafIndex: number): boolean {
  if (message.wireformat !== 'mls_public_message') return false
  const { content } = message.publicMessage
  if (content.contentType !== 'commit') return false
  return content.commit.proposals.some(
    (item) =>
      item.proposalOrRefType === 'proposal' &&
      item.proposal.proposalType === 'remove' &&
      item.proposal.remove.removed === leafIndex,
  )
}

function proposalsOf(options: CommitOptions): ProposalOrRef[] {
  const proposals: Proposal[] = []
  for (const removed of options.remove ?? []) {
    proposals.push({ proposalType: 'remove', remove: { removed } })
  }
  for (const bytes of options.add ?? []) {
    proposals.push({ proposalType: 'add', add: { keyPackage: readKeyPackage(bytes) } })
  }
  if (options.groupContextExtensions !== undefined) {
    proposals.push({
      proposalType: 'group_context_extensions',
      groupContextExtensions: { extensions: options.groupContextExtensions },
    })
  }
  return proposals.map((proposal) => ({ proposalOrRefType: 'proposal', proposal }))
}

function changeOf({ commit, groupInfo, welcome }: SealedCommit): Change {
  return welcome === undefined ? { commit, groupInfo } : { commit, groupInfo, welcome }
}

/** `blue.catbird.mls.defs#change`. */
export interface Change {
  commit: Uint8Array
  groupInfo: Uint8Array
  welcome?: Uint8Array
}

export interface CommitOptions {
  /** MLSMessages (mls_key_package). */
  add?: Uint8Array[]
  /** Leaf indexes. */
  remove?: number[]
  update?: boolean
  /** Not empty: ts-mls takes an empty list for "unchanged". */
  groupContextExtensions?: Extension[]
  framing?: 'public' | 'private'
  authenticatedData?: Uint8Array
}

export interface ExternalJoin {
  group: TestGroup
  change: Change
}

export interface GroupMember {
  leafIndex: number
  /** `<did>#<deviceId>` */
  identity: string
  did: string
  deviceId: string
  signaturePublicKey: Uint8Array
}
