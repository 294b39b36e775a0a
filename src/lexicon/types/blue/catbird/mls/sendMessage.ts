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
const id = 'blue.catbird.mls.sendMessage'

export type QueryParams = {}

export interface InputSchema {
  /** The conversation: lowercase hex of its first MLS group id (16 to 64 bytes). */
  convoId: string
  /** The sender's id for the message: a ULID or UUID, new for each message, all in upper or all in lower case, which are the same id. */
  msgId: string
  /** The epoch that the message was encrypted in: the current one, or one of the few before it. */
  epoch: number
  /** MLSMessage with a PrivateMessage of content type application. */
  ciphertext: Uint8Array
  /** `persistent` messages become entries of the log; `ephemeral` ones reach those who listen now, and are kept nowhere. */
  delivery: 'persistent' | 'ephemeral' | (string & {})
  /** Length of the ciphertext in bytes; if given, it must be right. */
  paddedSize?: number
}

export interface OutputSchema {
  /** The `msgId`. */
  messageId: string
  /** Position in the log; absent for an ephemeral message. */
  seq?: number
  /** The epoch of the message. */
  epoch: number
  /** When the service took the message. */
  receivedAt: string
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
    | 'Forbidden'
    | 'EpochMismatch'
    | 'InvalidMlsMessage'
    | 'MessageIdConflict'
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
