/**
 * GENERATED CODE - DO NOT MODIFY
 */
import {
  XrpcClient,
  type FetchHandler,
  type FetchHandlerOptions,
} from '@atproto/xrpc'
import { schemas } from './lexicons.js'
import { CID } from 'multiformats/cid'
import { type OmitKey, type Un$Typed } from './util.js'
import * as BlueCatbirdMlsAcceptConvo from './types/blue/catbird/mls/acceptConvo.js'
import * as BlueCatbirdMlsAckWelcome from './types/blue/catbird/mls/ackWelcome.js'
import * as BlueCatbirdMlsAddMembers from './types/blue/catbird/mls/addMembers.js'
import * as BlueCatbirdMlsBlockAccount from './types/blue/catbird/mls/blockAccount.js'
import * as BlueCatbirdMlsCreateConvo from './types/blue/catbird/mls/createConvo.js'
import * as BlueCatbirdMlsCreateInvite from './types/blue/catbird/mls/createInvite.js'
import * as BlueCatbirdMlsDefs from './types/blue/catbird/mls/defs.js'
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

export * as BlueCatbirdMlsAcceptConvo from './types/blue/catbird/mls/acceptConvo.js'
export * as BlueCatbirdMlsAckWelcome from './types/blue/catbird/mls/ackWelcome.js'
export * as BlueCatbirdMlsAddMembers from './types/blue/catbird/mls/addMembers.js'
export * as BlueCatbirdMlsBlockAccount from './types/blue/catbird/mls/blockAccount.js'
export * as BlueCatbirdMlsCreateConvo from './types/blue/catbird/mls/createConvo.js'
export * as BlueCatbirdMlsCreateInvite from './types/blue/catbird/mls/createInvite.js'
export * as BlueCatbirdMlsDefs from './types/blue/catbird/mls/defs.js'
export * as BlueCatbirdMlsDeleteAccount from './types/blue/catbird/mls/deleteAccount.js'
export * as BlueCatbirdMlsDeleteBlob from './types/blue/catbird/mls/deleteBlob.js'
export * as BlueCatbirdMlsDeleteDevice from './types/blue/catbird/mls/deleteDevice.js'
export * as BlueCatbirdMlsDescribeServer from './types/blue/catbird/mls/describeServer.js'
export * as BlueCatbirdMlsExportAccountData from './types/blue/catbird/mls/exportAccountData.js'
export * as BlueCatbirdMlsGetAvailability from './types/blue/catbird/mls/getAvailability.js'
export * as BlueCatbirdMlsGetBlob from './types/blue/catbird/mls/getBlob.js'
export * as BlueCatbirdMlsGetBlocks from './types/blue/catbird/mls/getBlocks.js'
export * as BlueCatbirdMlsGetCommits from './types/blue/catbird/mls/getCommits.js'
export * as BlueCatbirdMlsGetConvo from './types/blue/catbird/mls/getConvo.js'
export * as BlueCatbirdMlsGetConvoHealth from './types/blue/catbird/mls/getConvoHealth.js'
export * as BlueCatbirdMlsGetConvos from './types/blue/catbird/mls/getConvos.js'
export * as BlueCatbirdMlsGetEpoch from './types/blue/catbird/mls/getEpoch.js'
export * as BlueCatbirdMlsGetGroupInfo from './types/blue/catbird/mls/getGroupInfo.js'
export * as BlueCatbirdMlsGetInvites from './types/blue/catbird/mls/getInvites.js'
export * as BlueCatbirdMlsGetKeyPackageStatus from './types/blue/catbird/mls/getKeyPackageStatus.js'
export * as BlueCatbirdMlsGetKeyPackages from './types/blue/catbird/mls/getKeyPackages.js'
export * as BlueCatbirdMlsGetMembers from './types/blue/catbird/mls/getMembers.js'
export * as BlueCatbirdMlsGetMessages from './types/blue/catbird/mls/getMessages.js'
export * as BlueCatbirdMlsGetReports from './types/blue/catbird/mls/getReports.js'
export * as BlueCatbirdMlsGetSubscriptionTicket from './types/blue/catbird/mls/getSubscriptionTicket.js'
export * as BlueCatbirdMlsGetWelcomes from './types/blue/catbird/mls/getWelcomes.js'
export * as BlueCatbirdMlsJoinConvo from './types/blue/catbird/mls/joinConvo.js'
export * as BlueCatbirdMlsLeaveConvo from './types/blue/catbird/mls/leaveConvo.js'
export * as BlueCatbirdMlsListDevices from './types/blue/catbird/mls/listDevices.js'
export * as BlueCatbirdMlsMuteConvo from './types/blue/catbird/mls/muteConvo.js'
export * as BlueCatbirdMlsPreviewInvite from './types/blue/catbird/mls/previewInvite.js'
export * as BlueCatbirdMlsPublishKeyPackage from './types/blue/catbird/mls/publishKeyPackage.js'
export * as BlueCatbirdMlsPublishKeyPackages from './types/blue/catbird/mls/publishKeyPackages.js'
export * as BlueCatbirdMlsRegisterDevice from './types/blue/catbird/mls/registerDevice.js'
export * as BlueCatbirdMlsRegisterPush from './types/blue/catbird/mls/registerPush.js'
export * as BlueCatbirdMlsRemoveMembers from './types/blue/catbird/mls/removeMembers.js'
export * as BlueCatbirdMlsReportMember from './types/blue/catbird/mls/reportMember.js'
export * as BlueCatbirdMlsResetConvo from './types/blue/catbird/mls/resetConvo.js'
export * as BlueCatbirdMlsResolveReport from './types/blue/catbird/mls/resolveReport.js'
export * as BlueCatbirdMlsRevokeInvite from './types/blue/catbird/mls/revokeInvite.js'
export * as BlueCatbirdMlsSendMessage from './types/blue/catbird/mls/sendMessage.js'
export * as BlueCatbirdMlsSetMemberRole from './types/blue/catbird/mls/setMemberRole.js'
export * as BlueCatbirdMlsStreamConvoEvents from './types/blue/catbird/mls/streamConvoEvents.js'
export * as BlueCatbirdMlsSubmitCommit from './types/blue/catbird/mls/submitCommit.js'
export * as BlueCatbirdMlsSubscribeConvoEvents from './types/blue/catbird/mls/subscribeConvoEvents.js'
export * as BlueCatbirdMlsSyncKeyPackages from './types/blue/catbird/mls/syncKeyPackages.js'
export * as BlueCatbirdMlsUnblockAccount from './types/blue/catbird/mls/unblockAccount.js'
export * as BlueCatbirdMlsUnmuteConvo from './types/blue/catbird/mls/unmuteConvo.js'
export * as BlueCatbirdMlsUnregisterPush from './types/blue/catbird/mls/unregisterPush.js'
export * as BlueCatbirdMlsUpdateConvo from './types/blue/catbird/mls/updateConvo.js'
export * as BlueCatbirdMlsUpdateCursor from './types/blue/catbird/mls/updateCursor.js'
export * as BlueCatbirdMlsUploadBlob from './types/blue/catbird/mls/uploadBlob.js'

