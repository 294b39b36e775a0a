/**
 * GENERATED CODE - DO NOT MODIFY
 */
import {
  type Auth,
  type Options as XrpcOptions,
  Server as XrpcServer,
  type StreamConfigOrHandler,
  type MethodConfigOrHandler,
  createServer as createXrpcServer,
} from '@atproto/xrpc-server'
import { schemas } from './lexicons.js'
import * as BlueCatbirdMlsAcceptConvo from './types/blue/catbird/mls/acceptConvo.js'
import * as BlueCatbirdMlsAckWelcome from './types/blue/catbird/mls/ackWelcome.js'
import * as BlueCatbirdMlsAddMembers from './types/blue/catbird/mls/addMembers.js'
import * as BlueCatbirdMlsBlockAccount from './types/blue/catbird/mls/blockAccount.js'
import * as BlueCatbirdMlsCreateConvo from './types/blue/catbird/mls/createConvo.js'
import * as BlueCatbirdMlsCreateInvite from './types/blue/catbird/mls/createInvite.js'
import * as BlueCatbirdMlsDeleteAccount from './types/blue/catbird/mls/deleteAccount.js'
import * as BlueCatbirdMlsDeleteBlob from './types/blue/catbird/mls/deleteBlob.js'
import * as BlueCatbirdMlsDeleteDevice from './types/blue/catbird/mls/deleteDevice.js'
import * as BlueCatbirdMlsDescribeServer from './types/blue/catbird/mls/describeServer.js'
import * as BlueCatbirdMlsExportAccountData from './types/blue/catbird/mls/exportAccountData.js'
import * as BlueCatbirdMlsGetAvailability from './types/blue/catbird/mls/getAvailability.js'
import * as BlueCatbirdMlsGetBlob from './types/blue/catbird/mls/getBlob.js'
import * as BlueCatbirdMlsGetBlocks from './types/blue/catbird/mls/getBlocks.js'
import * as BlueCatbirdMlsGetCommits from './types/blue/catbird/mls/getCommits.js'
import * as BlueCatbirdMlsGetConvo from './types/blue/catbird/mls/getConvo.js'
import * as BlueCatbirdMlsGetConvoHealth from './types/blue/catbird/mls/getConvoHealth.js'
import * as BlueCatbirdMlsGetConvos from './types/blue/catbird/mls/getConvos.js'
import * as BlueCatbirdMlsGetEpoch from './types/blue/catbird/mls/getEpoch.js'
import * as BlueCatbirdMlsGetGroupInfo from './types/blue/catbird/mls/getGroupInfo.js'
import * as BlueCatbirdMlsGetInvites from './types/blue/catbird/mls/getInvites.js'
import * as BlueCatbirdMlsGetKeyPackageStatus from './types/blue/catbird/mls/getKeyPackageStatus.js'
import * as BlueCatbirdMlsGetKeyPackages from './types/blue/catbird/mls/getKeyPackages.js'
import * as BlueCatbirdMlsGetMembers from './types/blue/catbird/mls/getMembers.js'
import * as BlueCatbirdMlsGetMessages from './types/blue/catbird/mls/getMessages.js'
import * as BlueCatbirdMlsGetReports from './types/blue/catbird/mls/getReports.js'
import * as BlueCatbirdMlsGetSubscriptionTicket from './types/blue/catbird/mls/getSubscriptionTicket.js'
import * as BlueCatbirdMlsGetWelcomes from './types/blue/catbird/mls/getWelcomes.js'
import * as BlueCatbirdMlsJoinConvo from './types/blue/catbird/mls/joinConvo.js'
import * as BlueCatbirdMlsLeaveConvo from './types/blue/catbird/mls/leaveConvo.js'
import * as BlueCatbirdMlsListDevices from './types/blue/catbird/mls/listDevices.js'
import * as BlueCatbirdMlsMuteConvo from './types/blue/catbird/mls/muteConvo.js'
import * as BlueCatbirdMlsPreviewInvite from './types/blue/catbird/mls/previewInvite.js'
import * as BlueCatbirdMlsPublishKeyPackage from './types/blue/catbird/mls/publishKeyPackage.js'
import * as BlueCatbirdMlsPublishKeyPackages from './types/blue/catbird/mls/publishKeyPackages.js'
import * as BlueCatbirdMlsRegisterDevice from './types/blue/catbird/mls/registerDevice.js'
import * as BlueCatbirdMlsRegisterPush from './types/blue/catbird/mls/registerPush.js'
import * as BlueCatbirdMlsRemoveMembers from './types/blue/catbird/mls/removeMembers.js'
import * as BlueCatbirdMlsReportMember from './types/blue/catbird/mls/reportMember.js'
import * as BlueCatbirdMlsResetConvo from './types/blue/catbird/mls/resetConvo.js'
import * as BlueCatbirdMlsResolveReport from './types/blue/catbird/mls/resolveReport.js'
import * as BlueCatbirdMlsRevokeInvite from './types/blue/catbird/mls/revokeInvite.js'
import * as BlueCatbirdMlsSendMessage from './types/blue/catbird/mls/sendMessage.js'
import * as BlueCatbirdMlsSetMemberRole from './types/blue/catbird/mls/setMemberRole.js'
import * as BlueCatbirdMlsStreamConvoEvents from './types/blue/catbird/mls/streamConvoEvents.js'
import * as BlueCatbirdMlsSubmitCommit from './types/blue/catbird/mls/submitCommit.js'
import * as BlueCatbirdMlsSubscribeConvoEvents from './types/blue/catbird/mls/subscribeConvoEvents.js'
import * as BlueCatbirdMlsSyncKeyPackages from './types/blue/catbird/mls/syncKeyPackages.js'
import * as BlueCatbirdMlsUnblockAccount from './types/blue/catbird/mls/unblockAccount.js'
import * as BlueCatbirdMlsUnmuteConvo from './types/blue/catbird/mls/unmuteConvo.js'
import * as BlueCatbirdMlsUnregisterPush from './types/blue/catbird/mls/unregisterPush.js'
import * as BlueCatbirdMlsUpdateConvo from './types/blue/catbird/mls/updateConvo.js'
import * as BlueCatbirdMlsUpdateCursor from './types/blue/catbird/mls/updateCursor.js'
import * as BlueCatbirdMlsUploadBlob from './types/blue/catbird/mls/uploadBlob.js'

