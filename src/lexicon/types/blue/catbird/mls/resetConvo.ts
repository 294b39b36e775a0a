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
const id = 'blue.catbird.mls.resetConvo'

export type QueryParams = {}

export interface InputSchema {
  /** The conversation: lowercase hex of its first MLS group id (16 to 64 bytes). */
  convoId: string
  /** MLSMessage with the GroupInfo of epoch 0 of a new group, signed by the caller's device, which is its only leaf, with `external_pub` and `ratchet_tree`. */
  genesis: Uint8Array
  change?: BlueCatbirdMlsDefs.Change
}

export interface OutputSchema {
  convo: BlueCatbirdMlsDefs.ConvoView
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
    | 'NotAdmin'
    | 'Forbidden'
    | 'ConvoExists'
    | 'InvalidMlsMessage'
    | 'InvalidGroupInfo'
    | 'InvalidCipherSuite'
    | 'InvalidCommit'
    | 'InvalidWelcome'
    | 'InvalidKeyPackage'
    | 'DeviceUnknown'
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
