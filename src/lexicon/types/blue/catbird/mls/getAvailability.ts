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
const id = 'blue.catbird.mls.getAvailability'

export type QueryParams = {
  /** The accounts. */
  dids: string[]
}
export type InputSchema = undefined

export interface OutputSchema {
  /** Each account once, in the order of the question. */
  accounts: BlueCatbirdMlsDefs.Availability[]
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
