/** End-to-end encrypted group chat by MLS (RFC 9420) for AT Protocol accounts: the client. */
export { MlsClient } from './client.js'
export type { ClientOptions } from './client.js'
export { Conversation } from './conversation.js'
export {
  BrokenLog,
  MlsClientError,
  ServiceError,
  ServiceUnreachable,
  UnreachableAccounts,
} from './errors.js'
export type { ErrorCode } from './errors.js'
export type { ClientEvent, ConversationEvent } from './events.js'
export type { AllowIncoming } from './account/declaration.js'
export type { OwnRepository } from './auth/own-repository.js'
export type { DevicePolicy } from './convo/admission.js'
export type { CheckedDevice } from './convo/device-watch.js'
export type { CheckableDevice, DeviceStanding, Repositories } from './repositories/repositories.js'
export type { Auth, AuthorizedCall, ServiceAddress } from './auth/auth.js'
export type { Retry } from './api/service.js'
export type { Description } from './api/description.js'
export { atprotoSession } from './auth/atproto-session.js'
export type { AtprotoAgent } from './auth/atproto-session.js'
export { developmentTokens } from './auth/development-tokens.js'
export { serviceTokens } from './auth/service-tokens.js'
export { MemoryStore } from './store/memory.js'
export { StoreTaken } from './store/store.js'
export type { Store, StoreChange, StoreEntry, StoreGuard, StoreRange } from './store/store.js'
export type { Block } from './account/blocks.js'
export type { PushTarget } from './account/push.js'
export type { Attachment } from './convo/attachment.js'
export type { LogPosition, MessagePayload } from './convo/payload.js'
export type { InvitePreview } from './convo/invited.js'
export type { Invite, InviteTerms } from './convo/invites.js'
export type { Person } from './convo/people.js'
export type {
  ConvoFacts,
  Fork,
  LastMessage,
  LogContent,
  LogRecord,
  Title,
} from './convo/records.js'
export type { Report, ReportAction, ReportCategory, ReportWish } from './convo/reports.js'
export { fingerprintOf } from './convo/safety.js'
export type { Safety, SafetyDevice } from './convo/safety.js'
export type { RosterMismatch } from './convo/state.js'
export type { DeviceView } from './lexicon/types/blue/catbird/mls/defs.js'
export type { DeviceName } from './mls/identity.js'
export type { RosterDevice } from './mls/roster.js'
