import { MlsClientError } from '../errors.js'
import { fromUtf8, utf8 } from '../lib/bytes.js'
import { attachmentOf } from './attachment.js'
import type { Attachment } from './attachment.js'

/** The service takes 256 KiB of ciphertext; framing, signature and padding need some of it. */
export const PAYLOAD_BYTES = 240 * 1024
const TEXT_LENGTH = 100_000
const MAX_ATTACHMENTS = 20
const HASH = /^[0-9a-f]{64}$/

/**
 * What is inside an application message, as JSON. `log` is the position and hash of the last entry
 * that the sender had applied: readers who were shown another history notice.
 */
export function writePayload(payload: Payload, log: LogPosition | undefined): Uint8Array {
  const bytes = utf8(JSON.stringify({ v: 1, ...payload, ...(log !== undefined && { log }) }))
  if (bytes.length > PAYLOAD_BYTES) {
    throw new MlsClientError('invalid', `a message has at most ${PAYLOAD_BYTES} bytes`)
  }
  return bytes
}

/** Members may send anything: what is not a payload of this version is `unknown`. */
export function readPayload(bytes: Uint8Array): { payload: Payload; log?: LogPosition } {
  const value = parse(bytes)
  const log = logPosition(value.log)
  return { payload: payloadOf(value) ?? { type: 'unknown' }, ...(log !== undefined && { log }) }
}

function payloadOf(value: Record<string, unknown>): Payload | undefined {
  if (value.v !== 1) return undefined
  const { type, text, data, to, seq, key, name, typing } = value
  switch (type) {
    case 'text':
      return isText(text)
        ? { type, text, ...(isText(to) && { to }), ...attachmentsOf(value.attachments) }
        : undefined
    case 'data':
      return isText(name) && isObject(data) ? { type, name, data } : undefined
    case 'metadataKey':
      return typeof key === 'string' && HASH.test(key) ? { type, key } : undefined
    case 'typing':
      return typeof typing === 'boolean' ? { type, typing } : undefined
    case 'read':
      return Number.isSafeInteger(seq) ? { type, seq: seq as number } : undefined
    default:
      return undefined
  }
}

/** Those of them that are in order, up to a number that a message may have. */
function attachmentsOf(value: unknown): { attachments?: Attachment[] } {
  if (!Array.isArray(value)) return {}
  const attachments = value.slice(0, MAX_ATTACHMENTS).flatMap((each) => attachmentOf(each) ?? [])
  return attachments.length === 0 ? {} : { attachments }
}

function logPosition(value: unknown): LogPosition | undefined {
  if (!isObject(value)) return undefined
  const { seq, hash } = value
  if (!Number.isSafeInteger(seq) || typeof hash !== 'string' || !HASH.test(hash)) return undefined
  return { seq: seq as number, hash }
}

function parse(bytes: Uint8Array): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(fromUtf8(bytes))
    return isObject(value) ? value : {}
  } catch {
    return {}
  }
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value.length <= TEXT_LENGTH
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** What the application sends and gets. */
export type MessagePayload =
  | {
      type: 'text'
      text: string
      /** `msgId` of the message that this one answers. */
      to?: string
      /** As `conversation.upload` made them. */
      attachments?: Attachment[]
    }
  | {
      type: 'data'
      /** Names the application's own format, such as `com.example.poll`. */
      name: string
      /** JSON. */
      data: Record<string, unknown>
    }

/** What clients send each other. */
export type Payload =
  | MessagePayload
  /** The key of the conversation's encrypted metadata: 32 bytes, hex. */
  | { type: 'metadataKey'; key: string }
  | { type: 'typing'; typing: boolean }
  | { type: 'read'; seq: number }
  | { type: 'unknown' }

/** A place in a conversation's log, and the hash of everything up to it. */
export interface LogPosition {
  seq: number
  /** Lowercase hex. */
  hash: string
}
