/**
 * GENERATED CODE - DO NOT MODIFY
 */
import { type HeadersMap, XRPCError } from '@atproto/xrpc'
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
const id = 'blue.catbird.mls.subscribeConvoEvents'

/** A new entry of a log. */
export interface MessageEvent {
  $type?: 'blue.catbird.mls.subscribeConvoEvents#messageEvent'
  /** Position of this event in the stream; give the last one seen back to resume after it. Opaque. */
  cursor: string
  message: BlueCatbirdMlsDefs.MessageView
}

const hashMessageEvent = 'messageEvent'

export function isMessageEvent<V>(v: V) {
  return is$typed(v, id, hashMessageEvent)
}

export function validateMessageEvent<V>(v: V) {
  return validate<MessageEvent & V>(v, id, hashMessageEvent)
}

/** A welcome waits for a device of the account: read it with `getWelcomes`. */
export interface WelcomeEvent {
  $type?: 'blue.catbird.mls.subscribeConvoEvents#welcomeEvent'
  /** Position of this event in the stream; give the last one seen back to resume after it. Opaque. */
  cursor: string
  /** The conversation: lowercase hex of its first MLS group id (16 to 64 bytes). */
  convoId: string
  /** The welcome. */
  welcomeId: string
  /** The device that it is for. Letters, digits, `.`, `_` and `-`. */
  deviceId: string
}

const hashWelcomeEvent = 'welcomeEvent'

export function isWelcomeEvent<V>(v: V) {
  return is$typed(v, id, hashWelcomeEvent)
}

export function validateWelcomeEvent<V>(v: V) {
  return validate<WelcomeEvent & V>(v, id, hashWelcomeEvent)
}

/** The members of a conversation, their devices or their roles have changed. */
export interface MembershipChangeEvent {
  $type?: 'blue.catbird.mls.subscribeConvoEvents#membershipChangeEvent'
  /** Position of this event in the stream; give the last one seen back to resume after it. Opaque. */
  cursor: string
  /** The conversation: lowercase hex of its first MLS group id (16 to 64 bytes). */
  convoId: string
  /** The account concerned. */
  did: string
  /** What happened. */
  action:
    | 'joined'
    | 'left'
    | 'removed'
    | 'roleChanged'
    | 'deviceAdded'
    | 'deviceRemoved'
    | (string & {})
  /** The device that was added or removed. Letters, digits, `.`, `_` and `-`. */
  deviceId?: string
  /** The role now. */
  role?: 'admin' | 'moderator' | 'member' | (string & {})
  /** The epoch after the change. */
  epoch: number
  /** Position of the entry that made the change, or of the last one before it. */
  seq: number
  /** Of `joined`: the invite that the account came in by; absent for one who was added. */
  inviteId?: string
}

const hashMembershipChangeEvent = 'membershipChangeEvent'

export function isMembershipChangeEvent<V>(v: V) {
  return is$typed(v, id, hashMembershipChangeEvent)
}

export function validateMembershipChangeEvent<V>(v: V) {
  return validate<MembershipChangeEvent & V>(v, id, hashMembershipChangeEvent)
}

/** A conversation as a whole has changed: read it with `getConvo`. */
export interface ConvoEvent {
  $type?: 'blue.catbird.mls.subscribeConvoEvents#convoEvent'
  /** Position of this event in the stream; give the last one seen back to resume after it. Opaque. */
  cursor: string
  /** The conversation: lowercase hex of its first MLS group id (16 to 64 bytes). */
  convoId: string
  /** What happened. */
  action:
    | 'created'
    | 'updated'
    | 'reset'
    | 'closed'
    | 'requested'
    | 'accepted'
    | (string & {})
}

const hashConvoEvent = 'convoEvent'

export function isConvoEvent<V>(v: V) {
  return is$typed(v, id, hashConvoEvent)
}

export function validateConvoEvent<V>(v: V) {
  return validate<ConvoEvent & V>(v, id, hashConvoEvent)
}

/** The account has read on, on one of its devices. */
export interface ReadEvent {
  $type?: 'blue.catbird.mls.subscribeConvoEvents#readEvent'
  /** Position of this event in the stream; give the last one seen back to resume after it. Opaque. */
  cursor: string
  /** The conversation: lowercase hex of its first MLS group id (16 to 64 bytes). */
  convoId: string
  /** The position up to which it has read. */
  seq: number
}

