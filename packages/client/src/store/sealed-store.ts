import { decode, encode } from 'cborg'
import { MlsClientError } from '../errors.js'
import { concat, owned, randomBytes, utf8 } from '../lib/bytes.js'
import type { Bytes, KeyHandle } from '../lib/bytes.js'
import { StoreTaken } from './store.js'
import type { Store, StoreGuard, StoreRange } from './store.js'

const OWNER_KEY = 'owner'
const NONCE_BYTES = 12
export const STORE_KEY_BYTES = 32

/**
 * The store as the client sees it: values are records, encrypted with AES-256-GCM under the key of the
 * application and bound to their names. The names themselves (conversation ids, sequence numbers)
 * stay readable. What opens a store takes it: a client that had it before fails at its next write.
 */
export class SealedStore {
  #failure: Error | undefined

  private constructor(
    private readonly store: Store,
    private readonly key: KeyHandle,
    private readonly guard: StoreGuard,
    private readonly onFailure: (error: Error) => void,
  ) {}

  static async open(
    store: Store,
    key: KeyHandle | Uint8Array,
    onFailure: (error: Error) => void,
  ): Promise<SealedStore> {
    const guard = { key: OWNER_KEY, value: randomBytes(16) }
    await store.write([guard])
    return new SealedStore(store, await importKey(key), guard, onFailure)
  }

  async get<T>(key: string): Promise<T | undefined> {
    const value = await this.store.get(key)
    return value === undefined ? undefined : this.#unseal<T>(key, value)
  }

  async list<T>(range: StoreRange): Promise<{ key: string; record: T }[]> {
    const entries = await this.store.list(range)
    return Promise.all(
      entries.map(async ({ key, value }) => ({ key, record: await this.#unseal<T>(key, value) })),
    )
  }

  /**
   * All or nothing. A write that fails ends the client: what it holds in memory may be ahead of the
   * store then, and the store is the truth.
   */
  async write(changes: RecordChange[]): Promise<void> {
    if (this.#failure !== undefined) throw this.#failure
    if (changes.length === 0) return
    const sealed = await Promise.all(
      changes.map(async ({ key, record }) => ({
        key,
        value: record === undefined ? undefined : await this.#seal(key, record),
      })),
    )
    // While this one was sealing another may have failed.
    if (this.#failure !== undefined) throw this.#failure
    try {
      await this.store.write(sealed, this.guard)
    } catch (cause) {
      this.#failure =
        cause instanceof StoreTaken
          ? new MlsClientError('storeTaken', cause.message, { cause })
          : new MlsClientError('storeFailed', 'the store could not be written', { cause })
      this.onFailure(this.#failure)
      throw this.#failure
    }
  }

  /** Forgets everything, the device's keys included. */
  async clear(): Promise<void> {
    const entries = await this.store.list({ prefix: '' })
    await this.write(
      entries.flatMap(({ key }) => (key === OWNER_KEY ? [] : [{ key, record: undefined }])),
    )
  }

  close(): Promise<void> {
    this.#failure ??= new MlsClientError('closed', 'the client is closed')
    return this.store.close()
  }

  async #seal(key: string, record: object | string): Promise<Bytes> {
    const iv = randomBytes(NONCE_BYTES)
    const algorithm = { name: 'AES-GCM', iv, additionalData: utf8(key) }
    const plain = owned(encode(record, { ignoreUndefinedProperties: true }))
    return concat(iv, new Uint8Array(await crypto.subtle.encrypt(algorithm, this.key, plain)))
  }

  async #unseal<T>(key: string, value: Uint8Array): Promise<T> {
    const iv = owned(value.slice(0, NONCE_BYTES))
    const algorithm = { name: 'AES-GCM', iv, additionalData: utf8(key) }
    let plain: ArrayBuffer
    try {
      plain = await crypto.subtle.decrypt(algorithm, this.key, owned(value.slice(NONCE_BYTES)))
    } catch (cause) {
      throw new MlsClientError('storeKey', 'the key does not open this store', { cause })
    }
    return decode(new Uint8Array(plain)) as T
  }
}

function importKey(key: KeyHandle | Uint8Array): Promise<KeyHandle> {
  if (!(key instanceof Uint8Array)) return Promise.resolve(key)
  if (key.length !== STORE_KEY_BYTES) {
    throw new MlsClientError('invalid', `the store's key must have ${STORE_KEY_BYTES} bytes`)
  }
  return crypto.subtle.importKey('raw', owned(key), 'AES-GCM', false, ['encrypt', 'decrypt'])
}

export interface RecordChange {
  key: string
  /** Undefined removes the key. */
  record: object | string | undefined
}
