/** Everything that the client throws by itself; `code` is stable, the message is for people. */
export class MlsClientError extends Error {
  override readonly name: string = 'MlsClientError'
  constructor(
    readonly code: ErrorCode,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options)
  }
}

/** The service refused: `error` is the name that the lexicon of `method` declares. */
export class ServiceError extends MlsClientError {
  override readonly name = 'ServiceError'
  constructor(
    readonly method: string,
    readonly status: number,
    readonly error: string,
    message: string,
    /** Seconds that the service asks to wait, with `RateLimitExceeded`. */
    readonly retryAfter?: number,
  ) {
    super('refused', `${method}: ${error}: ${message}`)
  }
}

/** The service could not be reached, or said that it is unavailable, as often as was allowed. */
export class ServiceUnreachable extends MlsClientError {
  override readonly name = 'ServiceUnreachable'
  constructor(
    readonly method: string,
    readonly attempts: number,
    cause: unknown,
  ) {
    super('unreachable', `${method}: no answer after ${attempts} attempts`, { cause })
  }
}

/** Accounts that cannot be added: none of their devices has key packages here. Nothing has changed. */
export class UnreachableAccounts extends MlsClientError {
  override readonly name = 'UnreachableAccounts'
  constructor(
    readonly dids: readonly string[],
    reason: string,
  ) {
    super('unreachableAccounts', `cannot add ${dids.join(', ')}: ${reason}`)
  }
}

/** The service broke a promise that a client can check: gaps, hashes, ids, sizes. */
export class BrokenLog extends MlsClientError {
  override readonly name = 'BrokenLog'
  constructor(
    readonly convoId: string,
    readonly seq: number,
    what: string,
  ) {
    super('brokenLog', `the log of ${convoId} is broken at seq ${seq}: ${what}`)
  }
}

/** What went wrong; `refused` has the service's own name for it in `ServiceError.error`. */
export type ErrorCode =
  | 'refused'
  | 'unreachable'
  | 'brokenLog'
  /** The store failed; the client has stopped and has to be opened again. */
  | 'storeFailed'
  /** Another client has opened the same store since; this one has stopped. */
  | 'storeTaken'
  /** The key does not open the store, or the store was changed by somebody else. */
  | 'storeKey'
  /** The store belongs to another account. */
  | 'storeAccount'
  /** This device was deleted, here or by another device of the account: only a new one can go on. */
  | 'deviceDeleted'
  | 'closed'
  | 'unknownConversation'
  /** The conversation was left, or this account was removed from it. */
  | 'notMember'
  /** This device has no working state of the group (yet): it waits for a welcome or for repair. */
  | 'notJoined'
  /** Other commits won too many times in a row. */
  | 'contested'
  /** Accounts without a device that takes part: `UnreachableAccounts` has their DIDs. */
  | 'unreachableAccounts'
  /** A person to be added is at home at another service. */
  | 'otherService'
  /** A device to be added is not what its account has recorded, or not recorded at all. */
  | 'deviceRefused'
  | 'handle'
  | 'invalid'
  | 'attachment'

export function isRefusal(error: unknown, ...names: string[]): error is ServiceError {
  return error instanceof ServiceError && names.includes(error.error)
}
