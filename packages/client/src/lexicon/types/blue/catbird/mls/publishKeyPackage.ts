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
const id = 'blue.catbird.mls.publishKeyPackage'

export type QueryParams = {}

export interface InputSchema {
  /** MLSMessage with the KeyPackage. */
  keyPackage: Uint8Array
  /** IANA name of its cipher suite; if given, it must be the one in the package. */
  cipherSuite?: string
}

export interface OutputSchema {
  keyPackage: BlueCatbirdMlsDefs.KeyPackageView
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

export class InvalidKeyPackageError extends XRPCError {
  constructor(src: XRPCError) {
    super(src.status, src.error, src.message, src.headers, { cause: src })
  }
}

export class InvalidCipherSuiteError extends XRPCError {
  constructor(src: XRPCError) {
    super(src.status, src.error, src.message, src.headers, { cause: src })
  }
}

export class DeviceUnknownError extends XRPCError {
  constructor(src: XRPCError) {
    super(src.status, src.error, src.message, src.headers, { cause: src })
  }
}

export class DeviceKeyMismatchError extends XRPCError {
  constructor(src: XRPCError) {
    super(src.status, src.error, src.message, src.headers, { cause: src })
  }
}

export class DeviceRecordMissingError extends XRPCError {
  constructor(src: XRPCError) {
    super(src.status, src.error, src.message, src.headers, { cause: src })
  }
}

export class TooManyDevicesError extends XRPCError {
  constructor(src: XRPCError) {
    super(src.status, src.error, src.message, src.headers, { cause: src })
  }
}

export class TooManyKeyPackagesError extends XRPCError {
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
    if (e.error === 'InvalidKeyPackage') return new InvalidKeyPackageError(e)
    if (e.error === 'InvalidCipherSuite') return new InvalidCipherSuiteError(e)
    if (e.error === 'DeviceUnknown') return new DeviceUnknownError(e)
    if (e.error === 'DeviceKeyMismatch') return new DeviceKeyMismatchError(e)
    if (e.error === 'DeviceRecordMissing')
      return new DeviceRecordMissingError(e)
    if (e.error === 'TooManyDevices') return new TooManyDevicesError(e)
    if (e.error === 'TooManyKeyPackages') return new TooManyKeyPackagesError(e)
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
