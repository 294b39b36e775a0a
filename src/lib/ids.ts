/** Identifiers that are strings or numbers on the wire, and must not be mistaken for one another. */
declare const brand: unique symbol
type Brand<T, B extends string> = T & { readonly [brand]: B }

/** A plain `did:plc` or `did:web` without path, port-less host included (AT Protocol DID). */
export type Did = Brand<string, 'Did'>
/** `[A-Za-z0-9._-]{1,64}`, unique within its account. */
export type DeviceId = Brand<string, 'DeviceId'>
/** Lowercase hex of the first MLS group id of a conversation, 16 to 64 bytes. */
export type ConvoId = Brand<string, 'ConvoId'>
/** 64 lowercase hex digits: a hash of the uploading account and the bytes. */
export type BlobId = Brand<string, 'BlobId'>
/** MLS epoch (RFC 9420 §8.1), a safe integer here. */
export type Epoch = Brand<number, 'Epoch'>
/** Position in a conversation's log: 1, 2, 3 … */
export type Seq = Brand<number, 'Seq'>

/** Stands for every account that was deleted: `.invalid` is nobody's (RFC 2606 §2). */
export const DELETED_ACCOUNT = 'did:web:deleted.invalid' as Did

const DID_MAX_CHARS = 256
const PLC = /^did:plc:[a-z2-7]{24}$/
const HOST_LABEL = '[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?'
const WEB = new RegExp(`^did:web:${HOST_LABEL}(?:\\.${HOST_LABEL})+$`)
/** Development only: the port is percent-encoded, as did:web demands. */
const WEB_LOCALHOST = /^did:web:localhost(?:%3A[1-9][0-9]{0,4})?$/
const DEVICE_ID = /^[A-Za-z0-9._-]{1,64}$/
const BLOB_ID = /^[0-9a-f]{64}$/
const CONVO_ID = /^(?:[0-9a-f]{2}){16,64}$/

/**
 * The account DID that `text` is, or undefined. Nothing is normalised: upper case, a fragment, a
 * query, a path, a percent escape (save the port of `did:web:localhost`) or a trailing dot is no
 * account.
 */
export function parseDid(text: string): Did | undefined {
  if (text.length > DID_MAX_CHARS) return undefined
  return PLC.test(text) || WEB.test(text) || WEB_LOCALHOST.test(text) ? (text as Did) : undefined
}

export function parseDeviceId(text: string): DeviceId | undefined {
  return DEVICE_ID.test(text) ? (text as DeviceId) : undefined
}

export function parseConvoId(text: string): ConvoId | undefined {
  return CONVO_ID.test(text) ? (text as ConvoId) : undefined
}

export function parseBlobId(text: string): BlobId | undefined {
  return BLOB_ID.test(text) ? (text as BlobId) : undefined
}

export function convoIdOf(groupId: Uint8Array): ConvoId {
  return Buffer.from(groupId).toString('hex') as ConvoId
}
