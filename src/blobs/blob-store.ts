import type { Readable } from 'node:stream'

/**
 * Where the bytes of blobs are. An object is written once, under a key of its own, and never changed.
 * A store that is away, full or closed to us gives `ServiceUnavailable`.
 */
export interface BlobStore extends AsyncDisposable {
  /** Where that is, for people. */
  readonly description: string
  /**
   * Stores all of `body` under `key`: durable when it resolves. It reads no faster than it writes, and
   * passes on what `body` throws; then nothing is stored.
   */
  put(key: string, body: AsyncIterable<Uint8Array>): Promise<void>
  /** The object, or the bytes from `start` to `end` (both inclusive); undefined where there is none. */
  get(key: string, range?: ByteRange): Promise<Readable | undefined>
  /** Removes an object; none is fine. */
  remove(key: string): Promise<void>
  /** All objects, in the order of their keys, some at a time. */
  list(): AsyncIterable<StoredObject[]>
  /** Removes what writes that began before `before` and never ended have left; answers how many. */
  removeUnfinished(before: Date): Promise<number>
}

export interface ByteRange {
  start: number
  end: number
}

export interface StoredObject {
  key: string
  modifiedAt: Date
}
