import { BrokenLog } from '../errors.js'
import { concat, fromHex, hex, sha256 } from '../lib/bytes.js'
import type { MessageView } from '../lexicon/types/blue/catbird/mls/defs.js'

/**
 * Checks that an entry is the next link of the conversation's chain: hash = SHA-256(previousHash ‖
 * uint64 seq ‖ uint64 generation ‖ uint64 epoch ‖ uint8 kind ‖ SHA-256(ciphertext)), integers
 * big-endian, kind 1 application, 2 commit. Without `previous` the entry's own claim is the anchor.
 */
export async function checkLink(entry: MessageView, previous: string | undefined): Promise<void> {
  const bad = (what: string) => new BrokenLog(entry.convoId, entry.seq, what)
  if (previous !== undefined && entry.previousHash !== previous) throw bad('previousHash')
  const { ciphertext, contentHash } = entry
  if (ciphertext === undefined && contentHash === undefined) throw bad('no content, no hash of it')
  const content = ciphertext === undefined ? hashBytes(contentHash) : await sha256(ciphertext)
  const before = hashBytes(entry.previousHash)
  if (before === undefined || content === undefined) throw bad('not a hash')
  const numbers = new DataView(new ArrayBuffer(25))
  numbers.setBigUint64(0, BigInt(entry.seq))
  numbers.setBigUint64(8, BigInt(entry.generation))
  numbers.setBigUint64(16, BigInt(entry.epoch))
  numbers.setUint8(24, entry.messageType === 'commit' ? 2 : 1)
  const hash = hex(await sha256(concat(before, new Uint8Array(numbers.buffer), content)))
  if (hash !== entry.hash) throw bad('hash')
}

function hashBytes(text: string | undefined): Uint8Array | undefined {
  return text !== undefined && /^[0-9a-f]{64}$/.test(text) ? fromHex(text) : undefined
}
