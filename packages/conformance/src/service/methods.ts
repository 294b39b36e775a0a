import type {
  BlockView,
  ConvoProblem,
  ConvoView,
  DeviceView,
  InviteView,
  KeyPackageStatus,
  KeyPackageView,
  LeasedKeyPackage,
  MemberView,
  MessageView,
  Metadata,
  MissingKeyPackage,
  ReportView,
  WelcomeView,
} from '../../../client/src/lexicon/types/blue/catbird/mls/defs.js'
import type { Description } from './service.js'

export type { ConvoView, MemberView, MessageView, WelcomeView }

/** What each method answers; that an answer really is that is the watch's to see. */
export interface Answers {
  acceptConvo: { convo: ConvoView }
  ackWelcome: undefined
  addMembers: Committed
  blockAccount: undefined
  createConvo: { convo: ConvoView }
  createInvite: { invite: InviteView }
  deleteAccount: undefined
  deleteBlob: undefined
  deleteDevice: { keyPackagesDeleted: number }
  describeServer: Description
  getBlocks: { blocks: BlockView[]; cursor?: string }
  getCommits: { convoId: string; commits: MessageView[] }
  getConvo: { convo: ConvoView }
  getConvoHealth: { problems: ConvoProblem[] }
  getConvos: { conversations: ConvoView[]; cursor?: string }
  getEpoch: { convoId: string; currentEpoch: number; generation: number; lastSeq: number }
  getGroupInfo: { groupInfo: Uint8Array; ratchetTree: Uint8Array; epoch: number }
  getInvites: { invites: InviteView[] }
  getKeyPackages: { keyPackages: LeasedKeyPackage[]; missing: MissingKeyPackage[] }
  getKeyPackageStatus: { devices: KeyPackageStatus[] }
  getMembers: { members: MemberView[]; cursor?: string }
  getMessages: { messages: MessageView[]; lastSeq: number; hasMore: boolean }
  getReports: { reports: ReportView[]; cursor?: string }
  getSubscriptionTicket: { ticket: string; endpoint: string; expiresAt: string }
  getWelcomes: { welcomes: WelcomeView[]; cursor?: string }
  joinConvo: Committed
  leaveConvo: Committed
  listDevices: { devices: DeviceView[] }
  muteConvo: { convo: ConvoView }
  previewInvite: InvitePreview
  publishKeyPackage: { keyPackage: KeyPackageView }
  publishKeyPackages: { keyPackages: KeyPackageView[] }
  registerDevice: { device: DeviceView }
  registerPush: undefined
  removeMembers: Committed
  reportMember: { reportId: string }
  resetConvo: { convo: ConvoView }
  resolveReport: { report: ReportView }
  revokeInvite: { invite: InviteView }
  sendMessage: { messageId: string; seq?: number; epoch: number; receivedAt: string }
  setMemberRole: { member: MemberView }
  submitCommit: Committed
  syncKeyPackages: { deleted: string[]; unknown: string[] }
  unblockAccount: undefined
  unmuteConvo: { convo: ConvoView }
  unregisterPush: undefined
  updateConvo: { convo: ConvoView }
  updateCursor: { seq: number }
}

export interface Committed {
  success: boolean
  newEpoch: number
  seq: number
}

export interface InvitePreview {
  convoId: string
  kind: string
  memberCount: number
  metadata?: Metadata
  groupInfo: Uint8Array
  ratchetTree: Uint8Array
  epoch: number
}
