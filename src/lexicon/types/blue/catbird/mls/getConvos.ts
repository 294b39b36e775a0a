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
const id = 'blue.catbird.mls.getConvos'

export type QueryParams = {
  /** How many conversations a page holds at most. */
  limit: number
  /** Where the page before ended: the `cursor` of its answer. Opaque. */
  cursor?: string
  /** Only conversations in which the caller has this standing. By default `accepted` and `request`; those that the caller has `left`, or was removed from, are listed only when asked for. */
  status?: 'accepted' | 'request' | 'left' | (string & {})
}
export type InputSchema = undefined

export interface OutputSchema {
  /** A page of conversations. */
  conversations: BlueCatbirdMlsDefs.ConvoView[]
  /** Give it back for the next page; absent on the last one. Opaque. */
  cursor?: string
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
    | 'InvalidCursor'
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
