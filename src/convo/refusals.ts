import {
  AlreadyMemberError,
  EpochMismatchError,
  ForbiddenError,
  InvalidCipherSuiteError,
  InvalidCommitError,
  InvalidGroupInfoError,
  InvalidKeyPackageError,
  InvalidMlsMessageError,
  InvalidWelcomeError,
  NotAdminError,
  PendingRemovalsError,
  TooLargeError,
  TooManyDevicesError,
  TooManyMembersError,
} from '../errors.js'
import type { MlsRefusal } from '../mls/verdict.js'
import type { PolicyRefusal } from './policy.js'

/** The declared error for a refusal of the MLS layer, naming the rule and where it stands. */
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

export function policyError({ error, detail }: PolicyRefusal) {
  switch (error) {
    case 'Forbidden':
      return new ForbiddenError(detail)
    case 'NotAdmin':
      return new NotAdminError(detail)
    case 'PendingRemovals':
      return new PendingRemovalsError(detail)
    case 'InvalidCommit':
      return new InvalidCommitError(detail)
    case 'TooManyMembers':
      return new TooManyMembersError(detail)
    case 'TooManyDevices':
      return new TooManyDevicesError(detail)
    default:
      return error satisfies never
  }
}