export function createServer(options?: XrpcOptions): Server {
  return new Server(options)
}

export class Server {
  xrpc: XrpcServer
  blue: BlueNS

  constructor(options?: XrpcOptions) {
    this.xrpc = createXrpcServer(schemas, options)
    this.blue = new BlueNS(this)
  }
}

export class BlueNS {
  _server: Server
  catbird: BlueCatbirdNS

  constructor(server: Server) {
    this._server = server
    this.catbird = new BlueCatbirdNS(server)
  }
}

export class BlueCatbirdNS {
  _server: Server
  mls: BlueCatbirdMlsNS

  constructor(server: Server) {
    this._server = server
    this.mls = new BlueCatbirdMlsNS(server)
  }
}

export class BlueCatbirdMlsNS {
  _server: Server

  constructor(server: Server) {
    this._server = server
  }

  acceptConvo<A extends Auth = void>(
    cfg: MethodConfigOrHandler<
      A,
      BlueCatbirdMlsAcceptConvo.QueryParams,
      BlueCatbirdMlsAcceptConvo.HandlerInput,
      BlueCatbirdMlsAcceptConvo.HandlerOutput
    >,
  ) {
    const nsid = 'blue.catbird.mls.acceptConvo' // @ts-ignore
    return this._server.xrpc.method(nsid, cfg)
  }

  ackWelcome<A extends Auth = void>(
    cfg: MethodConfigOrHandler<
      A,
      BlueCatbirdMlsAckWelcome.QueryParams,
      BlueCatbirdMlsAckWelcome.HandlerInput,
      BlueCatbirdMlsAckWelcome.HandlerOutput
    >,
  ) {
    const nsid = 'blue.catbird.mls.ackWelcome' // @ts-ignore
    return this._server.xrpc.method(nsid, cfg)
  }

