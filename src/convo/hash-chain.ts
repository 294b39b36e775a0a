import { hash as digest } from 'node:crypto'
import type { Epoch, Seq } from '../lib/ids.js'

export const HASH_BYTES = 32
/** What stands before the first entry. */
export const FIRST_PREVIOUS_HASH = new Uint8Array(HASH_BYTES)

export interface ChainedEntry {
  seq: Seq
  generation: number
  /** The one in the message: for a commit the epoch that it ends. */
  epoch: Epoch
  /** 1 application, 2 commit. */
  kind: number
  /** SHA-256 of the message's bytes. */
  contentHash: Uint8Array
}

export function sha256(bytes: Uint8Array): Uint8Array {
  return digest('sha256', bytes, 'buffer')
}

/**
 * SHA-256(previousHash ‖ uint64 seq ‖ uint64 generation ‖ uint64 epoch ‖ uint8 kind ‖ contentHash), integers
 * big-endian: what lets clients find out that they were shown different histories.
 */
export function chainHash(previousHash: Uint8Array, entry: ChainedEntry): Uint8Array {
  const bytes = Buffer.allocUnsafe(HASH_BYTES + 8 + 8 + 8 + 1 + HASH_BYTES)
  bytes.set(previousHash, 0)
  bytes.writeBigUInt64BE(BigInt(entry.seq), HASH_BYTES)
  bytes.writeBigUInt64BE(BigInt(entry.generation), HASH_BYTES + 8)
  bytes.writeBigUInt64BE(BigInt(entry.epoch), HASH_BYTES + 16)
  bytes.writeUInt8(entry.kind, HASH_BYTES + 24)
  bytes.set(entry.contentHash, HASH_BYTES + 25)
  return sha256(bytes)
}
