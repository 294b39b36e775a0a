import { accept } from '../../lib/verdict.js'
import { decodeExact } from '../decode.js'
import { groupInfoFormFault, hasValidGroupInfoSignature } from '../group-info.js'
import type { Leaf } from '../leaf.js'
import type { PublicGroup } from '../public-group.js'
import { fault, refuseMls, type Fault, type MlsVerdict } from '../verdict.js'
import { equalBytes } from '../wire/bytes.js'
import { EXTENSION, findExtension } from '../wire/extension.js'
import type { GroupContext, GroupInfo } from '../wire/group-info.js'
import { MAX_GROUP_INFO_BYTES } from '../wire/limits.js'

/**
 * The GroupInfo that comes with a commit must be the state that the commit makes, to the byte, and
 * the committer must say so (RFC 9420 §12.4.3): others come in by it.
 */
export function checkNextGroupInfo(
  bytes: Uint8Array,
  next: PublicGroup,
  committer: Leaf,
): MlsVerdict<undefined> {
  const decoded = decodeExact(bytes, 'mls_group_info', MAX_GROUP_INFO_BYTES)
  if (!decoded.ok) return decoded
  const mismatch = mismatchOf(decoded.value, next, committer)
  return mismatch === undefined ? accept(undefined) : refuseMls('InvalidGroupInfo', mismatch)
}

function mismatchOf(info: GroupInfo, next: PublicGroup, committer: Leaf): Fault | undefined {
  const broken = groupInfoFormFault(info, next.tree.suite) ?? contextFault(info, next)
  if (broken !== undefined) return broken
  if (!equalBytes(info.confirmationTag, next.confirmationTag)) return rules.confirmationTag
  if (info.signer !== committer.leafIndex) return rules.signerIsTheCommitter
  const ratchetTree = findExtension(info.extensions, EXTENSION.ratchetTree)!
  if (!next.tree.isEncodedAs(ratchetTree)) return rules.treeMatches
  if (!hasValidGroupInfoSignature(info, next.tree.suite, committer.signatureKey)) {
    return rules.signature
  }
  return undefined
}

function contextFault({ context }: GroupInfo, next: PublicGroup): Fault | undefined {
  if (equalBytes(context.bytes, next.context.bytes)) return undefined
  const field = FIELDS.find(([, differs]) => differs(context, next.context))?.[0] ?? 'version'
  return fault(
    'groupInfoContextMatches',
    'RFC 9420 §12.4.3',
    `The GroupContext is not the one that the commit makes: ${field} differs.`,
  )
}

const FIELDS: [name: string, differs: (a: GroupContext, b: GroupContext) => boolean][] = [
  ['cipher_suite', (a, b) => a.cipherSuite !== b.cipherSuite],
  ['group_id', (a, b) => !equalBytes(a.groupId, b.groupId)],
  ['epoch', (a, b) => a.epoch !== b.epoch],
  ['extensions', (a, b) => !equalBytes(a.extensionBytes, b.extensionBytes)],
  ['tree_hash', (a, b) => !equalBytes(a.treeHash, b.treeHash)],
  [
    'confirmed_transcript_hash',
    (a, b) => !equalBytes(a.confirmedTranscriptHash, b.confirmedTranscriptHash),
  ],
]

const rules = {
  confirmationTag: fault(
    'confirmationTagMatches',
    'RFC 9420 §12.4.3',
    'The confirmation_tag of the GroupInfo is not that of the commit.',
  ),
  signerIsTheCommitter: fault(
    'signerIsTheCommitter',
    'RFC 9420 §12.4.3',
    'The signer of the GroupInfo is not the leaf of the committer.',
  ),
  treeMatches: fault(
    'ratchetTreeMatches',
    'RFC 9420 §12.4.3.3',
    'The ratchet_tree is not the tree that the commit makes.',
  ),
  signature: fault(
    'groupInfoSignature',
    'RFC 9420 §12.4.3',
    'The signature of the GroupInfo does not verify with the signature_key of the committer.',
  ),
}
