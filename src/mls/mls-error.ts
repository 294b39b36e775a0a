import {
  AlreadyMemberError,
  EpochMismatchError,
  InvalidCipherSuiteError,
  InvalidCommitError,
  InvalidGroupInfoError,
  InvalidKeyPackageError,
  InvalidMlsMessageError,
  InvalidWelcomeError,
  TooLargeError,
} from '../errors.js'
import type { MlsRefusal } from './verdict.js'

/** The declared error for a refusal, naming the rule and where it stands. */
export function mlsError(refusal: MlsRefusal) {
  const message = `${refusal.detail} (${refusal.rule}, ${refusal.section})`
  switch (refusal.error) {
    case 'InvalidMlsMessage':
      return new InvalidMlsMessageError(message)
    case 'InvalidKeyPackage':
      return new InvalidKeyPackageError(message)
    case 'InvalidCommit':
      return new InvalidCommitError(message)
    case 'InvalidGroupInfo':
      return new InvalidGroupInfoError(message)
    case 'InvalidWelcome':
      return new InvalidWelcomeError(message)
    case 'InvalidCipherSuite':
      return new InvalidCipherSuiteError(message)
    case 'EpochMismatch':
      return new EpochMismatchError(message)
    case 'AlreadyMember':
      return new AlreadyMemberError(message)
    case 'TooLarge':
      return new TooLargeError(message)
    default:
      return refusal.error satisfies never
  }
}
