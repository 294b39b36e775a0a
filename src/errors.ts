import { XRPCError } from '@atproto/xrpc-server'

/**
 * One class per error name of the contract. Each is an `XRPCError`, so that HTTP answers and stream
 * frames render it without a mapping layer. The message says what was wrong, in words a client
 * developer can act on, and never echoes bytes of the request.
 */
function declared<N extends string>(status: number, name: N) {
  return class extends XRPCError {
    static readonly errorName: N = name
    override readonly name = `${name}Error`
    constructor(message: string, options?: ErrorOptions) {
      super(status, message, name, options)
    }
  }
}

/** No `Authorization` header, or one that is not `Bearer <token>`. */
export class AuthMissingError extends declared(401, 'AuthMissing') {}
/** The token is not a well-formed JWT, or a claim has the wrong shape. */
export class BadJwtError extends declared(401, 'BadJwt') {}
/** `typ` names another kind of token. */
export class BadJwtTypeError extends declared(401, 'BadJwtType') {}
/** `alg` is not allowed, or does not match the issuer's key. */
export class BadJwtAlgorithmError extends declared(401, 'BadJwtAlgorithm') {}
/** `kid` names another key than `#atproto`, or the issuer has no such key. */
export class BadJwtKeyError extends declared(401, 'BadJwtKey') {}
/** `iss` (or `sub`) is not one plain account DID. */
export class BadJwtIssError extends declared(401, 'BadJwtIss') {}
/** `aud` is another service. */
export class BadJwtAudienceError extends declared(401, 'BadJwtAudience') {}
/** `lxm` is not the method that is called. */
export class BadJwtLexiconMethodError extends declared(401, 'BadJwtLexiconMethod') {}
/** `exp` is absent, malformed or further away than allowed. */
export class BadJwtExpiryError extends declared(401, 'BadJwtExpiry') {}
/** `iat` is malformed or in the future. */
export class BadJwtIssuedAtError extends declared(401, 'BadJwtIssuedAt') {}
/** `jti` is absent, empty or too long. */
export class BadJwtIdError extends declared(401, 'BadJwtId') {}
/** The signature does not verify, or is not low-S. */
export class BadJwtSignatureError extends declared(401, 'BadJwtSignature') {}
/** `exp` is in the past. */
export class JwtExpiredError extends declared(401, 'JwtExpired') {}
/** The token was used before, or is older than the store of used tokens. */
export class ReplayedTokenError extends declared(401, 'ReplayedToken') {}
/** The subscription ticket is unknown, used or expired. */
export class BadTicketError extends declared(401, 'BadTicket') {}
export class ForbiddenError extends declared(403, 'Forbidden') {}
export class NotMemberError extends declared(403, 'NotMember') {}
export class NotAdminError extends declared(403, 'NotAdmin') {}
export class DeviceUnknownError extends declared(403, 'DeviceUnknown') {}
/** Also for an account that never was in the conversation. */
export class ConvoNotFoundError extends declared(404, 'ConvoNotFound') {}
export class DeviceNotFoundError extends declared(404, 'DeviceNotFound') {}
export class WelcomeNotFoundError extends declared(404, 'WelcomeNotFound') {}
export class BlobNotFoundError extends declared(404, 'BlobNotFound') {}
export class KeyPackageNotFoundError extends declared(404, 'KeyPackageNotFound') {}
export class InviteNotFoundError extends declared(404, 'InviteNotFound') {}
export class ReportNotFoundError extends declared(404, 'ReportNotFound') {}
export class EpochMismatchError extends declared(409, 'EpochMismatch') {}
export class PendingRemovalsError extends declared(409, 'PendingRemovals') {}
export class ConvoExistsError extends declared(409, 'ConvoExists') {}
export class AlreadyMemberError extends declared(409, 'AlreadyMember') {}
export class DeviceKeyMismatchError extends declared(409, 'DeviceKeyMismatch') {}
export class DeviceRecordMissingError extends declared(403, 'DeviceRecordMissing') {}
export class MessageIdConflictError extends declared(409, 'MessageIdConflict') {}
export class WelcomeAlreadyAckedError extends declared(409, 'WelcomeAlreadyAcked') {}
export class InvalidMlsMessageError extends declared(400, 'InvalidMlsMessage') {}
export class InvalidKeyPackageError extends declared(400, 'InvalidKeyPackage') {}
export class InvalidCommitError extends declared(400, 'InvalidCommit') {}
export class InvalidGroupInfoError extends declared(400, 'InvalidGroupInfo') {}
export class InvalidWelcomeError extends declared(400, 'InvalidWelcome') {}
export class InvalidCipherSuiteError extends declared(400, 'InvalidCipherSuite') {}
export class InvalidCursorError extends declared(400, 'InvalidCursor') {}
export class FutureCursorError extends declared(400, 'FutureCursor') {}
/** Only on a stream, as its last frame. */
export class ConsumerTooSlowError extends declared(400, 'ConsumerTooSlow') {}
export class InvalidRequestError extends declared(400, 'InvalidRequest') {}
/** The answer's `Content-Range` tells the size. */
export class RangeNotSatisfiableError extends declared(416, 'RangeNotSatisfiable') {}
export class TooLargeError extends declared(413, 'TooLarge') {}
export class TooManyMembersError extends declared(400, 'TooManyMembers') {}
export class TooManyDevicesError extends declared(400, 'TooManyDevices') {}
export class TooManyKeyPackagesError extends declared(400, 'TooManyKeyPackages') {}
export class BlockedByMemberError extends declared(403, 'BlockedByMember') {}
export class IncomingNotAllowedError extends declared(403, 'IncomingNotAllowed') {}
export class QuotaExceededError extends declared(403, 'QuotaExceeded') {}
/** With `window`, the answer says in headers when to come again. */
export class RateLimitExceededError extends declared(429, 'RateLimitExceeded') {
  constructor(
    message: string,
    readonly window?: RateWindow,
  ) {
    super(message)
  }
}
export interface RateWindow {
  limit: number
  windowMs: number
  resetsInMs: number
}
export class DidResolutionFailedError extends declared(502, 'DidResolutionFailed') {}
/** The database, the replay store or the pool cannot be reached now; try again. */
export class ServiceUnavailableError extends declared(503, 'ServiceUnavailable') {}
