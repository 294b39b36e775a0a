import { readCommitHeader } from './commit-header.js'
import { invalidCommit, type Change, type CommitExpectation } from './commit/expectation.js'
import { verifyPrivateCommit } from './commit/private-commit.js'
import { verifyPublicCommit } from './commit/public-commit.js'
import type { VerifiedCommit } from './commit/verified-commit.js'
import type { PublicGroup } from './public-group.js'
import { fault, type MlsVerdict } from './verdict.js'

export type { Change, CommitExpectation } from './commit/expectation.js'
export type { AddedDevice, VerifiedCommit } from './commit/verified-commit.js'

/**
 * What a commit makes of a group, or the rule that it breaks (RFC 9420 §12.4). `group` stays as it
 * is. A PublicMessage is checked in full whatever the mode; a PrivateMessage, where it is taken, by
 * what its GroupInfo shows.
 */
export function verifyCommit(
  group: PublicGroup,
  change: Change,
  expectation: CommitExpectation,
): MlsVerdict<VerifiedCommit> {
  const header = readCommitHeader(change.commit)
  if (!header.ok) return header
  if (header.value.framing === 'public') return verifyPublicCommit(group, change, expectation)
  if (expectation.framing === 'public') return invalidCommit(FRAMING_IS_PUBLIC)
  return verifyPrivateCommit(group, change, expectation)
}

const FRAMING_IS_PUBLIC = fault(
  'framingIsPublic',
  'protocol §6',
  'The conversation takes commits as PublicMessages; the commit is a PrivateMessage.',
)
