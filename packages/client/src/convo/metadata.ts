import { MlsClientError } from '../errors.js'
import { concat, fromHex, fromUtf8, owned, randomBytes, utf8 } from '../lib/bytes.js'
import type { KeyHandle } from '../lib/bytes.js'
import type { ConvoRecord, Title } from './records.js'

const NONCE_BYTES = 12
const NAME_LENGTH = 1_280
const DESCRIPTION_LENGTH = 6_000

/**
 * Encrypts a title for the members: AES-256-GCM under a key that they tell each other in messages. A
 * key of the group's epoch would not do: who joins later has none of earlier epochs.
 */
export async function sealTitle(
  convoId: string,
  key: string,
  { name, description }: Title,
): Promise<Uint8Array> {
  if ((name?.length ?? 0) > NAME_LENGTH || (description?.length ?? 0) > DESCRIPTION_LENGTH) {
    throw new MlsClientError('invalid', 'the name or the description is too long')
  }
  const iv = randomBytes(NONCE_BYTES)
  const plain = utf8(JSON.stringify({ v: 1, name, description }))
  const algorithm = { name: 'AES-GCM', iv, additionalData: utf8(convoId) }
  const sealed = await crypto.subtle.encrypt(algorithm, await importKey(key), plain)
  return concat(iv, new Uint8Array(sealed))
}

/**
 * What the record becomes with this key. A key that does not open what the service has may belong to a
 * change that has not arrived yet: it is kept only if there is nothing that another key opens.
 */
export async function openTitle(
  { convoId, sealedTitle, metadataKey }: ConvoRecord,
  key: string,
): Promise<Partial<ConvoRecord>> {
  const title = sealedTitle && (await unsealTitle(convoId, key, sealedTitle))
  if (title !== undefined) return { title, metadataKey: key, nextMetadataKey: undefined }
  return metadataKey === undefined ? { metadataKey: key } : { nextMetadataKey: key }
}

/** Undefined where the key is another one. */
export async function unsealTitle(
  convoId: string,
  key: string,
  sealed: Uint8Array,
): Promise<Title | undefined> {
  const iv = owned(sealed.slice(0, NONCE_BYTES))
  const algorithm = { name: 'AES-GCM', iv, additionalData: utf8(convoId) }
  try {
    const body = owned(sealed.slice(NONCE_BYTES))
    const plain = await crypto.subtle.decrypt(algorithm, await importKey(key), body)
    return titleOf(JSON.parse(fromUtf8(new Uint8Array(plain))))
  } catch {
    return undefined
  }
}

function titleOf(value: unknown): Title {
  const { name, description } = (value ?? {}) as Record<string, unknown>
  return {
    public: false,
    ...(typeof name === 'string' && { name }),
    ...(typeof description === 'string' && { description }),
  }
}

function importKey(key: string): Promise<KeyHandle> {
  return crypto.subtle.importKey('raw', fromHex(key), 'AES-GCM', false, ['encrypt', 'decrypt'])
}
