import { Malformed } from './malformed.js'
import type { Reader } from './reader.js'

/** The one protocol version, mls10 (RFC 9420 §6). */
export const MLS10 = 1

/** RFC 9420 §17.2 */
export const WIRE_FORMATS = {
  mls_public_message: 1,
  mls_private_message: 2,
  mls_welcome: 3,
  mls_group_info: 4,
  mls_key_package: 5,
} as const

export type WireFormat = keyof typeof WIRE_FORMATS

export type ContentType = 'application' | 'proposal' | 'commit'

export function readVersion(r: Reader): void {
  if (r.u16() !== MLS10) {
    throw new Malformed('versionIsMls10', 'RFC 9420 §6', 'The protocol version is not mls10.')
  }
}

export function readEpoch(r: Reader): number {
  const epoch = r.u64()
  if (!Number.isSafeInteger(epoch)) {
    throw new Malformed('epochIsSafe', 'RFC 9420 §8.1', 'The epoch is above 2^53 - 1.')
  }
  return epoch
}

export function readContentType(r: Reader): ContentType {
  switch (r.u8()) {
    case 1:
      return 'application'
    case 2:
      return 'proposal'
    case 3:
      return 'commit'
    default:
      throw new Malformed('contentTypeIsKnown', 'RFC 9420 §6', 'The content type is unknown.')
  }
}

/** `optional<T>`: only 0 and 1 are presence octets (§2.1.1). */
export function readPresence(r: Reader): boolean {
  const octet = r.u8()
  if (octet > 1) {
    throw new Malformed('presenceIsZeroOrOne', 'RFC 9420 §2.1.1', 'A presence octet is not 0 or 1.')
  }
  return octet === 1
}