export class AtpBaseClient extends XrpcClient {
  blue: BlueNS

  constructor(options: FetchHandler | FetchHandlerOptions) {
    super(options, schemas)
    this.blue = new BlueNS(this)
  }

  /** @deprecated use `this` instead */
  get xrpc(): XrpcClient {
    return this
  }
}

export class BlueNS {
  _client: XrpcClient
  catbird: BlueCatbirdNS

  constructor(client: XrpcClient) {
    this._client = client
    this.catbird = new BlueCatbirdNS(client)
  }
}

export class BlueCatbirdNS {
  _client: XrpcClient
  mls: BlueCatbirdMlsNS

  constructor(client: XrpcClient) {
    this._client = client
    this.mls = new BlueCatbirdMlsNS(client)
  }
}

export class BlueCatbirdMlsNS {
  _client: XrpcClient

  constructor(client: XrpcClient) {
    this._client = client
  }

  acceptConvo(
    data?: BlueCatbirdMlsAcceptConvo.InputSchema,
    opts?: BlueCatbirdMlsAcceptConvo.CallOptions,
  ): Promise<BlueCatbirdMlsAcceptConvo.Response> {
    return this._client
      .call('blue.catbird.mls.acceptConvo', opts?.qp, data, opts)
      .catch((e) => {
        throw BlueCatbirdMlsAcceptConvo.toKnownErr(e)
      })
  }

