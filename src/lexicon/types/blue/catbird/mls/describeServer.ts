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
const id = 'blue.catbird.mls.describeServer'

export type QueryParams = {}
export type InputSchema = undefined

export interface OutputSchema {
  /** The service's own DID: the audience of tokens. */
  did: string
  /** Id of the service's entry in its DID document, with the DID: the value of the `atproto-proxy` header. */
  serviceId: string
  /** Version of the software. */
  version: string
  /** IANA names of the MLS cipher suites that are offered; each has passed a test of its own at start. */
  cipherSuites: string[]
  /** Address for what a PDS cannot pass on: large bodies, blobs, streams. */
  publicUrl: string
  limits: Limits
  /** `public`: commits are PublicMessages and checked in full. `any`: encrypted commits are taken too, checked by their GroupInfo alone. */
  commitFraming: 'public' | 'any' | (string & {})
  /** Devices come in only if their account's repository has a `device` record with their key. */
  requiresDeviceRecords?: boolean
  /** How many epochs before the current one an application message may be encrypted in. */
  epochGrace: number
  links?: Links
  contact?: Contact
  push?: Push
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
  error?: 'RateLimitExceeded' | 'InvalidRequest'
}

export type HandlerOutput = HandlerError | HandlerSuccess

/** How much of everything is allowed. */
export interface Limits {
  $type?: 'blue.catbird.mls.describeServer#limits'
  /** Accounts in a conversation. */
  membersPerConvo: number
  /** Devices in a conversation. */
  leavesPerConvo: number
  /** Devices of an account. */
  devicesPerAccount: number
  /** Unused key packages of a device. */
  keyPackagesPerDevice: number
  /** Key packages in one request. */
  keyPackagesPerBatch: number
  /** Size of a key package. */
  keyPackageBytes: number
  /** Longest lifetime of a key package. */
  keyPackageLifetimeDays: number
  /** How long a leased key package is set aside. */
  keyPackageLeaseSeconds: number
  /** Size of an application message. */
  messageBytes: number
  /** Size of a commit, of a welcome, and of a GroupInfo, each. */
  handshakeBytes: number
  /** Size of `encryptedMetadata`. */
  encryptedMetadataBytes: number
  /** Size of a blob. */
  blobBytes: number
  /** Size of all blobs of an account, each counted as 4 KiB at least. */
  blobQuotaBytes: number
  /** How long events are kept, and so how old a cursor may be. */
  eventRetentionDays: number
  /** How long a welcome waits. */
  welcomeRetentionDays: number
  /** How long the log keeps the ciphertext of application entries; absent: for ever. */
  messageRetentionDays?: number
}

const hashLimits = 'limits'

export function isLimits<V>(v: V) {
  return is$typed(v, id, hashLimits)
}

export function validateLimits<V>(v: V) {
  return validate<Limits & V>(v, id, hashLimits)
}

/** Pages about the service. */
export interface Links {
  $type?: 'blue.catbird.mls.describeServer#links'
  /** Privacy policy. */
  privacyPolicy?: string
  /** Terms of service. */
  termsOfService?: string
}

const hashLinks = 'links'

export function isLinks<V>(v: V) {
  return is$typed(v, id, hashLinks)
}

export function validateLinks<V>(v: V) {
  return validate<Links & V>(v, id, hashLinks)
}

/** Who runs the service. */
export interface Contact {
  $type?: 'blue.catbird.mls.describeServer#contact'
  /** Address to write to. */
  email?: string
}

const hashContact = 'contact'

export function isContact<V>(v: V) {
  return is$typed(v, id, hashContact)
}

export function validateContact<V>(v: V) {
  return validate<Contact & V>(v, id, hashContact)
}

/** How devices can be woken; absent where they cannot. */
export interface Push {
  $type?: 'blue.catbird.mls.describeServer#push'
  /** The platforms that `registerPush` takes. */
  platforms: ('ios' | 'android' | 'web' | (string & {}))[]
  /** The `applicationServerKey` for Web Push subscriptions: base64url. */
  vapidPublicKey?: string
}

const hashPush = 'push'

export function isPush<V>(v: V) {
  return is$typed(v, id, hashPush)
}

export function validatePush<V>(v: V) {
  return validate<Push & V>(v, id, hashPush)
}
