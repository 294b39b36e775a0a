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

const is$typed = _is$typed,
  validate = _validate
const id = 'blue.catbird.mls.leaveConvo'

export type QueryParams = {}

export interface InputSchema {
  /** The conversation: lowercase hex of its first MLS group id (16 to 64 bytes). */
  convoId: string
  /** The `joinedSeq` of the membership to end, so that a late retry does not end a newer one. */
  joinedSeq?: number
}

export interface OutputSchema {
  /** Always true: a refusal is an error. */
  success: boolean
  /** The epoch as it is: leaving makes none. */
  newEpoch: number
  /** The membership's `leftSeq`: the last position of the log when the caller left. Leaving writes no entry. */
  seq: number
}

export interface HandlerInput {
  encoding: 'application/json'
  body: InputSchema
}

export interface HandlerSuccess {
  encoding: 'application/json'
  body: OutputSchema
  headers?: { [key: string]: string }
}

export interface HandlerError {
  status: number
  message?: string
  error?:
    | 'ConvoNotFound'
    | 'TooLarge'
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
