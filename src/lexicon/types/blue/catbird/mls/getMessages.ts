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
const id = 'blue.catbird.mls.getMessages'

export type QueryParams = {
  /** The conversation: lowercase hex of its first MLS group id (16 to 64 bytes). */
  convoId: string
  /** Read on after this position. */
  sinceSeq?: number
  /** Read what comes before this position; together with `sinceSeq` the end of the range. */
  beforeSeq?: number
  /** How many entries a page holds at most. */
  limit: number
}
export type InputSchema = undefined

export interface OutputSchema {
  /** A page of entries, by ascending `seq`. */
  messages: BlueCatbirdMlsDefs.MessageView[]
  /** Highest position in this page; in an empty one `sinceSeq`, or 0. */
  lastSeq: number
  /** Whether more entries lie in the direction that was read. */
  hasMore: boolean
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
    | 'ConvoNotFound'
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
