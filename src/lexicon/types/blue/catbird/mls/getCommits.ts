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
const id = 'blue.catbird.mls.getCommits'

export type QueryParams = {
  /** The conversation: lowercase hex of its first MLS group id (16 to 64 bytes). */
  convoId: string
  /** The generation; by default the one in the caller's view of the conversation. */
  generation?: number
  /** First epoch: the one that its commit ends. */
  fromEpoch: number
  /** Last epoch, included; by default the newest. */
  toEpoch?: number
  /** How many commits a page holds at most. */
  limit: number
}
export type InputSchema = undefined

export interface OutputSchema {
  /** The conversation: lowercase hex of its first MLS group id (16 to 64 bytes). */
  convoId: string
  /** Log entries of kind commit. */
  commits: BlueCatbirdMlsDefs.MessageView[]
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
