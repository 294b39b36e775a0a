/**
 * GENERATED CODE - DO NOT MODIFY
 */
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
const id = 'blue.catbird.mls.getKeyPackages'

export type QueryParams = {
  /** The accounts. */
  dids: string[]
  /** IANA name of the cipher suite wanted; for an existing conversation its own suite counts. */
  cipherSuite?: string
  /** The conversation that the packages are for; may be one that is yet to be created. Without it the lease holds for any one conversation. */
  convoId?: string
  /** Only these devices. */
  deviceIds?: string[]
}
export type InputSchema = undefined

export interface OutputSchema {
  /** At most one package for each device. */
  keyPackages: BlueCatbirdMlsDefs.LeasedKeyPackage[]
  /** Accounts and devices without one. */
  missing: BlueCatbirdMlsDefs.MissingKeyPackage[]
}

export type HandlerInput = void

export interface HandlerSuccess {
  encoding: 'application/json'
  body: OutputSchema
  headers?: { [key: string]: string }
}

export interface HandlerError {
  status: number
  message?: string
  error?:
    | 'InvalidCipherSuite'
    | 'AuthMissing'
    | 'BadJwt'
    | 'BadJwtType'
    | 'BadJwtAlgorithm'
    | 'BadJwtKey'
    | 'BadJwtIss'
    | 'BadJwtAudience'
    | 'BadJwtLexiconMethod'
    | 'BadJwtExpiry'
    | 'BadJwtIssuedAt'
    | 'BadJwtId'
    | 'BadJwtSignature'
    | 'JwtExpired'
    | 'ReplayedToken'
    | 'DidResolutionFailed'
    | 'RateLimitExceeded'
    | 'ServiceUnavailable'
    | 'InvalidRequest'
}

export type HandlerOutput = HandlerError | HandlerSuccess
