/**
 * GENERATED CODE - DO NOT MODIFY
 */
import { type HeadersMap, XRPCError } from '@atproto/xrpc'
import { type ValidationResult, BlobRef } from '@atproto/lexicon'
import { CID } from 'multiformats/cid'
import { validate as _validate } from '../../../../lexicons.js'
import {
  type $Typed,
  is$typed as _is$typed,
  type OmitKey,
} from '../../../../util.js'
import type * as BlueCatbirdMlsDefs from './defs.js'

const is$typed = _is$typed,
  validate = _validate
const id = 'blue.catbird.mls.addMembers'

export type QueryParams = {}

export interface InputSchema {
  /** The conversation: lowercase hex of its first MLS group id (16 to 64 bytes). */
  convoId: string
  change: BlueCatbirdMlsDefs.Change
  /** The accounts that the commit adds. If given, it must be exactly these. */
  didList?: string[]
}

export interface OutputSchema {
  /** Always true: a refusal is an error. */
  success: boolean
  /** The epoch that the commit made. */
  newEpoch: number
  /** The commit's position in the log. */
  seq: number
}

export interface CallOptions {
  signal?: AbortSignal
  headers?: HeadersMap
  qp?: QueryParams
  encoding?: 'application/json'
}

export interface Response {
  success: boolean
  headers: HeadersMap
  data: OutputSchema
}

export class ConvoNotFoundError extends XRPCError {
  constructor(src: XRPCError) {
    super(src.status, src.error, src.message, src.headers, { cause: src })
  }
}

export class NotMemberError extends XRPCError {
  constructor(src: XRPCError) {
    super(src.status, src.error, src.message, src.headers, { cause: src })
  }
}

export class EpochMismatchError extends XRPCError {
  constructor(src: XRPCError) {
    super(src.status, src.error, src.message, src.headers, { cause: src })
  }
}

export class PendingRemovalsError extends XRPCError {
  constructor(src: XRPCError) {
    super(src.status, src.error, src.message, src.headers, { cause: src })
  }
}

export class InvalidMlsMessageError extends XRPCError {
  constructor(src: XRPCError) {
    super(src.status, src.error, src.message, src.headers, { cause: src })
  }
}

export class InvalidCommitError extends XRPCError {
  constructor(src: XRPCError) {
    super(src.status, src.error, src.message, src.headers, { cause: src })
  }
}

export class InvalidGroupInfoError extends XRPCError {
  constructor(src: XRPCError) {
    super(src.status, src.error, src.message, src.headers, { cause: src })
  }
}

export class InvalidWelcomeError extends XRPCError {
  constructor(src: XRPCError) {
    super(src.status, src.error, src.message, src.headers, { cause: src })
  }
}

export class InvalidKeyPackageError extends XRPCError {
  constructor(src: XRPCError) {
    super(src.status, src.error, src.message, src.headers, { cause: src })
  }
}

export class DeviceUnknownError extends XRPCError {
  constructor(src: XRPCError) {
    super(src.status, src.error, src.message, src.headers, { cause: src })
  }
}

export class ForbiddenError extends XRPCError {
  constructor(src: XRPCError) {
    super(src.status, src.error, src.message, src.headers, { cause: src })
  }
}

export class NotAdminError extends XRPCError {
  constructor(src: XRPCError) {
    super(src.status, src.error, src.message, src.headers, { cause: src })
  }
}

export class AlreadyMemberError extends XRPCError {
  constructor(src: XRPCError) {
    super(src.status, src.error, src.message, src.headers, { cause: src })
  }
}

export class TooManyMembersError extends XRPCError {
  constructor(src: XRPCError) {
    super(src.status, src.error, src.message, src.headers, { cause: src })
  }
}

export class QuotaExceededError extends XRPCError {
  constructor(src: XRPCError) {
    super(src.status, src.error, src.message, src.headers, { cause: src })
  }
}

export class TooManyDevicesError extends XRPCError {
  constructor(src: XRPCError) {
    super(src.status, src.error, src.message, src.headers, { cause: src })
  }
}

export class IncomingNotAllowedError extends XRPCError {
  constructor(src: XRPCError) {
    super(src.status, src.error, src.message, src.headers, { cause: src })
  }
}

export class BlockedByMemberError extends XRPCError {
  constructor(src: XRPCError) {
    super(src.status, src.error, src.message, src.headers, { cause: src })
  }
}

export class TooLargeError extends XRPCError {
  constructor(src: XRPCError) {
    super(src.status, src.error, src.message, src.headers, { cause: src })
  }
}

export class AuthMissingError extends XRPCError {
  constructor(src: XRPCError) {
    super(src.status, src.error, src.message, src.headers, { cause: src })
  }
}

export class BadJwtError extends XRPCError {
  constructor(src: XRPCError) {
    super(src.status, src.error, src.message, src.headers, { cause: src })
  }
}

export class BadJwtTypeError extends XRPCError {
  constructor(src: XRPCError) {
    super(src.status, src.error, src.message, src.headers, { cause: src })
  }
}

export class BadJwtAlgorithmError extends XRPCError {
  constructor(src: XRPCError) {
    super(src.status, src.error, src.message, src.headers, { cause: src })
  }
}

export class BadJwtKeyError extends XRPCError {
  constructor(src: XRPCError) {
    super(src.status, src.error, src.message, src.headers, { cause: src })
  }
}

