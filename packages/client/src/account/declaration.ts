import type { OwnRepository } from '../auth/own-repository.js'
import { MlsClientError } from '../errors.js'

const COLLECTION = 'blue.catbird.mls.declaration'

/** Says in the account's own repository who may add it, and at which service it is. */
export async function declare(
  repository: OwnRepository | undefined,
  declaration: Declaration,
): Promise<void> {
  if (repository === undefined) {
    throw new MlsClientError('invalid', 'this way of signing in writes no records')
  }
  await repository.put(COLLECTION, 'self', { $type: COLLECTION, ...declaration })
}

export interface Declaration {
  allowIncoming: AllowIncoming
  /** DID of the service. */
  service: string
}

/** Who may add an account: anybody, those whom it follows, or nobody, so that it comes in by invites. */
export type AllowIncoming = 'all' | 'following' | 'none'
