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
const id = 'blue.catbird.mls.registerDevice'

export type QueryParams = {}

export interface InputSchema {
  /** Name of the device, unique within the account. Letters, digits, `.`, `_` and `-`. */
  deviceId: string
  /** The device's MLS signature public key, as in its leaves. */
  signaturePublicKey: Uint8Array
  /** What the owner calls the device; told to the account itself only. */
  name?: string
  /** Key packages to publish with it, all or none. */
  keyPackages?: Uint8Array[]
}

export interface OutputSchema {
  device: BlueCatbirdMlsDefs.DeviceView
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
    | 'DeviceKeyMismatch'
    | 'DeviceRecordMissing'
    | 'DeviceUnknown'
    | 'InvalidKeyPackage'
    | 'InvalidCipherSuite'
    | 'TooManyDevices'
    | 'TooManyKeyPackages'
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
