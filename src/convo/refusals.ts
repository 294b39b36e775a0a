import {
  ForbiddenError,
  InvalidCommitError,
  NotAdminError,
  PendingRemovalsError,
  TooManyDevicesError,
  TooManyMembersError,
} from '../errors.js'
import type { PolicyRefusal } from './policy.js'

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
