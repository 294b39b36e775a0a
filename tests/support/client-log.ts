import { createHash } from 'node:crypto'
import type { MessageView } from '../../src/lexicon/types/blue/catbird/mls/defs.js'

/** `previousHash` of the first entry of a conversation. */
export const NO_ENTRY_BEFORE = '00'.repeat(32)

/**
 * The hash that an entry must have after `previousHash`, as a client computes it from the contract
 * (invariant 10), with no code of the service's: SHA-256(previousHash ‖ uint64 seq ‖ uint64
 * generation ‖ uint64 epoch ‖ uint8 kind ‖ SHA-256(ciphertext)).
 */
export function entryHash(previousHash: string, entry: MessageView): string {
  const content =
    entry.ciphertext === undefined
      ? Buffer.from(entry.contentHash ?? '', 'hex')
      : createHash('sha256').update(entry.ciphertext).digest()
  return createHash('sha256')
    .update(Buffer.from(previousHash, 'hex'))
    .update(uint64(entry.seq))
    .update(uint64(entry.generation))
    .update(uint64(entry.epoch))
    .update(Uint8Array.of(entry.messageType === 'commit' ? 2 : 1))
    .update(content)
    .digest('hex')
}

/**
 * Checks that a run of the log has no gap and that its hashes form one chain from its first
 * `previousHash` on, or throws; answers the last hash.
 */
export function checkChain(run: MessageView[], anchor = run[0]?.previousHash): string | undefined {
  let last = anchor
  for (const [index, entry] of run.entries()) {
    const expectedSeq = (run[0]?.seq ?? 0) + index
    if (entry.seq !== expectedSeq) throw new Error(`seq ${entry.seq} where ${expectedSeq} belongs`)
    if (last !== undefined && entry.previousHash !== last) {
      throw new Error(`the chain is broken before seq ${entry.seq}`)
    }
    last = entryHash(entry.previousHash, entry)
    if (entry.hash !== last) throw new Error(`wrong hash at seq ${entry.seq}`)
  }
  return last
}

function uint64(value: number): Buffer {
  const bytes = Buffer.alloc(8)
  bytes.writeBigUInt64BE(BigInt(value))
  return bytes
}