export class BadJwtIssError extends XRPCError {
  constructor(src: XRPCError) {
    super(src.status, src.error, src.message, src.headers, { cause: src })
  }
}

export class BadJwtAudienceError extends XRPCError {
  constructor(src: XRPCError) {
    super(src.status, src.error, src.message, src.headers, { cause: src })
  }
}

export class BadJwtLexiconMethodError extends XRPCError {
  constructor(src: XRPCError) {
    super(src.status, src.error, src.message, src.headers, { cause: src })
  }
}

export class BadJwtExpiryError extends XRPCError {
  constructor(src: XRPCError) {
    super(src.status, src.error, src.message, src.headers, { cause: src })
  }
}

export class BadJwtIssuedAtError extends XRPCError {
  constructor(src: XRPCError) {
    super(src.status, src.error, src.message, src.headers, { cause: src })
  }
}

export class BadJwtIdError extends XRPCError {
  constructor(src: XRPCError) {
    super(src.status, src.error, src.message, src.headers, { cause: src })
  }
}

export class BadJwtSignatureError extends XRPCError {
  constructor(src: XRPCError) {
    super(src.status, src.error, src.message, src.headers, { cause: src })
  }
}

export class JwtExpiredError extends XRPCError {
  constructor(src: XRPCError) {
    super(src.status, src.error, src.message, src.headers, { cause: src })
  }
}

export class ReplayedTokenError extends XRPCError {
  constructor(src: XRPCError) {
    super(src.status, src.error, src.message, src.headers, { cause: src })
  }
}

export class DidResolutionFailedError extends XRPCError {
  constructor(src: XRPCError) {
    super(src.status, src.error, src.message, src.headers, { cause: src })
  }
}

export class RateLimitExceededError extends XRPCError {
  constructor(src: XRPCError) {
    super(src.status, src.error, src.message, src.headers, { cause: src })
  }
}

export class ServiceUnavailableError extends XRPCError {
  constructor(src: XRPCError) {
    super(src.status, src.error, src.message, src.headers, { cause: src })
  }
}

export class InvalidRequestError extends XRPCError {
  constructor(src: XRPCError) {
    super(src.status, src.error, src.message, src.headers, { cause: src })
  }
}

export function toKnownErr(e: any) {
  if (e instanceof XRPCError) {
    if (e.error === 'ConvoNotFound') return new ConvoNotFoundError(e)
    if (e.error === 'NotMember') return new NotMemberError(e)
    if (e.error === 'EpochMismatch') return new EpochMismatchError(e)
    if (e.error === 'PendingRemovals') return new PendingRemovalsError(e)
    if (e.error === 'InvalidMlsMessage') return new InvalidMlsMessageError(e)
    if (e.error === 'InvalidCommit') return new InvalidCommitError(e)
    if (e.error === 'InvalidGroupInfo') return new InvalidGroupInfoError(e)
    if (e.error === 'InvalidWelcome') return new InvalidWelcomeError(e)
    if (e.error === 'InvalidKeyPackage') return new InvalidKeyPackageError(e)
    if (e.error === 'DeviceUnknown') return new DeviceUnknownError(e)
    if (e.error === 'Forbidden') return new ForbiddenError(e)
    if (e.error === 'NotAdmin') return new NotAdminError(e)
    if (e.error === 'AlreadyMember') return new AlreadyMemberError(e)
    if (e.error === 'TooManyMembers') return new TooManyMembersError(e)
    if (e.error === 'QuotaExceeded') return new QuotaExceededError(e)
    if (e.error === 'TooManyDevices') return new TooManyDevicesError(e)
    if (e.error === 'IncomingNotAllowed') return new IncomingNotAllowedError(e)
    if (e.error === 'BlockedByMember') return new BlockedByMemberError(e)
    if (e.error === 'TooLarge') return new TooLargeError(e)
    if (e.error === 'AuthMissing') return new AuthMissingError(e)
    if (e.error === 'BadJwt') return new BadJwtError(e)
    if (e.error === 'BadJwtType') return new BadJwtTypeError(e)
    if (e.error === 'BadJwtAlgorithm') return new BadJwtAlgorithmError(e)
    if (e.error === 'BadJwtKey') return new BadJwtKeyError(e)
    if (e.error === 'BadJwtIss') return new BadJwtIssError(e)
    if (e.error === 'BadJwtAudience') return new BadJwtAudienceError(e)
    if (e.error === 'BadJwtLexiconMethod')
      return new BadJwtLexiconMethodError(e)
    if (e.error === 'BadJwtExpiry') return new BadJwtExpiryError(e)
    if (e.error === 'BadJwtIssuedAt') return new BadJwtIssuedAtError(e)
    if (e.error === 'BadJwtId') return new BadJwtIdError(e)
    if (e.error === 'BadJwtSignature') return new BadJwtSignatureError(e)
    if (e.error === 'JwtExpired') return new JwtExpiredError(e)
    if (e.error === 'ReplayedToken') return new ReplayedTokenError(e)
    if (e.error === 'DidResolutionFailed')
      return new DidResolutionFailedError(e)
    if (e.error === 'RateLimitExceeded') return new RateLimitExceededError(e)
    if (e.error === 'ServiceUnavailable') return new ServiceUnavailableError(e)
    if (e.error === 'InvalidRequest') return new InvalidRequestError(e)
  }

  return e
}