  addMembers<A extends Auth = void>(
    cfg: MethodConfigOrHandler<
      A,
      BlueCatbirdMlsAddMembers.QueryParams,
      BlueCatbirdMlsAddMembers.HandlerInput,
      BlueCatbirdMlsAddMembers.HandlerOutput
    >,
  ) {
    const nsid = 'blue.catbird.mls.addMembers' // @ts-ignore
    return this._server.xrpc.method(nsid, cfg)
  }

  blockAccount<A extends Auth = void>(
    cfg: MethodConfigOrHandler<
      A,
      BlueCatbirdMlsBlockAccount.QueryParams,
      BlueCatbirdMlsBlockAccount.HandlerInput,
      BlueCatbirdMlsBlockAccount.HandlerOutput
    >,
  ) {
    const nsid = 'blue.catbird.mls.blockAccount' // @ts-ignore
    return this._server.xrpc.method(nsid, cfg)
  }

  createConvo<A extends Auth = void>(
    cfg: MethodConfigOrHandler<
      A,
      BlueCatbirdMlsCreateConvo.QueryParams,
      BlueCatbirdMlsCreateConvo.HandlerInput,
      BlueCatbirdMlsCreateConvo.HandlerOutput
    >,
  ) {
    const nsid = 'blue.catbird.mls.createConvo' // @ts-ignore
    return this._server.xrpc.method(nsid, cfg)
  }

  createInvite<A extends Auth = void>(
    cfg: MethodConfigOrHandler<
      A,
      BlueCatbirdMlsCreateInvite.QueryParams,
      BlueCatbirdMlsCreateInvite.HandlerInput,
      BlueCatbirdMlsCreateInvite.HandlerOutput
    >,
  ) {
    const nsid = 'blue.catbird.mls.createInvite' // @ts-ignore
    return this._server.xrpc.method(nsid, cfg)
  }

  deleteAccount<A extends Auth = void>(
    cfg: MethodConfigOrHandler<
      A,
      BlueCatbirdMlsDeleteAccount.QueryParams,
      BlueCatbirdMlsDeleteAccount.HandlerInput,
      BlueCatbirdMlsDeleteAccount.HandlerOutput
    >,
  ) {
    const nsid = 'blue.catbird.mls.deleteAccount' // @ts-ignore
    return this._server.xrpc.method(nsid, cfg)
  }

  deleteBlob<A extends Auth = void>(
    cfg: MethodConfigOrHandler<
      A,
      BlueCatbirdMlsDeleteBlob.QueryParams,
      BlueCatbirdMlsDeleteBlob.HandlerInput,
      BlueCatbirdMlsDeleteBlob.HandlerOutput
    >,
  ) {
    const nsid = 'blue.catbird.mls.deleteBlob' // @ts-ignore
    return this._server.xrpc.method(nsid, cfg)
  }

  deleteDevice<A extends Auth = void>(
    cfg: MethodConfigOrHandler<
      A,
      BlueCatbirdMlsDeleteDevice.QueryParams,
      BlueCatbirdMlsDeleteDevice.HandlerInput,
      BlueCatbirdMlsDeleteDevice.HandlerOutput
    >,
  ) {
    const nsid = 'blue.catbird.mls.deleteDevice' // @ts-ignore
    return this._server.xrpc.method(nsid, cfg)
  }

  describeServer<A extends Auth = void>(
    cfg: MethodConfigOrHandler<
      A,
      BlueCatbirdMlsDescribeServer.QueryParams,
      BlueCatbirdMlsDescribeServer.HandlerInput,
      BlueCatbirdMlsDescribeServer.HandlerOutput
    >,
  ) {
    const nsid = 'blue.catbird.mls.describeServer' // @ts-ignore
    return this._server.xrpc.method(nsid, cfg)
  }

  exportAccountData<A extends Auth = void>(
    cfg: MethodConfigOrHandler<
      A,
      BlueCatbirdMlsExportAccountData.QueryParams,
      BlueCatbirdMlsExportAccountData.HandlerInput,
      BlueCatbirdMlsExportAccountData.HandlerOutput
    >,
  ) {
    const nsid = 'blue.catbird.mls.exportAccountData' // @ts-ignore
    return this._server.xrpc.method(nsid, cfg)
  }

