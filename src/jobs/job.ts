import type { BlobStore } from '../blobs/blob-store.js'
import type { Db } from '../db/types.js'

/** Something that is done again and again beside requests, by one process of all at a time. */
export interface Job {
  /** Stable: processes of different versions lock each other out by it. */
  readonly name: string
  readonly intervalMs: number
  /** Does what is due and answers how many rows that were. It stops soon after `signal`. */
  run(ctx: JobContext, signal: AbortSignal): Promise<number>
}

export interface JobContext {
  readonly db: Db
  readonly blobs: BlobStore
  readonly retention: Retention
}

/** In days. */
export interface Retention {
  events: number
  welcomes: number
  /** Of ciphertexts of application entries, and of blobs; 0: for ever. */
  messages: number
}

export const MINUTE_MS = 60_000
export const HOUR_MS = 60 * MINUTE_MS
