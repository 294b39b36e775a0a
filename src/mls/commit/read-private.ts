import type { Did } from '../../lib/ids.js'
import { accept, refuse, type Verdict } from '../../lib/verdict.js'
import { parseIdentity } from '../credential.js'
import { decodeExact, faultOf } from '../decode.js'
import type { PublicGroup } from '../public-group.js'
import type { TreeNode } from '../tree/node.js'
import { readRatchetTree } from '../tree/read-tree.js'
import { fault, refuseMls, type Fault, type MlsVerdict } from '../verdict.js'
import { equalBytes } from '../wire/bytes.js'
import { EXTENSION, findExtension } from '../wire/extension.js'
import type { GroupInfo } from '../wire/group-info.js'
import { MAX_COMMIT_BYTES, MAX_GROUP_INFO_BYTES } from '../wire/limits.js'
import { invalidCommit, type Change } from './expectation.js'
import { placeRefusal } from './place.js'

/** An encrypted commit for this state of the group, with the state that the caller says it makes. */
export interface PrivateCommit {
  info: GroupInfo
  /** The caller's leaf, which signs the GroupInfo. */
  signer: number
  /** The stored nodes of the new tree. */
  nodes: (TreeNode | undefined)[]
}

/** Framing and epoch of a private commit, and who says what it makes; no signature yet. */
export function readPrivateCommit(
  group: PublicGroup,
  change: Change,
  caller: Did,
): MlsVerdict<PrivateCommit> {
  const framed = decodeExact(change.commit, 'mls_private_message', MAX_COMMIT_BYTES)
  if (!framed.ok) return framed
  const misplaced = placeRefusal(framed.value, group)
  if (misplaced !== undefined) return misplaced
  if (framed.value.contentType !== 'commit') return invalidCommit(rules.contentIsACommit)

  const decoded = decodeExact(change.groupInfo, 'mls_group_info', MAX_GROUP_INFO_BYTES)
  if (!decoded.ok) return decoded
  const info = decoded.value
  const leaf = group.tree.leaf(info.signer)
  if (leaf === undefined) return refuseMls('InvalidGroupInfo', rules.signerIsAMember)
  if (parseIdentity(leaf.identity)?.did !== caller) return invalidCommit(rules.senderIsTheCaller)
  if (!advances(info, group)) return refuseMls('InvalidGroupInfo', rules.transcriptAdvances)
  const nodes = readNewTree(info, group)
  if (!nodes.ok) return refuseMls('InvalidGroupInfo', nodes.refusal)
  return accept({ info, signer: info.signer, nodes: nodes.value })
}

/** The transcript hash itself cannot be made; it has its size, and is another one. */
function advances({ context }: GroupInfo, group: PublicGroup): boolean {
  const { confirmedTranscriptHash } = context
  return (
    confirmedTranscriptHash.length === group.tree.suite.hashBytes &&
    !equalBytes(confirmedTranscriptHash, group.confirmedTranscriptHash)
  )
}

function readNewTree(
  { extensions }: GroupInfo,
  group: PublicGroup,
): Verdict<(TreeNode | undefined)[], Fault> {
  const data = findExtension(extensions, EXTENSION.ratchetTree)
  if (data === undefined) return refuse(rules.groupInfoHasTree)
  try {
    return accept(readRatchetTree(data, group.tree.nodes))
  } catch (thrown) {
    return refuse(faultOf(thrown))
  }
}

const rules = {
  contentIsACommit: fault('contentIsACommit', 'RFC 9420 §6', 'The content type is not commit.'),
  signerIsAMember: fault(
    'signerIsAMember',
    'RFC 9420 §12.4.3',
    'The signer of the GroupInfo is no member of the group before the commit.',
  ),
  senderIsTheCaller: fault(
    'senderIsTheCaller',
    'protocol §3',
    'The leaf that signs the GroupInfo is not of the account that sends the commit.',
  ),
  transcriptAdvances: fault(
    'transcriptAdvances',
    'RFC 9420 §8.2',
    'The confirmed_transcript_hash of the GroupInfo is no new hash.',
  ),
  groupInfoHasTree: fault(
    'groupInfoHasRatchetTree',
    'RFC 9420 §12.4.3.3',
    'The GroupInfo lacks the extension ratchet_tree.',
  ),
}
