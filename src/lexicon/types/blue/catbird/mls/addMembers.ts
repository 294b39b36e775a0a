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
    | 'NotMember'
    | 'EpochMismatch'
    | 'PendingRemovals'
    | 'InvalidMlsMessage'
    | 'InvalidCommit'
    | 'InvalidGroupInfo'
    | 'InvalidWelcome'
    | 'InvalidKeyPackage'
    | 'DeviceUnknown'
    | 'Forbidden'
    | 'NotAdmin'
    | 'AlreadyMember'
    | 'TooManyMembers'
    | 'QuotaExceeded'
    | 'TooManyDevices'
    | 'IncomingNotAllowed'
    | 'BlockedByMember'
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