const hashReadEvent = 'readEvent'

export function isReadEvent<V>(v: V) {
  return is$typed(v, id, hashReadEvent)
}

export function validateReadEvent<V>(v: V) {
  return validate<ReadEvent & V>(v, id, hashReadEvent)
}

/** A device was registered or deleted: of the account itself, or of one that shares a conversation with it. */
export interface DeviceEvent {
  $type?: 'blue.catbird.mls.subscribeConvoEvents#deviceEvent'
  /** Position of this event in the stream; give the last one seen back to resume after it. Opaque. */
  cursor: string
  /** The account whose device it is. */
  did: string
  /** The device. Letters, digits, `.`, `_` and `-`. */
  deviceId: string
  /** What happened. */
  action: 'registered' | 'deleted' | (string & {})
}

const hashDeviceEvent = 'deviceEvent'

export function isDeviceEvent<V>(v: V) {
  return is$typed(v, id, hashDeviceEvent)
}

export function validateDeviceEvent<V>(v: V) {
  return validate<DeviceEvent & V>(v, id, hashDeviceEvent)
}

/** A device of the account runs out of key packages: publish more. */
export interface KeyPackagesEvent {
  $type?: 'blue.catbird.mls.subscribeConvoEvents#keyPackagesEvent'
  /** Position of this event in the stream; give the last one seen back to resume after it. Opaque. */
  cursor: string
  /** The device. Letters, digits, `.`, `_` and `-`. */
  deviceId: string
  /** How many are left, the last-resort one aside. */
  available: number
}

const hashKeyPackagesEvent = 'keyPackagesEvent'

export function isKeyPackagesEvent<V>(v: V) {
  return is$typed(v, id, hashKeyPackagesEvent)
}

export function validateKeyPackagesEvent<V>(v: V) {
  return validate<KeyPackagesEvent & V>(v, id, hashKeyPackagesEvent)
}

/** Somebody was reported in a conversation that the account moderates: read it with `getReports`. */
export interface ReportEvent {
  $type?: 'blue.catbird.mls.subscribeConvoEvents#reportEvent'
  /** Position of this event in the stream; give the last one seen back to resume after it. Opaque. */
  cursor: string
  /** The conversation: lowercase hex of its first MLS group id (16 to 64 bytes). */
  convoId: string
  /** The report. */
  reportId: string
}

const hashReportEvent = 'reportEvent'

export function isReportEvent<V>(v: V) {
  return is$typed(v, id, hashReportEvent)
}

export function validateReportEvent<V>(v: V) {
  return validate<ReportEvent & V>(v, id, hashReportEvent)
}

/** A message that is kept nowhere. It has no cursor and comes at most once. */
export interface EphemeralEvent {
  $type?: 'blue.catbird.mls.subscribeConvoEvents#ephemeralEvent'
  /** The conversation: lowercase hex of its first MLS group id (16 to 64 bytes). */
  convoId: string
  /** The epoch of the message. */
  epoch: number
  /** MLSMessage with a PrivateMessage of content type application. */
  ciphertext: Uint8Array
}

const hashEphemeralEvent = 'ephemeralEvent'

export function isEphemeralEvent<V>(v: V) {
  return is$typed(v, id, hashEphemeralEvent)
}

export function validateEphemeralEvent<V>(v: V) {
  return validate<EphemeralEvent & V>(v, id, hashEphemeralEvent)
}

/** Something about the stream itself. */
export interface InfoEvent {
  $type?: 'blue.catbird.mls.subscribeConvoEvents#infoEvent'
  /** `OutdatedCursor`: the cursor is from before what is kept, so events were missed; catch up from the log. */
  name: 'OutdatedCursor' | (string & {})
  /** The same in words. */
  message: string
}

const hashInfoEvent = 'infoEvent'

export function isInfoEvent<V>(v: V) {
  return is$typed(v, id, hashInfoEvent)
}

export function validateInfoEvent<V>(v: V) {
  return validate<InfoEvent & V>(v, id, hashInfoEvent)
}
