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
const id = 'blue.catbird.mls.defs'

/** A commit and what belongs to the epoch that it makes; accepted or refused as one. */
export interface Change {
  $type?: 'blue.catbird.mls.defs#change'
  /** MLSMessage with the commit: a PublicMessage, or (where the conversation allows it) a PrivateMessage. Proposals are inside, by value. */
  commit: Uint8Array
  /** MLSMessage with the GroupInfo of the epoch that the commit makes, signed by the committer, with `external_pub` and `ratchet_tree`. */
  groupInfo: Uint8Array
  /** MLSMessage with the Welcome for every leaf that the commit adds; its own GroupInfo carries `ratchet_tree`. Required if the commit adds anyone, absent if not. */
  welcome?: Uint8Array
}

const hashChange = 'change'

export function isChange<V>(v: V) {
  return is$typed(v, id, hashChange)
}

export function validateChange<V>(v: V) {
  return validate<Change & V>(v, id, hashChange)
}

/** A conversation as one of its members sees it. A former member sees it as it was at `lastSeq`, without metadata and roster: `members` and `pendingRemovals` are empty, `memberCount` and `unreadCount` are 0, and `policy` says nothing. */
export interface ConvoView {
  $type?: 'blue.catbird.mls.defs#convoView'
  /** Stable name of the conversation: lowercase hex of its first MLS group id. */
  convoId: string
  /** MLS group id that the conversation runs on now. Lowercase hex. */
  groupId: string
  /** How many times the conversation was reset onto a new MLS group. */
  generation: number
  /** The last position before the latest reset: the end of what the former group's state decrypts. Absent if there was none. */
  resetSeq?: number
  /** `public`: commits are PublicMessages and checked in full. `any`: encrypted commits are taken too, checked by their GroupInfo alone. */
  commitFraming: 'public' | 'any' | (string & {})
  /** The caller's memberships, oldest first: which part of the log may be read. */
  intervals: Interval[]
  /** `direct` is between exactly two accounts and unique for the pair. */
  kind: 'group' | 'direct' | (string & {})
  /** Current MLS epoch. */
  epoch: number
  /** Highest position that the caller may read; 0 in an empty log. */
  lastSeq: number
  /** The log's hash at `lastSeq`; 32 zero bytes for an empty log. Lowercase hex. */
  hash: string
  /** IANA name of the group's cipher suite. */
  cipherSuite: string
  /** The account that created the conversation. */
  creator: string
  /** The caller's role. */
  role: 'admin' | 'moderator' | 'member' | (string & {})
  /** The caller's standing: `request` until it has accepted who added it or, by `acceptConvo`, the conversation; `left` when it is no member any more. */
  status: 'accepted' | 'request' | 'left' | (string & {})
  /** Whether the caller has muted the conversation. */
  muted: boolean
  /** The position up to which the caller has read. */
  cursor: number
  /** Application entries that the caller may read after `cursor`. */
  unreadCount: number
  /** How many accounts are members. */
  memberCount: number
  /** The first members; `getMembers` pages through all. */
  members: MemberView[]
  /** Leaves that the next member's commit must remove. */
  pendingRemovals: PendingRemoval[]
  metadata?: Metadata
  /** Metadata that only members can read, encrypted by them. */
  encryptedMetadata?: Uint8Array
  policy: Policy
  /** When the conversation was created. */
  createdAt: string
  /** When the newest application entry of the caller's membership was stored. Absent if there is none. */
  lastMessageAt?: string
}

const hashConvoView = 'convoView'

export function isConvoView<V>(v: V) {
  return is$typed(v, id, hashConvoView)
}

export function validateConvoView<V>(v: V) {
  return validate<ConvoView & V>(v, id, hashConvoView)
}

/** One membership: the part of the log from `joinedSeq` to `leftSeq`, both included. */
export interface Interval {
  $type?: 'blue.catbird.mls.defs#interval'
  /** First position that may be read: that of the commit which added the account, 1 for the creator. */
  joinedSeq: number
  /** Last position that may be read; absent while the membership lasts. */
  leftSeq?: number
}

