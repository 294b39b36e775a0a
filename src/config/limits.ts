import type { Limits } from './config.js'

const KIB = 1024
const MIB = 1024 * KIB

/** The contract's limits that no variable changes; `describeServer` tells them to clients. */
export const limits: Omit<Limits, 'membersPerConvo'> = {
  leavesPerConvo: 2000,
  devicesPerAccount: 20,
  keyPackagesPerDevice: 200,
  keyPackagesPerBatch: 100,
  keyPackageBytes: 64 * KIB,
  keyPackageLifetimeDays: 90,
  messageBytes: 256 * KIB,
  handshakeBytes: 4 * MIB,
  encryptedMetadataBytes: 8 * KIB,
  blobBytes: 50 * MIB,
  blobQuotaBytes: 1024 * MIB,
  eventRetentionDays: 7,
  welcomeRetentionDays: 30,
}