  getAvailability<A extends Auth = void>(
    cfg: MethodConfigOrHandler<
      A,
      BlueCatbirdMlsGetAvailability.QueryParams,
      BlueCatbirdMlsGetAvailability.HandlerInput,
      BlueCatbirdMlsGetAvailability.HandlerOutput
    >,
  ) {
    const nsid = 'blue.catbird.mls.getAvailability' // @ts-ignore
    return this._server.xrpc.method(nsid, cfg)
  }

  getBlob<A extends Auth = void>(
    cfg: MethodConfigOrHandler<
      A,
      BlueCatbirdMlsGetBlob.QueryParams,
      BlueCatbirdMlsGetBlob.HandlerInput,
      BlueCatbirdMlsGetBlob.HandlerOutput
    >,
  ) {
    const nsid = 'blue.catbird.mls.getBlob' // @ts-ignore
    return this._server.xrpc.method(nsid, cfg)
  }

  getBlocks<A extends Auth = void>(
    cfg: MethodConfigOrHandler<
      A,
      BlueCatbirdMlsGetBlocks.QueryParams,
      BlueCatbirdMlsGetBlocks.HandlerInput,
      BlueCatbirdMlsGetBlocks.HandlerOutput
    >,
  ) {
    const nsid = 'blue.catbird.mls.getBlocks' // @ts-ignore
    return this._server.xrpc.method(nsid, cfg)
  }

  getCommits<A extends Auth = void>(
    cfg: MethodConfigOrHandler<
      A,
      BlueCatbirdMlsGetCommits.QueryParams,
      BlueCatbirdMlsGetCommits.HandlerInput,
      BlueCatbirdMlsGetCommits.HandlerOutput
    >,
  ) {
    const nsid = 'blue.catbird.mls.getCommits' // @ts-ignore
    return this._server.xrpc.method(nsid, cfg)
  }

  getConvo<A extends Auth = void>(
    cfg: MethodConfigOrHandler<
      A,
      BlueCatbirdMlsGetConvo.QueryParams,
      BlueCatbirdMlsGetConvo.HandlerInput,
      BlueCatbirdMlsGetConvo.HandlerOutput
    >,
  ) {
    const nsid = 'blue.catbird.mls.getConvo' // @ts-ignore
    return this._server.xrpc.method(nsid, cfg)
  }

  getConvoHealth<A extends Auth = void>(
    cfg: MethodConfigOrHandler<
      A,
      BlueCatbirdMlsGetConvoHealth.QueryParams,
      BlueCatbirdMlsGetConvoHealth.HandlerInput,
      BlueCatbirdMlsGetConvoHealth.HandlerOutput
    >,
  ) {
    const nsid = 'blue.catbird.mls.getConvoHealth' // @ts-ignore
    return this._server.xrpc.method(nsid, cfg)
  }

  getConvos<A extends Auth = void>(
    cfg: MethodConfigOrHandler<
      A,
      BlueCatbirdMlsGetConvos.QueryParams,
      BlueCatbirdMlsGetConvos.HandlerInput,
      BlueCatbirdMlsGetConvos.HandlerOutput
    >,
  ) {
    const nsid = 'blue.catbird.mls.getConvos' // @ts-ignore
    return this._server.xrpc.method(nsid, cfg)
  }

  getEpoch<A extends Auth = void>(
    cfg: MethodConfigOrHandler<
      A,
      BlueCatbirdMlsGetEpoch.QueryParams,
      BlueCatbirdMlsGetEpoch.HandlerInput,
      BlueCatbirdMlsGetEpoch.HandlerOutput
    >,
  ) {
    const nsid = 'blue.catbird.mls.getEpoch' // @ts-ignore
    return this._server.xrpc.method(nsid, cfg)
  }

  getGroupInfo<A extends Auth = void>(
    cfg: MethodConfigOrHandler<
      A,
      BlueCatbirdMlsGetGroupInfo.QueryParams,
      BlueCatbirdMlsGetGroupInfo.HandlerInput,
      BlueCatbirdMlsGetGroupInfo.HandlerOutput
    >,
  ) {
    const nsid = 'blue.catbird.mls.getGroupInfo' // @ts-ignore
    return this._server.xrpc.method(nsid, cfg)
  }

