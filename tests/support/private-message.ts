import { randomBytes } from 'node:crypto'
import { concat, lengthHeader, opaque, u16, u64, u8 } from '../../src/mls/wire/writer.js'

/**
 * An MLSMessage of about `bytes` bytes with a PrivateMessage (RFC 9420 §6.3) of content type application
 * in epoch `epoch`, which nobody can decrypt.
 */
export function privateMessage(groupId: Uint8Array, bytes: number, epoch = 0): Buffer {
  const head = concat([
    u16(1),
    u16(2),
    opaque(groupId),
    u64(epoch),
    u8(1),
    u8(0),
    opaque(randomBytes(28)),
  ])
  const left = Math.max(0, bytes - head.length - 2)
  return Buffer.concat([head, lengthHeader(left), randomBytes(left)])
}
