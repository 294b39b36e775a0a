import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes } from 'node:crypto'
import type { ConvoId, DeviceId, Did } from '../lib/ids.js'

const CIPHER = 'aes-256-gcm'
const NONCE_BYTES = 12
const TAG_BYTES = 16
const TOPIC_BYTES = 16

/** Keeps push tokens so that the database alone tells none, and makes names that mean nothing elsewhere. */
export interface TokenVault {
  /** Nonce, ciphertext and tag (AES-256-GCM), bound to the device. */
  seal(token: string, owner: Owner): Uint8Array
  /** Undefined where the key is another one, or the bytes are not those of this device. */
  open(sealed: Uint8Array, owner: Owner): string | undefined
  /** The same for the same token, whosever it is. */
  hash(platform: string, token: string): Uint8Array
  /** 22 characters: the name by which a provider knows a conversation of a device. */
  topic(owner: Owner, convoId: ConvoId): string
  /** A UUID of the push for an entry. */
  pushId(owner: Owner, convoId: ConvoId, seq: number): string
}

/** @param keyHex 32 bytes; two keys are derived from it, for secrecy and for names. */
export function createTokenVault(keyHex: string): TokenVault {
  const derive = (purpose: string) =>
    Buffer.from(hkdfSync('sha256', Buffer.from(keyHex, 'hex'), '', purpose, 32))
  const sealing = derive('push tokens')
  const naming = derive('push names')
  const nameOf = (...parts: (string | number)[]) =>
    createHmac('sha256', naming).update(parts.join('\0')).digest()
  return {
    seal(token, owner) {
      const nonce = randomBytes(NONCE_BYTES)
      const cipher = createCipheriv(CIPHER, sealing, nonce).setAAD(context(owner))
      return Buffer.concat([
        nonce,
        cipher.update(token, 'utf8'),
        cipher.final(),
        cipher.getAuthTag(),
      ])
    },
    open(sealed, owner) {
      try {
        const decipher = createDecipheriv(CIPHER, sealing, sealed.subarray(0, NONCE_BYTES), {
          authTagLength: TAG_BYTES,
        })
        decipher.setAAD(context(owner)).setAuthTag(sealed.subarray(-TAG_BYTES))
        const text = decipher.update(sealed.subarray(NONCE_BYTES, -TAG_BYTES))
        return Buffer.concat([text, decipher.final()]).toString()
      } catch {
        return undefined
      }
    },
    hash: (platform, token) => nameOf('token', platform, token),
    topic: ({ did, deviceId }, convoId) =>
      nameOf('topic', did, deviceId, convoId).toString('base64url', 0, TOPIC_BYTES),
    pushId: ({ did, deviceId }, convoId, seq) =>
      uuidOf(nameOf('push', did, deviceId, convoId, seq)),
  }
}

function context({ did, deviceId }: Owner): Buffer {
  return Buffer.from(`${did}\0${deviceId}`)
}

/** RFC 9562 §5.8: version 8, whose content is our own. */
function uuidOf(bytes: Buffer): string {
  const uuid = Buffer.from(bytes.subarray(0, 16))
  uuid[6] = (uuid[6]! & 0x0f) | 0x80
  uuid[8] = (uuid[8]! & 0x3f) | 0x80
  const hex = uuid.toString('hex')
  return [8, 4, 4, 4, 12]
    .map((length, i, all) => {
      const from = all.slice(0, i).reduce((sum, each) => sum + each, 0)
      return hex.slice(from, from + length)
    })
    .join('-')
}

export interface Owner {
  did: Did
  deviceId: DeviceId
}