  getInvites<A extends Auth = void>(
    cfg: MethodConfigOrHandler<
      A,
      BlueCatbirdMlsGetInvites.QueryParams,
      BlueCatbirdMlsGetInvites.HandlerInput,
      BlueCatbirdMlsGetInvites.HandlerOutput
    >,
  ) {
    const nsid = 'blue.catbird.mls.getInvites' // @ts-ignore
    return this._server.xrpc.method(nsid, cfg)
  }

  getKeyPackageStatus<A extends Auth = void>(
    cfg: MethodConfigOrHandler<
      A,
      BlueCatbirdMlsGetKeyPackageStatus.QueryParams,
      BlueCatbirdMlsGetKeyPackageStatus.HandlerInput,
      BlueCatbirdMlsGetKeyPackageStatus.HandlerOutput
    >,
  ) {
    const nsid = 'blue.catbird.mls.getKeyPackageStatus' // @ts-ignore
    return this._server.xrpc.method(nsid, cfg)
  }

  getKeyPackages<A extends Auth = void>(
    cfg: MethodConfigOrHandler<
      A,
      BlueCatbirdMlsGetKeyPackages.QueryParams,
      BlueCatbirdMlsGetKeyPackages.HandlerInput,
      BlueCatbirdMlsGetKeyPackages.HandlerOutput
    >,
  ) {
    const nsid = 'blue.catbird.mls.getKeyPackages' // @ts-ignore
    return this._server.xrpc.method(nsid, cfg)
  }

  getMembers<A extends Auth = void>(
    cfg: MethodConfigOrHandler<
      A,
      BlueCatbirdMlsGetMembers.QueryParams,
      BlueCatbirdMlsGetMembers.HandlerInput,
      BlueCatbirdMlsGetMembers.HandlerOutput
    >,
  ) {
    const nsid = 'blue.catbird.mls.getMembers' // @ts-ignore
    return this._server.xrpc.method(nsid, cfg)
  }

  getMessages<A extends Auth = void>(
    cfg: MethodConfigOrHandler<
      A,
      BlueCatbirdMlsGetMessages.QueryParams,
      BlueCatbirdMlsGetMessages.HandlerInput,
      BlueCatbirdMlsGetMessages.HandlerOutput
    >,
  ) {
    const nsid = 'blue.catbird.mls.getMessages' // @ts-ignore
    return this._server.xrpc.method(nsid, cfg)
  }

  getReports<A extends Auth = void>(
    cfg: MethodConfigOrHandler<
      A,
      BlueCatbirdMlsGetReports.QueryParams,
      BlueCatbirdMlsGetReports.HandlerInput,
      BlueCatbirdMlsGetReports.HandlerOutput
    >,
  ) {
    const nsid = 'blue.catbird.mls.getReports' // @ts-ignore
    return this._server.xrpc.method(nsid, cfg)
  }

  getSubscriptionTicket<A extends Auth = void>(
    cfg: MethodConfigOrHandler<
      A,
      BlueCatbirdMlsGetSubscriptionTicket.QueryParams,
      BlueCatbirdMlsGetSubscriptionTicket.HandlerInput,
      BlueCatbirdMlsGetSubscriptionTicket.HandlerOutput
    >,
  ) {
    const nsid = 'blue.catbird.mls.getSubscriptionTicket' // @ts-ignore
    return this._server.xrpc.method(nsid, cfg)
  }

  getWelcomes<A extends Auth = void>(
    cfg: MethodConfigOrHandler<
      A,
      BlueCatbirdMlsGetWelcomes.QueryParams,
      BlueCatbirdMlsGetWelcomes.HandlerInput,
      BlueCatbirdMlsGetWelcomes.HandlerOutput
    >,
  ) {
    const nsid = 'blue.catbird.mls.getWelcomes' // @ts-ignore
    return this._server.xrpc.method(nsid, cfg)
  }