  ackWelcome(
    data?: BlueCatbirdMlsAckWelcome.InputSchema,
    opts?: BlueCatbirdMlsAckWelcome.CallOptions,
  ): Promise<BlueCatbirdMlsAckWelcome.Response> {
    return this._client
      .call('blue.catbird.mls.ackWelcome', opts?.qp, data, opts)
      .catch((e) => {
        throw BlueCatbirdMlsAckWelcome.toKnownErr(e)
      })
  }

  addMembers(
    data?: BlueCatbirdMlsAddMembers.InputSchema,
    opts?: BlueCatbirdMlsAddMembers.CallOptions,
  ): Promise<BlueCatbirdMlsAddMembers.Response> {
    return this._client
      .call('blue.catbird.mls.addMembers', opts?.qp, data, opts)
      .catch((e) => {
        throw BlueCatbirdMlsAddMembers.toKnownErr(e)
      })
  }

  blockAccount(
    data?: BlueCatbirdMlsBlockAccount.InputSchema,
    opts?: BlueCatbirdMlsBlockAccount.CallOptions,
  ): Promise<BlueCatbirdMlsBlockAccount.Response> {
    return this._client
      .call('blue.catbird.mls.blockAccount', opts?.qp, data, opts)
      .catch((e) => {
        throw BlueCatbirdMlsBlockAccount.toKnownErr(e)
      })
  }

  createConvo(
    data?: BlueCatbirdMlsCreateConvo.InputSchema,
    opts?: BlueCatbirdMlsCreateConvo.CallOptions,
  ): Promise<BlueCatbirdMlsCreateConvo.Response> {
    return this._client
      .call('blue.catbird.mls.createConvo', opts?.qp, data, opts)
      .catch((e) => {
        throw BlueCatbirdMlsCreateConvo.toKnownErr(e)
      })
  }

  createInvite(
    data?: BlueCatbirdMlsCreateInvite.InputSchema,
    opts?: BlueCatbirdMlsCreateInvite.CallOptions,
  ): Promise<BlueCatbirdMlsCreateInvite.Response> {
    return this._client
      .call('blue.catbird.mls.createInvite', opts?.qp, data, opts)
      .catch((e) => {
        throw BlueCatbirdMlsCreateInvite.toKnownErr(e)
      })
  }

  deleteAccount(
    data?: BlueCatbirdMlsDeleteAccount.InputSchema,
    opts?: BlueCatbirdMlsDeleteAccount.CallOptions,
  ): Promise<BlueCatbirdMlsDeleteAccount.Response> {
    return this._client
      .call('blue.catbird.mls.deleteAccount', opts?.qp, data, opts)
      .catch((e) => {
        throw BlueCatbirdMlsDeleteAccount.toKnownErr(e)
      })
  }

  deleteBlob(
    data?: BlueCatbirdMlsDeleteBlob.InputSchema,
    opts?: BlueCatbirdMlsDeleteBlob.CallOptions,
  ): Promise<BlueCatbirdMlsDeleteBlob.Response> {
    return this._client
      .call('blue.catbird.mls.deleteBlob', opts?.qp, data, opts)
      .catch((e) => {
        throw BlueCatbirdMlsDeleteBlob.toKnownErr(e)
      })
  }

  deleteDevice(
    data?: BlueCatbirdMlsDeleteDevice.InputSchema,
    opts?: BlueCatbirdMlsDeleteDevice.CallOptions,
  ): Promise<BlueCatbirdMlsDeleteDevice.Response> {
    return this._client
      .call('blue.catbird.mls.deleteDevice', opts?.qp, data, opts)
      .catch((e) => {
        throw BlueCatbirdMlsDeleteDevice.toKnownErr(e)
      })
  }

