import type * as AcceptConvo from '../../src/lexicon/types/blue/catbird/mls/acceptConvo.js'
import type * as MuteConvo from '../../src/lexicon/types/blue/catbird/mls/muteConvo.js'
import type * as UnmuteConvo from '../../src/lexicon/types/blue/catbird/mls/unmuteConvo.js'
import type * as BlockAccount from '../../src/lexicon/types/blue/catbird/mls/blockAccount.js'
import type * as UnblockAccount from '../../src/lexicon/types/blue/catbird/mls/unblockAccount.js'
import type * as GetAvailability from '../../src/lexicon/types/blue/catbird/mls/getAvailability.js'
import type * as GetBlocks from '../../src/lexicon/types/blue/catbird/mls/getBlocks.js'
import type * as CreateInvite from '../../src/lexicon/types/blue/catbird/mls/createInvite.js'
import type * as RevokeInvite from '../../src/lexicon/types/blue/catbird/mls/revokeInvite.js'
import type * as PreviewInvite from '../../src/lexicon/types/blue/catbird/mls/previewInvite.js'
import type * as GetInvites from '../../src/lexicon/types/blue/catbird/mls/getInvites.js'
import type * as AckWelcome from '../../src/lexicon/types/blue/catbird/mls/ackWelcome.js'
import type * as AddMembers from '../../src/lexicon/types/blue/catbird/mls/addMembers.js'
import type * as CreateConvo from '../../src/lexicon/types/blue/catbird/mls/createConvo.js'
import type * as DeleteAccount from '../../src/lexicon/types/blue/catbird/mls/deleteAccount.js'
import type * as DeleteDevice from '../../src/lexicon/types/blue/catbird/mls/deleteDevice.js'
import type * as DescribeServer from '../../src/lexicon/types/blue/catbird/mls/describeServer.js'
import type * as GetCommits from '../../src/lexicon/types/blue/catbird/mls/getCommits.js'
import type * as GetConvo from '../../src/lexicon/types/blue/catbird/mls/getConvo.js'
import type * as GetConvoHealth from '../../src/lexicon/types/blue/catbird/mls/getConvoHealth.js'
import type * as GetConvos from '../../src/lexicon/types/blue/catbird/mls/getConvos.js'
import type * as GetEpoch from '../../src/lexicon/types/blue/catbird/mls/getEpoch.js'
import type * as GetGroupInfo from '../../src/lexicon/types/blue/catbird/mls/getGroupInfo.js'
import type * as GetKeyPackages from '../../src/lexicon/types/blue/catbird/mls/getKeyPackages.js'
import type * as GetKeyPackageStatus from '../../src/lexicon/types/blue/catbird/mls/getKeyPackageStatus.js'
import type * as GetMembers from '../../src/lexicon/types/blue/catbird/mls/getMembers.js'
import type * as GetMessages from '../../src/lexicon/types/blue/catbird/mls/getMessages.js'
import type * as GetReports from '../../src/lexicon/types/blue/catbird/mls/getReports.js'
import type * as GetSubscriptionTicket from '../../src/lexicon/types/blue/catbird/mls/getSubscriptionTicket.js'
import type * as GetWelcomes from '../../src/lexicon/types/blue/catbird/mls/getWelcomes.js'
import type * as JoinConvo from '../../src/lexicon/types/blue/catbird/mls/joinConvo.js'
import type * as LeaveConvo from '../../src/lexicon/types/blue/catbird/mls/leaveConvo.js'
import type * as ListDevices from '../../src/lexicon/types/blue/catbird/mls/listDevices.js'
import type * as PublishKeyPackage from '../../src/lexicon/types/blue/catbird/mls/publishKeyPackage.js'
import type * as PublishKeyPackages from '../../src/lexicon/types/blue/catbird/mls/publishKeyPackages.js'
import type * as RegisterDevice from '../../src/lexicon/types/blue/catbird/mls/registerDevice.js'
import type * as RegisterPush from '../../src/lexicon/types/blue/catbird/mls/registerPush.js'
import type * as RemoveMembers from '../../src/lexicon/types/blue/catbird/mls/removeMembers.js'
import type * as ReportMember from '../../src/lexicon/types/blue/catbird/mls/reportMember.js'
import type * as ResolveReport from '../../src/lexicon/types/blue/catbird/mls/resolveReport.js'
import type * as ResetConvo from '../../src/lexicon/types/blue/catbird/mls/resetConvo.js'
import type * as SendMessage from '../../src/lexicon/types/blue/catbird/mls/sendMessage.js'
import type * as SetMemberRole from '../../src/lexicon/types/blue/catbird/mls/setMemberRole.js'
import type * as SubmitCommit from '../../src/lexicon/types/blue/catbird/mls/submitCommit.js'
import type * as SyncKeyPackages from '../../src/lexicon/types/blue/catbird/mls/syncKeyPackages.js'
import type * as UnregisterPush from '../../src/lexicon/types/blue/catbird/mls/unregisterPush.js'
import type * as UpdateConvo from '../../src/lexicon/types/blue/catbird/mls/updateConvo.js'
import type * as UpdateCursor from '../../src/lexicon/types/blue/catbird/mls/updateCursor.js'