  joinConvo<A extends Auth = void>(
    cfg: MethodConfigOrHandler<
      A,
      BlueCatbirdMlsJoinConvo.QueryParams,
      BlueCatbirdMlsJoinConvo.HandlerInput,
      BlueCatbirdMlsJoinConvo.HandlerOutput
    >,
  ) {
    const nsid = 'blue.catbird.mls.joinConvo' // @ts-ignore
    return this._server.xrpc.method(nsid, cfg)
  }

  leaveConvo<A extends Auth = void>(
    cfg: MethodConfigOrHandler<
      A,
      BlueCatbirdMlsLeaveConvo.QueryParams,
      BlueCatbirdMlsLeaveConvo.HandlerInput,
      BlueCatbirdMlsLeaveConvo.HandlerOutput
    >,
  ) {
    const nsid = 'blue.catbird.mls.leaveConvo' // @ts-ignore
    return this._server.xrpc.method(nsid, cfg)
  }

  listDevices<A extends Auth = void>(
    cfg: MethodConfigOrHandler<
      A,
      BlueCatbirdMlsListDevices.QueryParams,
      BlueCatbirdMlsListDevices.HandlerInput,
      BlueCatbirdMlsListDevices.HandlerOutput
    >,
  ) {
    const nsid = 'blue.catbird.mls.listDevices' // @ts-ignore
    return this._server.xrpc.method(nsid, cfg)
  }

  muteConvo<A extends Auth = void>(
    cfg: MethodConfigOrHandler<
      A,
      BlueCatbirdMlsMuteConvo.QueryParams,
      BlueCatbirdMlsMuteConvo.HandlerInput,
      BlueCatbirdMlsMuteConvo.HandlerOutput
    >,
  ) {
    const nsid = 'blue.catbird.mls.muteConvo' // @ts-ignore
    return this._server.xrpc.method(nsid, cfg)
  }

  previewInvite<A extends Auth = void>(
    cfg: MethodConfigOrHandler<
      A,
      BlueCatbirdMlsPreviewInvite.QueryParams,
      BlueCatbirdMlsPreviewInvite.HandlerInput,
      BlueCatbirdMlsPreviewInvite.HandlerOutput
    >,
  ) {
    const nsid = 'blue.catbird.mls.previewInvite' // @ts-ignore
    return this._server.xrpc.method(nsid, cfg)
  }

  publishKeyPackage<A extends Auth = void>(
    cfg: MethodConfigOrHandler<
      A,
      BlueCatbirdMlsPublishKeyPackage.QueryParams,
      BlueCatbirdMlsPublishKeyPackage.HandlerInput,
      BlueCatbirdMlsPublishKeyPackage.HandlerOutput
    >,
  ) {
    const nsid = 'blue.catbird.mls.publishKeyPackage' // @ts-ignore
    return this._server.xrpc.method(nsid, cfg)
  }

  publishKeyPackages<A extends Auth = void>(
    cfg: MethodConfigOrHandler<
      A,
      BlueCatbirdMlsPublishKeyPackages.QueryParams,
      BlueCatbirdMlsPublishKeyPackages.HandlerInput,
      BlueCatbirdMlsPublishKeyPackages.HandlerOutput
    >,
  ) {
    const nsid = 'blue.catbird.mls.publishKeyPackages' // @ts-ignore
    return this._server.xrpc.method(nsid, cfg)
  }

  registerDevice<A extends Auth = void>(
    cfg: MethodConfigOrHandler<
      A,
      BlueCatbirdMlsRegisterDevice.QueryParams,
      BlueCatbirdMlsRegisterDevice.HandlerInput,
      BlueCatbirdMlsRegisterDevice.HandlerOutput
    >,
  ) {
    const nsid = 'blue.catbird.mls.registerDevice' // @ts-ignore
    return this._server.xrpc.method(nsid, cfg)
  }

  registerPush<A extends Auth = void>(
    cfg: MethodConfigOrHandler<
      A,
      BlueCatbirdMlsRegisterPush.QueryParams,
      BlueCatbirdMlsRegisterPush.HandlerInput,
      BlueCatbirdMlsRegisterPush.HandlerOutput
    >,
  ) {
    const nsid = 'blue.catbird.mls.registerPush' // @ts-ignore
    return this._server.xrpc.method(nsid, cfg)
  }