  describeServer(
    params?: BlueCatbirdMlsDescribeServer.QueryParams,
    opts?: BlueCatbirdMlsDescribeServer.CallOptions,
  ): Promise<BlueCatbirdMlsDescribeServer.Response> {
    return this._client
      .call('blue.catbird.mls.describeServer', params, undefined, opts)
      .catch((e) => {
        throw BlueCatbirdMlsDescribeServer.toKnownErr(e)
      })
  }

  exportAccountData(
    params?: BlueCatbirdMlsExportAccountData.QueryParams,
    opts?: BlueCatbirdMlsExportAccountData.CallOptions,
  ): Promise<BlueCatbirdMlsExportAccountData.Response> {
    return this._client
      .call('blue.catbird.mls.exportAccountData', params, undefined, opts)
      .catch((e) => {
        throw BlueCatbirdMlsExportAccountData.toKnownErr(e)
      })
  }

  getAvailability(
    params?: BlueCatbirdMlsGetAvailability.QueryParams,
    opts?: BlueCatbirdMlsGetAvailability.CallOptions,
  ): Promise<BlueCatbirdMlsGetAvailability.Response> {
    return this._client
      .call('blue.catbird.mls.getAvailability', params, undefined, opts)
      .catch((e) => {
        throw BlueCatbirdMlsGetAvailability.toKnownErr(e)
      })
  }

  getBlob(
    params?: BlueCatbirdMlsGetBlob.QueryParams,
    opts?: BlueCatbirdMlsGetBlob.CallOptions,
  ): Promise<BlueCatbirdMlsGetBlob.Response> {
    return this._client
      .call('blue.catbird.mls.getBlob', params, undefined, opts)
      .catch((e) => {
        throw BlueCatbirdMlsGetBlob.toKnownErr(e)
      })
  }

  getBlocks(
    params?: BlueCatbirdMlsGetBlocks.QueryParams,
    opts?: BlueCatbirdMlsGetBlocks.CallOptions,
  ): Promise<BlueCatbirdMlsGetBlocks.Response> {
    return this._client
      .call('blue.catbird.mls.getBlocks', params, undefined, opts)
      .catch((e) => {
        throw BlueCatbirdMlsGetBlocks.toKnownErr(e)
      })
  }

  getCommits(
    params?: BlueCatbirdMlsGetCommits.QueryParams,
    opts?: BlueCatbirdMlsGetCommits.CallOptions,
  ): Promise<BlueCatbirdMlsGetCommits.Response> {
    return this._client
      .call('blue.catbird.mls.getCommits', params, undefined, opts)
      .catch((e) => {
        throw BlueCatbirdMlsGetCommits.toKnownErr(e)
      })
  }

  getConvo(
    params?: BlueCatbirdMlsGetConvo.QueryParams,
    opts?: BlueCatbirdMlsGetConvo.CallOptions,
  ): Promise<BlueCatbirdMlsGetConvo.Response> {
    return this._client
      .call('blue.catbird.mls.getConvo', params, undefined, opts)
      .catch((e) => {
        throw BlueCatbirdMlsGetConvo.toKnownErr(e)
      })
  }

  getConvoHealth(
    params?: BlueCatbirdMlsGetConvoHealth.QueryParams,
    opts?: BlueCatbirdMlsGetConvoHealth.CallOptions,
  ): Promise<BlueCatbirdMlsGetConvoHealth.Response> {
    return this._client
      .call('blue.catbird.mls.getConvoHealth', params, undefined, opts)
      .catch((e) => {
        throw BlueCatbirdMlsGetConvoHealth.toKnownErr(e)
      })
  }

  getConvos(
    params?: BlueCatbirdMlsGetConvos.QueryParams,
    opts?: BlueCatbirdMlsGetConvos.CallOptions,
  ): Promise<BlueCatbirdMlsGetConvos.Response> {
    return this._client
      .call('blue.catbird.mls.getConvos', params, undefined, opts)
      .catch((e) => {
        throw BlueCatbirdMlsGetConvos.toKnownErr(e)
      })
  }

