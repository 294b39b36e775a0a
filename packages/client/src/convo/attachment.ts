import { MlsClientError } from '../errors.js'
import { fromHex, hex, owned, randomBytes, sha256 } from '../lib/bytes.js'
import { paddedLength } from './padding.js'
import type { ConvoState } from './state.js'

const HASH = /^[0-9a-f]{64}$/
const IV = /^[0-9a-f]{24}$/
const IV_BYTES = 12
const NAME_LENGTH = 255

/**
 * Encrypts a file under a key of its own (AES-256-GCM) and uploads it. The service sees a length that
 * is rounded up, and nothing else; the key goes out with the message that has the attachment.
 */
export async function upload(
  { deps, convoId }: ConvoState,
  bytes: Uint8Array,
  { mimeType, name }: { mimeType: string; name?: string },
): Promise<Attachment> {
  const [key, iv] = [randomBytes(32), randomBytes(IV_BYTES)]
  const padded = new Uint8Array(paddedLength(bytes.length))
  padded.set(bytes)
  const algorithm = { name: 'AES-GCM', iv }
  const sealed = new Uint8Array(await crypto.subtle.encrypt(algorithm, await keyOf(key), padded))
  const digest = hex(await sha256(sealed))
  const { blob } = await deps.service.call(
    'uploadBlob',
    (mls, options) =>
      mls.uploadBlob(sealed, {
        ...options,
        qp: { convoId },
        encoding: 'application/octet-stream',
      }),
    { direct: true },
  )
  if (blob.sha256 !== digest) throw bad('the service has stored other bytes')
  return {
    blobId: blob.blobId,
    key: hex(key),
    iv: hex(iv),
    sha256: digest,
    size: bytes.length,
    mimeType,
    ...(name !== undefined && { name: name.slice(0, NAME_LENGTH) }),
  }
}

/** Downloads an attachment, checks that it is what its sender has uploaded, and decrypts it. */
export async function download(
  { deps, convoId }: ConvoState,
  { blobId, key, iv, sha256: digest, size }: Attachment,
): Promise<Uint8Array> {
  const answer = await deps.service.call(
    'getBlob',
    (mls, options) => mls.getBlob({ convoId, blobId }, options),
    { direct: true },
  )
  const sealed = new Uint8Array(answer)
  if (hex(await sha256(sealed)) !== digest) throw bad('the bytes are not those that were sent')
  const algorithm = { name: 'AES-GCM', iv: fromHex(iv) }
  const plain = await crypto.subtle
    .decrypt(algorithm, await keyOf(fromHex(key)), owned(sealed))
    .catch(() => undefined)
  if (plain === undefined || plain.byteLength < size) throw bad('it does not decrypt')
  return new Uint8Array(plain, 0, size)
}

/** What a member has sent, if it has the form of an attachment. */
export function attachmentOf(value: unknown): Attachment | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  const { blobId, key, iv, sha256: digest, size, mimeType, name } = value as Record<string, unknown>
  const fits =
    matches(blobId, HASH) && matches(key, HASH) && matches(digest, HASH) && matches(iv, IV)
  if (!fits || !Number.isSafeInteger(size) || (size as number) < 0) return undefined
  // Shown and acted on by applications: a type and a name without surprises.
  if (!matches(mimeType, /^[a-z]+\/[A-Za-z0-9.+-]{1,100}$/)) return undefined
  const safeName = typeof name === 'string' && name.length <= NAME_LENGTH ? name : undefined
  return {
    blobId,
    key,
    iv,
    sha256: digest,
    size: size as number,
    mimeType,
    ...(safeName !== undefined && { name: safeName.replace(/[/\\\0]/g, '_') }),
  }
}

function matches(value: unknown, pattern: RegExp): value is string {
  return typeof value === 'string' && pattern.test(value)
}

function keyOf(key: Uint8Array) {
  return crypto.subtle.importKey('raw', owned(key), 'AES-GCM', false, ['encrypt', 'decrypt'])
}

function bad(what: string): MlsClientError {
  return new MlsClientError('attachment', `attachment refused: ${what}`)
}

/** A file that lies at the service, encrypted; whoever has this can read it. */
export interface Attachment {
  blobId: string
  /** AES-256-GCM, hex. */
  key: string
  iv: string
  /** Of the ciphertext, hex. */
  sha256: string
  /** Of the file, in bytes. */
  size: number
  /** As its sender says: do not let a browser open it as what it is not. */
  mimeType: string
  name?: string
}