const hashInterval = 'interval'

export function isInterval<V>(v: V) {
  return is$typed(v, id, hashInterval)
}

export function validateInterval<V>(v: V) {
  return validate<Interval & V>(v, id, hashInterval)
}

/** What the conversation is about, readable by the service. */
export interface Metadata {
  $type?: 'blue.catbird.mls.defs#metadata'
  /** Name of the conversation. */
  name?: string
  /** What the conversation is about. */
  description?: string
}

const hashMetadata = 'metadata'

export function isMetadata<V>(v: V) {
  return is$typed(v, id, hashMetadata)
}

export function validateMetadata<V>(v: V) {
  return validate<Metadata & V>(v, id, hashMetadata)
}

/** The conversation's own rules. */
export interface Policy {
  $type?: 'blue.catbird.mls.defs#policy'
  /** Who may add other accounts. */
  whoCanAdd: 'admin' | 'member' | (string & {})
  /** How many accounts may be members; absent: as many as the service allows. */
  maxMembers?: number
}

const hashPolicy = 'policy'

export function isPolicy<V>(v: V) {
  return is$typed(v, id, hashPolicy)
}

export function validatePolicy<V>(v: V) {
  return validate<Policy & V>(v, id, hashPolicy)
}

/** A leaf of an account that left or of a device that was deleted; the next member's commit must remove it. */
export interface PendingRemoval {
  $type?: 'blue.catbird.mls.defs#pendingRemoval'
  /** Index of the leaf in the ratchet tree. */
  leafIndex: number
  /** The account whose leaf it is. */
  did: string
  /** The device whose leaf it is. Letters, digits, `.`, `_` and `-`. */
  deviceId: string
}

const hashPendingRemoval = 'pendingRemoval'

export function isPendingRemoval<V>(v: V) {
  return is$typed(v, id, hashPendingRemoval)
}

export function validatePendingRemoval<V>(v: V) {
  return validate<PendingRemoval & V>(v, id, hashPendingRemoval)
}

/** A member of a conversation. */
export interface MemberView {
  $type?: 'blue.catbird.mls.defs#memberView'
  /** The member's account. */
  did: string
  /** What the member may do. */
  role: 'admin' | 'moderator' | 'member' | (string & {})
  /** `request` until the member has accepted the conversation. */
  status: 'accepted' | 'request' | 'left' | (string & {})
  /** When the current membership began. */
  joinedAt: string
  /** Position at which the current membership began. */
  joinedSeq: number
  /** The member's devices in the verified ratchet tree; may be empty. */
  devices: MemberDevice[]
  /** The invite that the member came in by; absent for one who was added. */
  inviteId?: string
}

const hashMemberView = 'memberView'

export function isMemberView<V>(v: V) {
  return is$typed(v, id, hashMemberView)
}

export function validateMemberView<V>(v: V) {
  return validate<MemberView & V>(v, id, hashMemberView)
}

/** A device in the ratchet tree of a conversation. */
export interface MemberDevice {
  $type?: 'blue.catbird.mls.defs#memberDevice'
  /** The device. Letters, digits, `.`, `_` and `-`. */
  deviceId: string
  /** Index of the device's leaf in the ratchet tree. */
  leafIndex: number
}

const hashMemberDevice = 'memberDevice'

export function isMemberDevice<V>(v: V) {
  return is$typed(v, id, hashMemberDevice)
}

export function validateMemberDevice<V>(v: V) {
  return validate<MemberDevice & V>(v, id, hashMemberDevice)
}

