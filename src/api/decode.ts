import { InvalidRequestError } from '../errors.js'
import {
  type BlobId,
  type ConvoId,
  type DeviceId,
  type Did,
  parseBlobId,
  parseConvoId,
  parseDeviceId,
  parseDid,
} from '../lib/ids.js'
import type { Role } from '../db/schema.js'

/** What lexicon validation leaves open, narrowed; all throw `InvalidRequest`. */

export function convoIdOf(text: string): ConvoId {
  const convoId = parseConvoId(text)
  if (convoId) return convoId
  throw new InvalidRequestError('convoId is the lowercase hex of 16 to 64 bytes')
}

export function didOf(text: string): Did {
  const did = parseDid(text)
  if (did) return did
  throw new InvalidRequestError('An account is a plain did:plc or did:web')
}

export function deviceIdOf(text: string): DeviceId {
  const deviceId = parseDeviceId(text)
  if (deviceId) return deviceId
  throw new InvalidRequestError('deviceId has 1 to 64 of A-Z a-z 0-9 . _ -')
}

export function blobIdOf(text: string): BlobId {
  const blobId = parseBlobId(text)
  if (blobId) return blobId
  throw new InvalidRequestError('blobId is 64 lowercase hex digits')
}

/** Hex of a hash of 32, 48 or 64 bytes. */
const KEY_PACKAGE_REF = /^(?:[0-9a-f]{64}|[0-9a-f]{96}|[0-9a-f]{128})$/

export function keyPackageRefOf(text: string): string {
  if (KEY_PACKAGE_REF.test(text)) return text
  throw new InvalidRequestError('A keyPackageRef is the lowercase hex of 32, 48 or 64 bytes')
}

const ROLES: readonly string[] = ['admin', 'moderator', 'member'] satisfies Role[]

export function roleOf(text: string): Role {
  if (ROLES.includes(text)) return text as Role
  throw new InvalidRequestError('role is admin, moderator or member')
}

/** ULID or UUID (any version), as text. */
const MSG_ID =
  /^(?:[0-7][0-9A-HJKMNP-TV-Z]{25}|[0-9A-F]{8}-[0-9A-F]{4}-[0-9A-F]{4}-[0-9A-F]{4}-[0-9A-F]{12})$/

/**
 * Kept as the client spells it, so that it knows its own entry again, in one of two spellings: some
 * platforms write UUIDs in upper case. Both are the same id (`convo/send`).
 */
export function msgIdOf(text: string): string {
  const upper = text.toUpperCase()
  if (MSG_ID.test(upper) && (text === upper || text === text.toLowerCase())) return text
  throw new InvalidRequestError('msgId is a ULID or a UUID, all in upper or all in lower case')
}

export function oneOf<T extends string>(name: string, text: string, allowed: readonly T[]): T {
  if ((allowed as readonly string[]).includes(text)) return text as T
  throw new InvalidRequestError(`${name} is one of: ${allowed.join(', ')}`)
}