  removeMembers<A extends Auth = void>(
    cfg: MethodConfigOrHandler<
      A,
      BlueCatbirdMlsRemoveMembers.QueryParams,
      BlueCatbirdMlsRemoveMembers.HandlerInput,
      BlueCatbirdMlsRemoveMembers.HandlerOutput
    >,
  ) {
    const nsid = 'blue.catbird.mls.removeMembers' // @ts-ignore
    return this._server.xrpc.method(nsid, cfg)
  }

  reportMember<A extends Auth = void>(
    cfg: MethodConfigOrHandler<
      A,
      BlueCatbirdMlsReportMember.QueryParams,
      BlueCatbirdMlsReportMember.HandlerInput,
      BlueCatbirdMlsReportMember.HandlerOutput
    >,
  ) {
    const nsid = 'blue.catbird.mls.reportMember' // @ts-ignore
    return this._server.xrpc.method(nsid, cfg)
  }

  resetConvo<A extends Auth = void>(
    cfg: MethodConfigOrHandler<
      A,
      BlueCatbirdMlsResetConvo.QueryParams,
      BlueCatbirdMlsResetConvo.HandlerInput,
      BlueCatbirdMlsResetConvo.HandlerOutput
    >,
  ) {
    const nsid = 'blue.catbird.mls.resetConvo' // @ts-ignore
    return this._server.xrpc.method(nsid, cfg)
  }

  resolveReport<A extends Auth = void>(
    cfg: MethodConfigOrHandler<
      A,
      BlueCatbirdMlsResolveReport.QueryParams,
      BlueCatbirdMlsResolveReport.HandlerInput,
      BlueCatbirdMlsResolveReport.HandlerOutput
    >,
  ) {
    const nsid = 'blue.catbird.mls.resolveReport' // @ts-ignore
    return this._server.xrpc.method(nsid, cfg)
  }

  revokeInvite<A extends Auth = void>(
    cfg: MethodConfigOrHandler<
      A,
      BlueCatbirdMlsRevokeInvite.QueryParams,
      BlueCatbirdMlsRevokeInvite.HandlerInput,
      BlueCatbirdMlsRevokeInvite.HandlerOutput
    >,
  ) {
    const nsid = 'blue.catbird.mls.revokeInvite' // @ts-ignore
    return this._server.xrpc.method(nsid, cfg)
  }

  sendMessage<A extends Auth = void>(
    cfg: MethodConfigOrHandler<
      A,
      BlueCatbirdMlsSendMessage.QueryParams,
      BlueCatbirdMlsSendMessage.HandlerInput,
      BlueCatbirdMlsSendMessage.HandlerOutput
    >,
  ) {
    const nsid = 'blue.catbird.mls.sendMessage' // @ts-ignore
    return this._server.xrpc.method(nsid, cfg)
  }

  setMemberRole<A extends Auth = void>(
    cfg: MethodConfigOrHandler<
      A,
      BlueCatbirdMlsSetMemberRole.QueryParams,
      BlueCatbirdMlsSetMemberRole.HandlerInput,
      BlueCatbirdMlsSetMemberRole.HandlerOutput
    >,
  ) {
    const nsid = 'blue.catbird.mls.setMemberRole' // @ts-ignore
    return this._server.xrpc.method(nsid, cfg)
  }

  streamConvoEvents<A extends Auth = void>(
    cfg: MethodConfigOrHandler<
      A,
      BlueCatbirdMlsStreamConvoEvents.QueryParams,
      BlueCatbirdMlsStreamConvoEvents.HandlerInput,
      BlueCatbirdMlsStreamConvoEvents.HandlerOutput
    >,
  ) {
    const nsid = 'blue.catbird.mls.streamConvoEvents' // @ts-ignore
    return this._server.xrpc.method(nsid, cfg)
  }

