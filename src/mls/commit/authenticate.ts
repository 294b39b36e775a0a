import type { Did } from '../../lib/ids.js'
import { accept } from '../../lib/verdict.js'
import { decodeExact } from '../decode.js'
import type { PublicGroup } from '../public-group.js'
import { verifyWithLabel } from '../signature.js'
import { fault, type Fault, type MlsVerdict } from '../verdict.js'
import type { Commit } from '../wire/commit.js'
import type { PublicMessage } from '../wire/framing.js'
import { MAX_COMMIT_BYTES } from '../wire/limits.js'
import { MLS10, WIRE_FORMATS } from '../wire/protocol.js'
import { concat, u16 } from '../wire/writer.js'
import { findCommitter, type Committer } from './committer.js'
import { invalidCommit } from './expectation.js'
import { placeRefusal } from './place.js'

/** A commit that the caller's device has signed for this very state of the group. */
export interface AuthenticCommit {
  message: PublicMessage
  commit: Commit
  committer: Committer
}

/** Framing, epoch, sender and signature of a public commit (RFC 9420 §6.1, §6.2, §12.4.2). */
export function authenticate(
  group: PublicGroup,
  bytes: Uint8Array,
  caller: Did,
): MlsVerdict<AuthenticCommit> {
  const decoded = decodeExact(bytes, 'mls_public_message', MAX_COMMIT_BYTES)
  if (!decoded.ok) return decoded
  const message = decoded.value
  const misplaced = placeRefusal(message, group)
  if (misplaced !== undefined) return misplaced
  if (message.content.type !== 'commit') return invalidCommit(rules.contentIsACommit)
  const { commit } = message.content
  const found = findCommitter(message.sender, commit, group.tree, caller)
  if (!found.ok) return invalidCommit(found.refusal)
  const broken = framingFault(message, found.value, group)
  if (broken !== undefined) return invalidCommit(broken)
  return accept({ message, commit, committer: found.value })
}

function framingFault(
  message: PublicMessage,
  { leaf }: Committer,
  { context, tree: { suite } }: PublicGroup,
): Fault | undefined {
  const { confirmationTag, membershipTag } = message
  if (confirmationTag?.length !== suite.hashBytes) return rules.confirmationTagIsAMac
  if (membershipTag !== undefined && membershipTag.length !== suite.hashBytes) {
    return rules.membershipTagIsAMac
  }
  const tbs = concat([
    u16(MLS10),
    u16(WIRE_FORMATS.mls_public_message),
    message.framedContent,
    context.bytes,
  ])
  const isSigned = verifyWithLabel(
    suite,
    leaf.signatureKey,
    'FramedContentTBS',
    tbs,
    message.signature,
  )
  return isSigned ? undefined : rules.framingSignature
}

const rules = {
  contentIsACommit: fault(
    'contentIsACommit',
    'RFC 9420 §6',
    'The content type is not commit; proposals go into a commit by value.',
  ),
  confirmationTagIsAMac: fault(
    'confirmationTagIsAMac',
    'RFC 9420 §6.1',
    'The confirmation_tag does not have the size of a MAC of the cipher suite.',
  ),
  membershipTagIsAMac: fault(
    'membershipTagIsAMac',
    'RFC 9420 §6.2',
    'The membership_tag does not have the size of a MAC of the cipher suite.',
  ),
  framingSignature: fault(
    'framingSignature',
    'RFC 9420 §6.1',
    "The signature of the commit does not verify with the sender's key and the group's context.",
  ),
}