/** One entry of a conversation's log. `hash` is SHA-256(previousHash ‖ uint64 seq ‖ uint64 generation ‖ uint64 epoch ‖ uint8 kind ‖ SHA-256(ciphertext)), big-endian, kind 1 for application and 2 for commit. */
export interface MessageView {
  $type?: 'blue.catbird.mls.defs#messageView'
  /** The sender's `msgId` for an application message; hex SHA-256 of the bytes for a commit. */
  id: string
  /** The conversation: lowercase hex of its first MLS group id (16 to 64 bytes). */
  convoId: string
  /** Position in the conversation's log, from 1, without gaps. */
  seq: number
  /** What the entry holds. */
  messageType: 'application' | 'commit' | (string & {})
  /** Generation of the MLS group that the message belongs to. */
  generation: number
  /** Epoch in the message; for a commit the one that it ends. */
  epoch: number
  /** The MLSMessage as it was sent. Absent once retention has removed it. */
  ciphertext?: Uint8Array
  /** SHA-256 of the ciphertext; it stays when retention removes the ciphertext. Lowercase hex. */
  contentHash?: string
  /** The `hash` of the entry before, 32 zero bytes for the first. Lowercase hex. */
  previousHash: string
  /** The log's hash after this entry. Lowercase hex. */
  hash: string
  /** When the service stored the entry. */
  createdAt: string
}

const hashMessageView = 'messageView'

export function isMessageView<V>(v: V) {
  return is$typed(v, id, hashMessageView)
}

export function validateMessageView<V>(v: V) {
  return validate<MessageView & V>(v, id, hashMessageView)
}

/** A device of an account. The optional fields are told to the account itself only. */
export interface DeviceView {
  $type?: 'blue.catbird.mls.defs#deviceView'
  /** Name of the device within its account. Letters, digits, `.`, `_` and `-`. */
  deviceId: string
  /** The device's MLS signature public key; it never changes. */
  signaturePublicKey: Uint8Array
  /** What the owner calls the device. */
  name?: string
  /** When the device was registered. */
  createdAt?: string
  /** When the service last dealt with a request that names the device. Coarse. */
  lastSeenAt?: string
  /** How many unused key packages the service holds for it, the last-resort one aside. */
  keyPackagesAvailable?: number
}

const hashDeviceView = 'deviceView'

export function isDeviceView<V>(v: V) {
  return is$typed(v, id, hashDeviceView)
}

export function validateDeviceView<V>(v: V) {
  return validate<DeviceView & V>(v, id, hashDeviceView)
}

/** A key package that the service has taken. */
export interface KeyPackageView {
  $type?: 'blue.catbird.mls.defs#keyPackageView'
  /** RFC 9420 §5.2 reference of the inner KeyPackage, computed with its suite's hash. Lowercase hex. */
  keyPackageRef: string
  /** The device that the package adds. Letters, digits, `.`, `_` and `-`. */
  deviceId: string
  /** IANA name of the cipher suite of the package. */
  cipherSuite: string
  /** End of the package's signed lifetime. */
  expiresAt: string
  /** Whether it is given out, again and again, when no other is left. */
  lastResort: boolean
}

const hashKeyPackageView = 'keyPackageView'

export function isKeyPackageView<V>(v: V) {
  return is$typed(v, id, hashKeyPackageView)
}

export function validateKeyPackageView<V>(v: V) {
  return validate<KeyPackageView & V>(v, id, hashKeyPackageView)
}

/** A key package that is set aside for the caller for a while. */
export interface LeasedKeyPackage {
  $type?: 'blue.catbird.mls.defs#leasedKeyPackage'
  /** The account that the package adds. */
  did: string
  /** The device that the package adds. Letters, digits, `.`, `_` and `-`. */
  deviceId: string
  /** RFC 9420 §5.2 reference of the inner KeyPackage, computed with its suite's hash. Lowercase hex. */
  keyPackageRef: string
  /** IANA name of the cipher suite of the package. */
  cipherSuite: string
  /** MLSMessage with the KeyPackage. */
  keyPackage: Uint8Array
  /** Whether it is the one that is given out when no other is left. */
  lastResort: boolean
}

const hashLeasedKeyPackage = 'leasedKeyPackage'

export function isLeasedKeyPackage<V>(v: V) {
  return is$typed(v, id, hashLeasedKeyPackage)
}

export function validateLeasedKeyPackage<V>(v: V) {
  return validate<LeasedKeyPackage & V>(v, id, hashLeasedKeyPackage)
}