  submitCommit<A extends Auth = void>(
    cfg: MethodConfigOrHandler<
      A,
      BlueCatbirdMlsSubmitCommit.QueryParams,
      BlueCatbirdMlsSubmitCommit.HandlerInput,
      BlueCatbirdMlsSubmitCommit.HandlerOutput
    >,
  ) {
    const nsid = 'blue.catbird.mls.submitCommit' // @ts-ignore
    return this._server.xrpc.method(nsid, cfg)
  }

  subscribeConvoEvents<A extends Auth = void>(
    cfg: StreamConfigOrHandler<
      A,
      BlueCatbirdMlsSubscribeConvoEvents.QueryParams,
      BlueCatbirdMlsSubscribeConvoEvents.HandlerOutput
    >,
  ) {
    const nsid = 'blue.catbird.mls.subscribeConvoEvents' // @ts-ignore
    return this._server.xrpc.streamMethod(nsid, cfg)
  }

  syncKeyPackages<A extends Auth = void>(
    cfg: MethodConfigOrHandler<
      A,
      BlueCatbirdMlsSyncKeyPackages.QueryParams,
      BlueCatbirdMlsSyncKeyPackages.HandlerInput,
      BlueCatbirdMlsSyncKeyPackages.HandlerOutput
    >,
  ) {
    const nsid = 'blue.catbird.mls.syncKeyPackages' // @ts-ignore
    return this._server.xrpc.method(nsid, cfg)
  }

  unblockAccount<A extends Auth = void>(
    cfg: MethodConfigOrHandler<
      A,
      BlueCatbirdMlsUnblockAccount.QueryParams,
      BlueCatbirdMlsUnblockAccount.HandlerInput,
      BlueCatbirdMlsUnblockAccount.HandlerOutput
    >,
  ) {
    const nsid = 'blue.catbird.mls.unblockAccount' // @ts-ignore
    return this._server.xrpc.method(nsid, cfg)
  }

  unmuteConvo<A extends Auth = void>(
    cfg: MethodConfigOrHandler<
      A,
      BlueCatbirdMlsUnmuteConvo.QueryParams,
      BlueCatbirdMlsUnmuteConvo.HandlerInput,
      BlueCatbirdMlsUnmuteConvo.HandlerOutput
    >,
  ) {
    const nsid = 'blue.catbird.mls.unmuteConvo' // @ts-ignore
    return this._server.xrpc.method(nsid, cfg)
  }

  unregisterPush<A extends Auth = void>(
    cfg: MethodConfigOrHandler<
      A,
      BlueCatbirdMlsUnregisterPush.QueryParams,
      BlueCatbirdMlsUnregisterPush.HandlerInput,
      BlueCatbirdMlsUnregisterPush.HandlerOutput
    >,
  ) {
    const nsid = 'blue.catbird.mls.unregisterPush' // @ts-ignore
    return this._server.xrpc.method(nsid, cfg)
  }

  updateConvo<A extends Auth = void>(
    cfg: MethodConfigOrHandler<
      A,
      BlueCatbirdMlsUpdateConvo.QueryParams,
      BlueCatbirdMlsUpdateConvo.HandlerInput,
      BlueCatbirdMlsUpdateConvo.HandlerOutput
    >,
  ) {
    const nsid = 'blue.catbird.mls.updateConvo' // @ts-ignore
    return this._server.xrpc.method(nsid, cfg)
  }

  updateCursor<A extends Auth = void>(
    cfg: MethodConfigOrHandler<
      A,
      BlueCatbirdMlsUpdateCursor.QueryParams,
      BlueCatbirdMlsUpdateCursor.HandlerInput,
      BlueCatbirdMlsUpdateCursor.HandlerOutput
    >,
  ) {
    const nsid = 'blue.catbird.mls.updateCursor' // @ts-ignore
    return this._server.xrpc.method(nsid, cfg)
  }

  uploadBlob<A extends Auth = void>(
    cfg: MethodConfigOrHandler<
      A,
      BlueCatbirdMlsUploadBlob.QueryParams,
      BlueCatbirdMlsUploadBlob.HandlerInput,
      BlueCatbirdMlsUploadBlob.HandlerOutput
    >,
  ) {
    const nsid = 'blue.catbird.mls.uploadBlob' // @ts-ignore
    return this._server.xrpc.method(nsid, cfg)
  }
}
