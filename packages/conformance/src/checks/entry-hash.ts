import { createHash } from 'node:crypto'
import type { MessageView } from '../service/methods.js'

/** `previousHash` of the first entry of a conversation. */
export const NO_ENTRY_BEFORE = '00'.repeat(32)

/** The hash of an entry by the formula of the contract (§2.10), from what the entry says itself. */
export function entryHash(entry: MessageView): string {
  const { ciphertext, contentHash = '', previousHash, seq, generation, epoch, messageType } = entry
  const content = ciphertext === undefined ? Buffer.from(contentHash, 'hex') : sha256(ciphertext)
  return sha256(
    Buffer.concat([
      Buffer.from(previousHash, 'hex'),
      uint64(seq),
      uint64(generation),
      uint64(epoch),
      Uint8Array.of(messageType === 'commit' ? 2 : 1),
      content,
    ]),
  ).toString('hex')
}

export function sha256(bytes: Uint8Array): Buffer {
  return createHash('sha256').update(bytes).digest()
}

function uint64(value: number): Buffer {
  const bytes = Buffer.alloc(8)
  bytes.writeBigUInt64BE(BigInt(value))
  return bytes
}