/** Whether an account can be reached by who asks. */
export interface Availability {
  $type?: 'blue.catbird.mls.defs#availability'
  /** The account. */
  did: string
  /** It has a key package that can be used, and takes conversations from the caller. */
  reachable: boolean
}

const hashAvailability = 'availability'

export function isAvailability<V>(v: V) {
  return is$typed(v, id, hashAvailability)
}

export function validateAvailability<V>(v: V) {
  return validate<Availability & V>(v, id, hashAvailability)
}

/** An account or a device for which no key package can be had. */
export interface MissingKeyPackage {
  $type?: 'blue.catbird.mls.defs#missingKeyPackage'
  /** The account. */
  did: string
  /** The device; absent if the account has none with packages. Letters, digits, `.`, `_` and `-`. */
  deviceId?: string
}

const hashMissingKeyPackage = 'missingKeyPackage'

export function isMissingKeyPackage<V>(v: V) {
  return is$typed(v, id, hashMissingKeyPackage)
}

export function validateMissingKeyPackage<V>(v: V) {
  return validate<MissingKeyPackage & V>(v, id, hashMissingKeyPackage)
}

/** The stock of one device's key packages of one cipher suite. */
export interface KeyPackageStatus {
  $type?: 'blue.catbird.mls.defs#keyPackageStatus'
  /** The device. Letters, digits, `.`, `_` and `-`. */
  deviceId: string
  /** IANA name of the cipher suite of the packages. */
  cipherSuite: string
  /** Packages that can be leased now, the last-resort one aside. */
  available: number
  /** Packages set aside for somebody at the moment. */
  leased: number
  /** Packages used by a commit. */
  consumed: number
  /** Whether there is a last-resort package. */
  lastResort: boolean
  /** When the next package expires; absent if there is none left. */
  nextExpiresAt?: string
  /** Whether the device should publish more. */
  needsReplenish: boolean
}

const hashKeyPackageStatus = 'keyPackageStatus'

export function isKeyPackageStatus<V>(v: V) {
  return is$typed(v, id, hashKeyPackageStatus)
}

export function validateKeyPackageStatus<V>(v: V) {
  return validate<KeyPackageStatus & V>(v, id, hashKeyPackageStatus)
}

/** A welcome that waits for one device. */
export interface WelcomeView {
  $type?: 'blue.catbird.mls.defs#welcomeView'
  /** Name of the welcome, for `ackWelcome`. Opaque. */
  welcomeId: string
  /** The conversation that the device was added to. */
  convoId: string
  /** The MLS group that the welcome is for. Lowercase hex. */
  groupId: string
  /** Generation of that group. */
  generation: number
  /** The epoch that the device joins at. */
  epoch: number
  /** Position of the commit that added the device: entries after it are the first that the device can decrypt. */
  seq: number
  /** MLSMessage with the Welcome. */
  welcome: Uint8Array
  /** The account whose commit added the device. */
  addedBy: string
  /** When the commit was accepted. */
  createdAt: string
  /** Until when the welcome waits; afterwards come in by `joinConvo`. */
  expiresAt: string
}

const hashWelcomeView = 'welcomeView'

export function isWelcomeView<V>(v: V) {
  return is$typed(v, id, hashWelcomeView)
}

export function validateWelcomeView<V>(v: V) {
  return validate<WelcomeView & V>(v, id, hashWelcomeView)
}

/** Why a device cannot follow a conversation, and what to do about it. If `joinConvo` fails again and again, an admin calls `resetConvo`. */
export interface ConvoProblem {
  $type?: 'blue.catbird.mls.defs#convoProblem'
  /** What is wrong. `leafMissing`: the device is not in the ratchet tree. `leafPendingRemoval`: its leaf is to be removed by the next member's commit; the device can then be added again. `leafKeyMismatch`: its leaf has another signature key. `welcomePending`: a welcome waits for it. `welcomeExpired`: that has expired. `welcomeFailed`: the device acknowledged it as failed. `welcomeSuperseded`: it is for a group that was reset. `groupReset`: the conversation runs on a new group. `epochBehind`: there are commits that the device has not applied. `epochAhead`: the device is in an epoch that the group never reached. */
  problem:
    | 'leafMissing'
    | 'leafPendingRemoval'
    | 'leafKeyMismatch'
    | 'welcomePending'
    | 'welcomeExpired'
    | 'welcomeFailed'
    | 'welcomeSuperseded'
    | 'groupReset'
    | 'epochBehind'
    | 'epochAhead'
    | (string & {})
  /** Name of the method that cures it. The device calls it, save for `addMembers`, which is for a device in the tree: it removes the leaf and adds the device. */
  remedy:
    'joinConvo' | 'getWelcomes' | 'getMessages' | 'addMembers' | (string & {})
}