/** What a client calls with `query`, from the generated types; `limit` has a default. */
export interface Queries {
  getAvailability: Query<GetAvailability.QueryParams, GetAvailability.OutputSchema>
  getBlocks: Query<GetBlocks.QueryParams, GetBlocks.OutputSchema>
  getInvites: Query<GetInvites.QueryParams, GetInvites.OutputSchema>
  describeServer: Query<DescribeServer.QueryParams, DescribeServer.OutputSchema>
  getCommits: Query<GetCommits.QueryParams, GetCommits.OutputSchema>
  getConvo: Query<GetConvo.QueryParams, GetConvo.OutputSchema>
  getConvoHealth: Query<GetConvoHealth.QueryParams, GetConvoHealth.OutputSchema>
  getConvos: Query<GetConvos.QueryParams, GetConvos.OutputSchema>
  getEpoch: Query<GetEpoch.QueryParams, GetEpoch.OutputSchema>
  getGroupInfo: Query<GetGroupInfo.QueryParams, GetGroupInfo.OutputSchema>
  getKeyPackages: Query<GetKeyPackages.QueryParams, GetKeyPackages.OutputSchema>
  getKeyPackageStatus: Query<GetKeyPackageStatus.QueryParams, GetKeyPackageStatus.OutputSchema>
  getMembers: Query<GetMembers.QueryParams, GetMembers.OutputSchema>
  getMessages: Query<GetMessages.QueryParams, GetMessages.OutputSchema>
  getWelcomes: Query<GetWelcomes.QueryParams, GetWelcomes.OutputSchema>
  getReports: Query<GetReports.QueryParams, GetReports.OutputSchema>
  listDevices: Query<ListDevices.QueryParams, ListDevices.OutputSchema>
}

/** What a client calls with `procedure`. */
export interface Procedures {
  deleteAccount: Procedure<undefined, DeleteAccount.OutputSchema>
  createInvite: Procedure<CreateInvite.InputSchema, CreateInvite.OutputSchema>
  revokeInvite: Procedure<RevokeInvite.InputSchema, RevokeInvite.OutputSchema>
  previewInvite: Procedure<PreviewInvite.InputSchema, PreviewInvite.OutputSchema>
  blockAccount: Procedure<BlockAccount.InputSchema, BlockAccount.OutputSchema>
  unblockAccount: Procedure<UnblockAccount.InputSchema, UnblockAccount.OutputSchema>
  acceptConvo: Procedure<AcceptConvo.InputSchema, AcceptConvo.OutputSchema>
  muteConvo: Procedure<MuteConvo.InputSchema, MuteConvo.OutputSchema>
  unmuteConvo: Procedure<UnmuteConvo.InputSchema, UnmuteConvo.OutputSchema>
  ackWelcome: Procedure<AckWelcome.InputSchema, AckWelcome.OutputSchema>
  addMembers: Procedure<AddMembers.InputSchema, AddMembers.OutputSchema>
  createConvo: Procedure<Defaulted<CreateConvo.InputSchema, 'kind'>, CreateConvo.OutputSchema>
  deleteDevice: Procedure<DeleteDevice.InputSchema, DeleteDevice.OutputSchema>
  getSubscriptionTicket: Procedure<
    GetSubscriptionTicket.InputSchema,
    GetSubscriptionTicket.OutputSchema
  >
  joinConvo: Procedure<JoinConvo.InputSchema, JoinConvo.OutputSchema>
  leaveConvo: Procedure<LeaveConvo.InputSchema, LeaveConvo.OutputSchema>
  publishKeyPackage: Procedure<PublishKeyPackage.InputSchema, PublishKeyPackage.OutputSchema>
  publishKeyPackages: Procedure<PublishKeyPackages.InputSchema, PublishKeyPackages.OutputSchema>
  registerDevice: Procedure<RegisterDevice.InputSchema, RegisterDevice.OutputSchema>
  removeMembers: Procedure<RemoveMembers.InputSchema, RemoveMembers.OutputSchema>
  registerPush: Procedure<RegisterPush.InputSchema, RegisterPush.OutputSchema>
  reportMember: Procedure<ReportMember.InputSchema, ReportMember.OutputSchema>
  resolveReport: Procedure<ResolveReport.InputSchema, ResolveReport.OutputSchema>
  resetConvo: Procedure<ResetConvo.InputSchema, ResetConvo.OutputSchema>
  sendMessage: Procedure<Defaulted<SendMessage.InputSchema, 'delivery'>, SendMessage.OutputSchema>
  setMemberRole: Procedure<SetMemberRole.InputSchema, SetMemberRole.OutputSchema>
  submitCommit: Procedure<SubmitCommit.InputSchema, SubmitCommit.OutputSchema>
  syncKeyPackages: Procedure<SyncKeyPackages.InputSchema, SyncKeyPackages.OutputSchema>
  unregisterPush: Procedure<UnregisterPush.InputSchema, UnregisterPush.OutputSchema>
  updateConvo: Procedure<UpdateConvo.InputSchema, UpdateConvo.OutputSchema>
  updateCursor: Procedure<UpdateCursor.InputSchema, UpdateCursor.OutputSchema>
}

interface Query<P, O> {
  params: Defaulted<P, 'limit'>
  output: O
}

interface Procedure<I, O> {
  input: I
  output: O
}

/** The generated types are the server's, for which defaults are filled in: a client may leave them out. */
type Defaulted<T, K extends PropertyKey> = Omit<T, K> & Partial<Pick<T, K & keyof T>>