  getEpoch(
    params?: BlueCatbirdMlsGetEpoch.QueryParams,
    opts?: BlueCatbirdMlsGetEpoch.CallOptions,
  ): Promise<BlueCatbirdMlsGetEpoch.Response> {
    return this._client
      .call('blue.catbird.mls.getEpoch', params, undefined, opts)
      .catch((e) => {
        throw BlueCatbirdMlsGetEpoch.toKnownErr(e)
      })
  }

  getGroupInfo(
    params?: BlueCatbirdMlsGetGroupInfo.QueryParams,
    opts?: BlueCatbirdMlsGetGroupInfo.CallOptions,
  ): Promise<BlueCatbirdMlsGetGroupInfo.Response> {
    return this._client
      .call('blue.catbird.mls.getGroupInfo', params, undefined, opts)
      .catch((e) => {
        throw BlueCatbirdMlsGetGroupInfo.toKnownErr(e)
      })
  }

  getInvites(
    params?: BlueCatbirdMlsGetInvites.QueryParams,
    opts?: BlueCatbirdMlsGetInvites.CallOptions,
  ): Promise<BlueCatbirdMlsGetInvites.Response> {
    return this._client
      .call('blue.catbird.mls.getInvites', params, undefined, opts)
      .catch((e) => {
        throw BlueCatbirdMlsGetInvites.toKnownErr(e)
      })
  }

  getKeyPackageStatus(
    params?: BlueCatbirdMlsGetKeyPackageStatus.QueryParams,
    opts?: BlueCatbirdMlsGetKeyPackageStatus.CallOptions,
  ): Promise<BlueCatbirdMlsGetKeyPackageStatus.Response> {
    return this._client
      .call('blue.catbird.mls.getKeyPackageStatus', params, undefined, opts)
      .catch((e) => {
        throw BlueCatbirdMlsGetKeyPackageStatus.toKnownErr(e)
      })
  }

  getKeyPackages(
    params?: BlueCatbirdMlsGetKeyPackages.QueryParams,
    opts?: BlueCatbirdMlsGetKeyPackages.CallOptions,
  ): Promise<BlueCatbirdMlsGetKeyPackages.Response> {
    return this._client
      .call('blue.catbird.mls.getKeyPackages', params, undefined, opts)
      .catch((e) => {
        throw BlueCatbirdMlsGetKeyPackages.toKnownErr(e)
      })
  }

  getMembers(
    params?: BlueCatbirdMlsGetMembers.QueryParams,
    opts?: BlueCatbirdMlsGetMembers.CallOptions,
  ): Promise<BlueCatbirdMlsGetMembers.Response> {
    return this._client
      .call('blue.catbird.mls.getMembers', params, undefined, opts)
      .catch((e) => {
        throw BlueCatbirdMlsGetMembers.toKnownErr(e)
      })
  }

  getMessages(
    params?: BlueCatbirdMlsGetMessages.QueryParams,
    opts?: BlueCatbirdMlsGetMessages.CallOptions,
  ): Promise<BlueCatbirdMlsGetMessages.Response> {
    return this._client
      .call('blue.catbird.mls.getMessages', params, undefined, opts)
      .catch((e) => {
        throw BlueCatbirdMlsGetMessages.toKnownErr(e)
      })
  }

  getReports(
    params?: BlueCatbirdMlsGetReports.QueryParams,
    opts?: BlueCatbirdMlsGetReports.CallOptions,
  ): Promise<BlueCatbirdMlsGetReports.Response> {
    return this._client
      .call('blue.catbird.mls.getReports', params, undefined, opts)
      .catch((e) => {
        throw BlueCatbirdMlsGetReports.toKnownErr(e)
      })
  }

  getSubscriptionTicket(
    data?: BlueCatbirdMlsGetSubscriptionTicket.InputSchema,
    opts?: BlueCatbirdMlsGetSubscriptionTicket.CallOptions,
  ): Promise<BlueCatbirdMlsGetSubscriptionTicket.Response> {
    return this._client
      .call('blue.catbird.mls.getSubscriptionTicket', opts?.qp, data, opts)
      .catch((e) => {
        throw BlueCatbirdMlsGetSubscriptionTicket.toKnownErr(e)
      })
  }

