import { accept } from '../lib/verdict.js'
import { decodeExact } from './decode.js'
import { suiteById, type SuiteName } from './suite.js'
import { fault, refuseMls, type MlsVerdict } from './verdict.js'
import { hexOf } from './wire/bytes.js'
import { MAX_WELCOME_BYTES } from './wire/limits.js'

export interface WelcomeRecipients {
  cipherSuite: SuiteName
  /** Lowercase hex of the KeyPackageRefs it is for (RFC 9420 §12.4.3.1), each once. */
  refs: string[]
}

/** Whom a welcome is for; all else in it is encrypted. */
export function readWelcome(bytes: Uint8Array): MlsVerdict<WelcomeRecipients> {
  const decoded = decodeExact(bytes, 'mls_welcome', MAX_WELCOME_BYTES)
  if (!decoded.ok) return decoded
  const suite = suiteById(decoded.value.cipherSuite)
  if (suite === undefined) return refuseMls('InvalidWelcome', UNKNOWN_SUITE)
  const refs = decoded.value.newMembers.map(hexOf)
  if (new Set(refs).size < refs.length) return refuseMls('InvalidWelcome', NAMED_TWICE)
  return accept({ cipherSuite: suite.name, refs })
}

const UNKNOWN_SUITE = fault(
  'suiteIsKnown',
  'RFC 9420 §12.4.3.1',
  'The welcome is of a cipher suite that this service does not know.',
)

const NAMED_TWICE = fault(
  'newMembersAreUnique',
  'RFC 9420 §12.4.3.1',
  'The welcome names a key package twice.',
)
