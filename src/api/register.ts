import { deleteAccount } from './account/deleteAccount.js'
import { exportAccountData } from './account/exportAccountData.js'
import { deleteBlob } from './blobs/deleteBlob.js'
import { getBlob } from './blobs/getBlob.js'
import { uploadBlob } from './blobs/uploadBlob.js'
import { blockAccount } from './blocks/blockAccount.js'
import { getBlocks } from './blocks/getBlocks.js'
import { unblockAccount } from './blocks/unblockAccount.js'
import { acceptConvo } from './convos/acceptConvo.js'
import { addMembers } from './convos/addMembers.js'
import { createConvo } from './convos/createConvo.js'
import { getCommits } from './convos/getCommits.js'
import { getConvo } from './convos/getConvo.js'
import { getConvoHealth } from './convos/getConvoHealth.js'
import { getConvos } from './convos/getConvos.js'
import { getEpoch } from './convos/getEpoch.js'
import { getGroupInfo } from './convos/getGroupInfo.js'
import { getMembers } from './convos/getMembers.js'
import { joinConvo } from './convos/joinConvo.js'
import { leaveConvo } from './convos/leaveConvo.js'
import { muteConvo } from './convos/muteConvo.js'
import { removeMembers } from './convos/removeMembers.js'
import { resetConvo } from './convos/resetConvo.js'
import { setMemberRole } from './convos/setMemberRole.js'
import { submitCommit } from './convos/submitCommit.js'
import { unmuteConvo } from './convos/unmuteConvo.js'
import { updateConvo } from './convos/updateConvo.js'
import { deleteDevice } from './devices/deleteDevice.js'
import { listDevices } from './devices/listDevices.js'
import { registerDevice } from './devices/registerDevice.js'
import { createInvite } from './invites/createInvite.js'
import { getInvites } from './invites/getInvites.js'
import { previewInvite } from './invites/previewInvite.js'
import { revokeInvite } from './invites/revokeInvite.js'
import { getAvailability } from './keys/getAvailability.js'
import { getKeyPackages } from './keys/getKeyPackages.js'
import { getKeyPackageStatus } from './keys/getKeyPackageStatus.js'
import { publishKeyPackage } from './keys/publishKeyPackage.js'
import { publishKeyPackages } from './keys/publishKeyPackages.js'
import { syncKeyPackages } from './keys/syncKeyPackages.js'
import { getMessages } from './messages/getMessages.js'
import { sendMessage } from './messages/sendMessage.js'
import { updateCursor } from './messages/updateCursor.js'
import { getReports } from './moderation/getReports.js'
import { reportMember } from './moderation/reportMember.js'
import { resolveReport } from './moderation/resolveReport.js'
import { registerPush } from './push/registerPush.js'
import { unregisterPush } from './push/unregisterPush.js'
import { describeServer } from './service/describeServer.js'
import { getSubscriptionTicket } from './stream/getSubscriptionTicket.js'
import { streamConvoEvents } from './stream/streamConvoEvents.js'
import { subscribeConvoEvents } from './stream/subscribeConvoEvents.js'
import { ackWelcome } from './welcomes/ackWelcome.js'
import { getWelcomes } from './welcomes/getWelcomes.js'
import type { Server } from '../lexicon/index.js'
import type { Context } from './handler-context.js'

/** Gives every method of the lexicons its handler. */
export function registerMethods(server: Server, ctx: Context): void {
  for (const register of METHODS) register(server, ctx)
}

/** Routes are tried in this order: first what is called most. */
const METHODS = [
  sendMessage,
  getMessages,
  deleteAccount,
  exportAccountData,
  deleteBlob,
  getBlob,
  uploadBlob,
  blockAccount,
  getBlocks,
  unblockAccount,
  acceptConvo,
  addMembers,
  createConvo,
  getCommits,
  getConvo,
  getConvoHealth,
  getConvos,
  getEpoch,
  getGroupInfo,
  getMembers,
  joinConvo,
  leaveConvo,
  muteConvo,
  removeMembers,
  resetConvo,
  setMemberRole,
  submitCommit,
  unmuteConvo,
  updateConvo,
  deleteDevice,
  listDevices,
  registerDevice,
  createInvite,
  getInvites,
  previewInvite,
  revokeInvite,
  getAvailability,
  getKeyPackages,
  getKeyPackageStatus,
  publishKeyPackage,
  publishKeyPackages,
  syncKeyPackages,
  updateCursor,
  getReports,
  reportMember,
  resolveReport,
  registerPush,
  unregisterPush,
  describeServer,
  getSubscriptionTicket,
  streamConvoEvents,
  subscribeConvoEvents,
  ackWelcome,
  getWelcomes,
]