  getWelcomes(
    params?: BlueCatbirdMlsGetWelcomes.QueryParams,
    opts?: BlueCatbirdMlsGetWelcomes.CallOptions,
  ): Promise<BlueCatbirdMlsGetWelcomes.Response> {
    return this._client
      .call('blue.catbird.mls.getWelcomes', params, undefined, opts)
      .catch((e) => {
        throw BlueCatbirdMlsGetWelcomes.toKnownErr(e)
      })
  }

  joinConvo(
    data?: BlueCatbirdMlsJoinConvo.InputSchema,
    opts?: BlueCatbirdMlsJoinConvo.CallOptions,
  ): Promise<BlueCatbirdMlsJoinConvo.Response> {
    return this._client
      .call('blue.catbird.mls.joinConvo', opts?.qp, data, opts)
      .catch((e) => {
        throw BlueCatbirdMlsJoinConvo.toKnownErr(e)
      })
  }

  leaveConvo(
    data?: BlueCatbirdMlsLeaveConvo.InputSchema,
    opts?: BlueCatbirdMlsLeaveConvo.CallOptions,
  ): Promise<BlueCatbirdMlsLeaveConvo.Response> {
    return this._client
      .call('blue.catbird.mls.leaveConvo', opts?.qp, data, opts)
      .catch((e) => {
        throw BlueCatbirdMlsLeaveConvo.toKnownErr(e)
      })
  }

  listDevices(
    params?: BlueCatbirdMlsListDevices.QueryParams,
    opts?: BlueCatbirdMlsListDevices.CallOptions,
  ): Promise<BlueCatbirdMlsListDevices.Response> {
    return this._client
      .call('blue.catbird.mls.listDevices', params, undefined, opts)
      .catch((e) => {
        throw BlueCatbirdMlsListDevices.toKnownErr(e)
      })
  }

  muteConvo(
    data?: BlueCatbirdMlsMuteConvo.InputSchema,
    opts?: BlueCatbirdMlsMuteConvo.CallOptions,
  ): Promise<BlueCatbirdMlsMuteConvo.Response> {
    return this._client
      .call('blue.catbird.mls.muteConvo', opts?.qp, data, opts)
      .catch((e) => {
        throw BlueCatbirdMlsMuteConvo.toKnownErr(e)
      })
  }

  previewInvite(
    data?: BlueCatbirdMlsPreviewInvite.InputSchema,
    opts?: BlueCatbirdMlsPreviewInvite.CallOptions,
  ): Promise<BlueCatbirdMlsPreviewInvite.Response> {
    return this._client
      .call('blue.catbird.mls.previewInvite', opts?.qp, data, opts)
      .catch((e) => {
        throw BlueCatbirdMlsPreviewInvite.toKnownErr(e)
      })
  }

  publishKeyPackage(
    data?: BlueCatbirdMlsPublishKeyPackage.InputSchema,
    opts?: BlueCatbirdMlsPublishKeyPackage.CallOptions,
  ): Promise<BlueCatbirdMlsPublishKeyPackage.Response> {
    return this._client
      .call('blue.catbird.mls.publishKeyPackage', opts?.qp, data, opts)
      .catch((e) => {
        throw BlueCatbirdMlsPublishKeyPackage.toKnownErr(e)
      })
  }

  publishKeyPackages(
    data?: BlueCatbirdMlsPublishKeyPackages.InputSchema,
    opts?: BlueCatbirdMlsPublishKeyPackages.CallOptions,
  ): Promise<BlueCatbirdMlsPublishKeyPackages.Response> {
    return this._client
      .call('blue.catbird.mls.publishKeyPackages', opts?.qp, data, opts)
      .catch((e) => {
        throw BlueCatbirdMlsPublishKeyPackages.toKnownErr(e)
      })
  }

  registerDevice(
    data?: BlueCatbirdMlsRegisterDevice.InputSchema,
    opts?: BlueCatbirdMlsRegisterDevice.CallOptions,
  ): Promise<BlueCatbirdMlsRegisterDevice.Response> {
    return this._client
      .call('blue.catbird.mls.registerDevice', opts?.qp, data, opts)
      .catch((e) => {
        throw BlueCatbirdMlsRegisterDevice.toKnownErr(e)
      })
  }

