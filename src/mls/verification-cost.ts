import { readWelcome } from './welcome.js'
import type { SignatureScheme, Suite } from './suite.js'
import type { Change } from './verify-commit.js'
import { WIRE_FORMATS } from './wire/protocol.js'

/**
 * What verifying a commit will cost at most, in milliseconds, from what is cheap to see. Signatures
 * are most of it: two for each Add, of which there can be no more than the welcome names, and three
 * for the commit itself.
 */
export function estimateCost({ commit, groupInfo, welcome }: Change, suite: Suite): number {
  const signatures = 3 + 2 * recipientCount(welcome)
  const parsed = commit.length + (welcome?.length ?? 0) + (isPrivate(commit) ? groupInfo.length : 0)
  return (
    signatures * VERIFY_MS[suite.signature] +
    parsed / PARSED_BYTES_PER_MS +
    groupInfo.length / SIGNED_BYTES_PER_MS
  )
}

/** Then its GroupInfo is parsed, and not only compared. */
function isPrivate(commit: Uint8Array): boolean {
  return commit[3] === WIRE_FORMATS.mls_private_message
}

function recipientCount(welcome: Uint8Array | undefined): number {
  if (welcome === undefined) return 0
  const read = readWelcome(welcome)
  return read.ok ? read.value.refs.length : 0
}

/** Measured with node 24 on two cores. */
const VERIFY_MS: Record<SignatureScheme, number> = {
  Ed25519: 0.16,
  Ed448: 0.38,
  P256: 0.12,
  P384: 1.2,
  P521: 2.3,
  'ML-DSA-87': 0.48,
}

/** Of the slowest structures: key packages with as many extensions as they may have. */
const PARSED_BYTES_PER_MS = 80_000

/** Hashed for the signature, and compared. */
const SIGNED_BYTES_PER_MS = 500_000
