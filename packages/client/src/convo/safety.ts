import { concat, hex, sha256, utf8 } from '../lib/bytes.js'
import type { DeviceName } from '../mls/identity.js'
import { epochOf, groupIdOf, rosterOf } from '../mls/roster.js'
import type { RosterDevice } from '../mls/roster.js'
import type { ConvoState } from './state.js'

const GROUPS_OF_DIGITS = 12

/** What can be said of the group without believing the service; of the state as it is now. */
export async function safetyOf(state: ConvoState): Promise<Safety> {
  const { record, deps } = state
  const group = state.activeGroup()
  const { epochAuthenticator } = group.keySchedule
  return {
    groupId: groupIdOf(group),
    generation: record.generation,
    epoch: epochOf(group),
    cipherSuite: group.groupContext.cipherSuite,
    position: { seq: record.applied, hash: record.hash },
    epochAuthenticator: hex(epochAuthenticator),
    safetyNumber: digits(await sha256(concat(utf8('safety number'), epochAuthenticator))),
    devices: await Promise.all(
      rosterOf(group.ratchetTree).map(async (device) => ({
        ...device,
        fingerprint: await fingerprintOf(device),
        own: device.did === deps.device.did && device.deviceId === deps.device.deviceId,
      })),
    ),
  }
}

/**
 * A device's key with its names, for people to compare: eight groups of four hex digits, half of a
 * SHA-256. It stays as long as the device.
 */
export async function fingerprintOf({
  did,
  deviceId,
  signaturePublicKey,
}: DeviceName & { signaturePublicKey: Uint8Array }): Promise<string> {
  const digest = hex(await sha256(concat(utf8(`${did}#${deviceId}\0`), signaturePublicKey)))
  return digest.slice(0, 32).match(/.{4}/g)!.join(' ')
}

/** Twelve groups of five digits, of 16 bits each: 192 bits to read aloud. */
function digits(digest: Uint8Array): string {
  const view = new DataView(digest.buffer, digest.byteOffset, digest.byteLength)
  return Array.from({ length: GROUPS_OF_DIGITS }, (_, at) =>
    String(view.getUint16(2 * at)).padStart(5, '0'),
  ).join(' ')
}

/** The group by its verified tree and secrets, for people to compare by other means. */
export interface Safety {
  /** Lowercase hex. */
  groupId: string
  generation: number
  epoch: number
  /** IANA name. */
  cipherSuite: string
  /** The last entry of the log that was applied, with the hash of the whole log up to it. */
  position: { seq: number; hash: string | undefined }
  /** Equal for all devices of this epoch and for nobody else (RFC 9420 §8.7), lowercase hex. */
  epochAuthenticator: string
  /** The same to be read aloud: it is another one after each change of the group. */
  safetyNumber: string
  devices: SafetyDevice[]
}

export interface SafetyDevice extends RosterDevice {
  /** See `fingerprintOf`: it stays as long as the device. */
  fingerprint: string
  /** This device. */
  own: boolean
}