  registerPush(
    data?: BlueCatbirdMlsRegisterPush.InputSchema,
    opts?: BlueCatbirdMlsRegisterPush.CallOptions,
  ): Promise<BlueCatbirdMlsRegisterPush.Response> {
    return this._client
      .call('blue.catbird.mls.registerPush', opts?.qp, data, opts)
      .catch((e) => {
        throw BlueCatbirdMlsRegisterPush.toKnownErr(e)
      })
  }

  removeMembers(
    data?: BlueCatbirdMlsRemoveMembers.InputSchema,
    opts?: BlueCatbirdMlsRemoveMembers.CallOptions,
  ): Promise<BlueCatbirdMlsRemoveMembers.Response> {
    return this._client
      .call('blue.catbird.mls.removeMembers', opts?.qp, data, opts)
      .catch((e) => {
        throw BlueCatbirdMlsRemoveMembers.toKnownErr(e)
      })
  }

  reportMember(
    data?: BlueCatbirdMlsReportMember.InputSchema,
    opts?: BlueCatbirdMlsReportMember.CallOptions,
  ): Promise<BlueCatbirdMlsReportMember.Response> {
    return this._client
      .call('blue.catbird.mls.reportMember', opts?.qp, data, opts)
      .catch((e) => {
        throw BlueCatbirdMlsReportMember.toKnownErr(e)
      })
  }

  resetConvo(
    data?: BlueCatbirdMlsResetConvo.InputSchema,
    opts?: BlueCatbirdMlsResetConvo.CallOptions,
  ): Promise<BlueCatbirdMlsResetConvo.Response> {
    return this._client
      .call('blue.catbird.mls.resetConvo', opts?.qp, data, opts)
      .catch((e) => {
        throw BlueCatbirdMlsResetConvo.toKnownErr(e)
      })
  }

  resolveReport(
    data?: BlueCatbirdMlsResolveReport.InputSchema,
    opts?: BlueCatbirdMlsResolveReport.CallOptions,
  ): Promise<BlueCatbirdMlsResolveReport.Response> {
    return this._client
      .call('blue.catbird.mls.resolveReport', opts?.qp, data, opts)
      .catch((e) => {
        throw BlueCatbirdMlsResolveReport.toKnownErr(e)
      })
  }

  revokeInvite(
    data?: BlueCatbirdMlsRevokeInvite.InputSchema,
    opts?: BlueCatbirdMlsRevokeInvite.CallOptions,
  ): Promise<BlueCatbirdMlsRevokeInvite.Response> {
    return this._client
      .call('blue.catbird.mls.revokeInvite', opts?.qp, data, opts)
      .catch((e) => {
        throw BlueCatbirdMlsRevokeInvite.toKnownErr(e)
      })
  }

  sendMessage(
    data?: BlueCatbirdMlsSendMessage.InputSchema,
    opts?: BlueCatbirdMlsSendMessage.CallOptions,
  ): Promise<BlueCatbirdMlsSendMessage.Response> {
    return this._client
      .call('blue.catbird.mls.sendMessage', opts?.qp, data, opts)
      .catch((e) => {
        throw BlueCatbirdMlsSendMessage.toKnownErr(e)
      })
  }

  setMemberRole(
    data?: BlueCatbirdMlsSetMemberRole.InputSchema,
    opts?: BlueCatbirdMlsSetMemberRole.CallOptions,
  ): Promise<BlueCatbirdMlsSetMemberRole.Response> {
    return this._client
      .call('blue.catbird.mls.setMemberRole', opts?.qp, data, opts)
      .catch((e) => {
        throw BlueCatbirdMlsSetMemberRole.toKnownErr(e)
      })
  }