const hashConvoProblem = 'convoProblem'

export function isConvoProblem<V>(v: V) {
  return is$typed(v, id, hashConvoProblem)
}

export function validateConvoProblem<V>(v: V) {
  return validate<ConvoProblem & V>(v, id, hashConvoProblem)
}

/** A report about a member, as those see it who moderate the conversation. It does not say who made it. */
export interface ReportView {
  $type?: 'blue.catbird.mls.defs#reportView'
  /** Identifies the report. */
  reportId: string
  /** The conversation: lowercase hex of its first MLS group id (16 to 64 bytes). */
  convoId: string
  /** Who is reported; `did:web:deleted.invalid` for an account that was deleted since. */
  did: string
  /** What for. */
  category:
    | 'spam'
    | 'harassment'
    | 'hate'
    | 'violence'
    | 'sexual'
    | 'childSafety'
    | 'selfHarm'
    | 'impersonation'
    | 'other'
    | (string & {})
  /** What the reporter shows to those who moderate, encrypted by the reporter so that only they can read it. How is up to the clients; the service cannot read it. */
  encryptedContent?: Uint8Array
  /** Ids of the messages that it is about (`messageView.id`). */
  messageIds: string[]
  /** Whether somebody has dealt with it. */
  status: 'open' | 'resolved' | (string & {})
  /** When it was received. */
  createdAt: string
  /** What was done about it. */
  action?: 'dismissed' | 'warned' | 'removed' | 'escalated' | (string & {})
  /** What those who moderate should know about the resolution. */
  notes?: string
  /** Who resolved it. */
  resolvedBy?: string
  /** When it was resolved. */
  resolvedAt?: string
}

const hashReportView = 'reportView'

export function isReportView<V>(v: V) {
  return is$typed(v, id, hashReportView)
}

export function validateReportView<V>(v: V) {
  return validate<ReportView & V>(v, id, hashReportView)
}

/** An account that the caller has blocked. */
export interface BlockView {
  $type?: 'blue.catbird.mls.defs#blockView'
  /** The account. */
  did: string
  /** When it was blocked. */
  createdAt: string
}

const hashBlockView = 'blockView'

export function isBlockView<V>(v: V) {
  return is$typed(v, id, hashBlockView)
}

export function validateBlockView<V>(v: V) {
  return validate<BlockView & V>(v, id, hashBlockView)
}

/** A way into a conversation for whoever has its secret. */
export interface InviteView {
  $type?: 'blue.catbird.mls.defs#inviteView'
  /** Name of the invite; it opens nothing. */
  inviteId: string
  /** The conversation that it opens. */
  convoId: string
  /** What opens the conversation. Only in the answer to `createInvite`: the service keeps a hash of it. */
  secret?: string
  /** The admin who made it; `did:web:deleted.invalid` for an account that was deleted since. */
  createdBy: string
  /** When it was made. */
  createdAt: string
  /** Until when it opens anything; absent: for ever. */
  expiresAt?: string
  /** How many accounts may come in by it; absent: as many as there is room for. */
  maxUses?: number
  /** How many have. */
  uses: number
  /** Whether an admin has ended it. */
  revoked: boolean
}

const hashInviteView = 'inviteView'

export function isInviteView<V>(v: V) {
  return is$typed(v, id, hashInviteView)
}

export function validateInviteView<V>(v: V) {
  return validate<InviteView & V>(v, id, hashInviteView)
}
