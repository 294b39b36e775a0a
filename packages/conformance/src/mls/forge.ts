import type { Extension, GroupInfoTBS, KeyPackage, Proposal, ProposalOrRef } from 'ts-mls'
import { signGroupInfo } from 'ts-mls/groupInfo.js'
import { addLeafNode, removeLeafNode, updateLeafNode } from 'ts-mls/ratchetTree.js'
import { nodeToLeafIndex, toLeafIndex } from 'ts-mls/treemath.js'
import type { TestDevice } from './device.js'
import type { Change, TestGroup } from './group.js'
import { sealCommit } from './seal-commit.js'
import type { CommitDraft, CommitTamper } from './seal-commit.js'
import { readGroupInfo, writeGroupInfo } from './wire.js'

/**
 * A commit by the group's device that breaks rules: the proposals are applied as well as they can
 * be, without any check, and whatever `tamper` changes is signed and carried through to tree,
 * transcript and GroupInfo. The group's own state stays as it is.
 *
 * With proposals that are in order and no `tamper` the result is an honest commit, which is the
 * control of a negative test.
 */
export async function forgeCommit(
  group: TestGroup,
  forgery: Forgery = {},
  tamper: CommitTamper = {},
): Promise<Change> {
  const proposals = (forgery.proposals ?? []).map((item): ProposalOrRef =>
    'proposalOrRefType' in item ? item : { proposalOrRefType: 'proposal', proposal: item },
  )
  const { state } = group
  const outcome = applyUnchecked(group, proposals)
  const draft: CommitDraft = {
    sender: { senderType: 'member', leafIndex: group.leafIndex },
    proposals,
    ...outcome,
    withPath: true,
    initSecret: state.keySchedule.initSecret,
    ...forgery.draft,
  }
  const { commit, groupInfo, welcome } = await sealCommit(state, draft, group.device.suite, tamper)
  return welcome === undefined ? { commit, groupInfo } : { commit, groupInfo, welcome }
}

/** Changes a GroupInfo and signs it again with the device's key. */
export async function resignGroupInfo(
  device: TestDevice,
  bytes: Uint8Array,
  change: (groupInfo: GroupInfoTBS) => GroupInfoTBS,
): Promise<Uint8Array> {
  const tbs = change(readGroupInfo(bytes))
  return writeGroupInfo(await signGroupInfo(tbs, device.signKey, device.suite.signature))
}

/** A copy with one bit of the byte at `at` (from the end, if negative) turned over. */
export function flipBit(bytes: Uint8Array, at: number): Uint8Array {
  const copy = Uint8Array.from(bytes)
  const index = at < 0 ? copy.length + at : at
  copy[index] = (copy[index] ?? 0) ^ 1
  return copy
}

export function withTrailingByte(bytes: Uint8Array): Uint8Array {
  return Uint8Array.from([...bytes, 0])
}

/**
 * The same message with its first variable-length vector under a length of two bytes instead of
 * one, which RFC 9420 §2.1.2 forbids; ts-mls reads it as if nothing were wrong, signatures hold.
 */
export function withLongLength(bytes: Uint8Array): Uint8Array {
  const at = FIRST_LENGTH_AT[bytes[3] ?? 0]
  const length = at === undefined ? undefined : bytes[at]
  if (at === undefined || length === undefined || length >= 64) {
    throw new Error('the first length of this message is not a short one')
  }
  return Uint8Array.from([...bytes.slice(0, at), 0x40, ...bytes.slice(at)])
}

/** By wire format: where the first length stands in an MLSMessage. */
const FIRST_LENGTH_AT: Record<number, number> = {
  1: 4, // PublicMessage: group_id
  2: 4, // PrivateMessage: group_id
  4: 8, // GroupInfo: group_id, after version and suite
  5: 8, // KeyPackage: init_key, after version and suite
}

/** Updates, then removes, then adds (RFC 9420 §12.3); what cannot be applied is left out. */
function applyUnchecked(
  group: TestGroup,
  proposals: ProposalOrRef[],
): Pick<CommitDraft, 'tree' | 'added' | 'extensions'> {
  const byValue = proposals.flatMap((item): Proposal[] =>
    item.proposalOrRefType === 'proposal' ? [item.proposal] : [],
  )
  let tree = group.state.ratchetTree
  let extensions: Extension[] = group.state.groupContext.extensions
  const added: [number, KeyPackage][] = []
  for (const proposal of byValue) {
    if (proposal.proposalType === 'update') {
      tree = updateLeafNode(tree, proposal.update.leafNode, toLeafIndex(group.leafIndex))
    }
  }
  for (const proposal of byValue) {
    if (proposal.proposalType !== 'remove') continue
    const { removed } = proposal.remove
    if (removed !== group.leafIndex && tree[removed * 2] !== undefined) {
      tree = removeLeafNode(tree, toLeafIndex(removed))
    }
  }
  for (const proposal of byValue) {
    if (proposal.proposalType === 'add') {
      const { keyPackage } = proposal.add
      const [grown, node] = addLeafNode(tree, keyPackage.leafNode)
      tree = grown
      added.push([nodeToLeafIndex(node), keyPackage])
    } else if (proposal.proposalType === 'group_context_extensions') {
      extensions = proposal.groupContextExtensions.extensions
    }
  }
  return { tree, added, extensions }
}

export interface Forgery {
  /** In this order; a bare proposal is one by value. */
  proposals?: (Proposal | ProposalOrRef)[]
  /** Replaces parts of the draft: `sender`, `withPath`, `tree`, `added`, `framing` … */
  draft?: Partial<CommitDraft>
}