  streamConvoEvents(
    params?: BlueCatbirdMlsStreamConvoEvents.QueryParams,
    opts?: BlueCatbirdMlsStreamConvoEvents.CallOptions,
  ): Promise<BlueCatbirdMlsStreamConvoEvents.Response> {
    return this._client
      .call('blue.catbird.mls.streamConvoEvents', params, undefined, opts)
      .catch((e) => {
        throw BlueCatbirdMlsStreamConvoEvents.toKnownErr(e)
      })
  }

  submitCommit(
    data?: BlueCatbirdMlsSubmitCommit.InputSchema,
    opts?: BlueCatbirdMlsSubmitCommit.CallOptions,
  ): Promise<BlueCatbirdMlsSubmitCommit.Response> {
    return this._client
      .call('blue.catbird.mls.submitCommit', opts?.qp, data, opts)
      .catch((e) => {
        throw BlueCatbirdMlsSubmitCommit.toKnownErr(e)
      })
  }

  syncKeyPackages(
    data?: BlueCatbirdMlsSyncKeyPackages.InputSchema,
    opts?: BlueCatbirdMlsSyncKeyPackages.CallOptions,
  ): Promise<BlueCatbirdMlsSyncKeyPackages.Response> {
    return this._client
      .call('blue.catbird.mls.syncKeyPackages', opts?.qp, data, opts)
      .catch((e) => {
        throw BlueCatbirdMlsSyncKeyPackages.toKnownErr(e)
      })
  }

  unblockAccount(
    data?: BlueCatbirdMlsUnblockAccount.InputSchema,
    opts?: BlueCatbirdMlsUnblockAccount.CallOptions,
  ): Promise<BlueCatbirdMlsUnblockAccount.Response> {
    return this._client
      .call('blue.catbird.mls.unblockAccount', opts?.qp, data, opts)
      .catch((e) => {
        throw BlueCatbirdMlsUnblockAccount.toKnownErr(e)
      })
  }

  unmuteConvo(
    data?: BlueCatbirdMlsUnmuteConvo.InputSchema,
    opts?: BlueCatbirdMlsUnmuteConvo.CallOptions,
  ): Promise<BlueCatbirdMlsUnmuteConvo.Response> {
    return this._client
      .call('blue.catbird.mls.unmuteConvo', opts?.qp, data, opts)
      .catch((e) => {
        throw BlueCatbirdMlsUnmuteConvo.toKnownErr(e)
      })
  }

  unregisterPush(
    data?: BlueCatbirdMlsUnregisterPush.InputSchema,
    opts?: BlueCatbirdMlsUnregisterPush.CallOptions,
  ): Promise<BlueCatbirdMlsUnregisterPush.Response> {
    return this._client
      .call('blue.catbird.mls.unregisterPush', opts?.qp, data, opts)
      .catch((e) => {
        throw BlueCatbirdMlsUnregisterPush.toKnownErr(e)
      })
  }

  updateConvo(
    data?: BlueCatbirdMlsUpdateConvo.InputSchema,
    opts?: BlueCatbirdMlsUpdateConvo.CallOptions,
  ): Promise<BlueCatbirdMlsUpdateConvo.Response> {
    return this._client
      .call('blue.catbird.mls.updateConvo', opts?.qp, data, opts)
      .catch((e) => {
        throw BlueCatbirdMlsUpdateConvo.toKnownErr(e)
      })
  }

  updateCursor(
    data?: BlueCatbirdMlsUpdateCursor.InputSchema,
    opts?: BlueCatbirdMlsUpdateCursor.CallOptions,
  ): Promise<BlueCatbirdMlsUpdateCursor.Response> {
    return this._client
      .call('blue.catbird.mls.updateCursor', opts?.qp, data, opts)
      .catch((e) => {
        throw BlueCatbirdMlsUpdateCursor.toKnownErr(e)
      })
  }

  uploadBlob(
    data?: BlueCatbirdMlsUploadBlob.InputSchema,
    opts?: BlueCatbirdMlsUploadBlob.CallOptions,
  ): Promise<BlueCatbirdMlsUploadBlob.Response> {
    return this._client
      .call('blue.catbird.mls.uploadBlob', opts?.qp, data, opts)
      .catch((e) => {
        throw BlueCatbirdMlsUploadBlob.toKnownErr(e)
      })
  }
}
