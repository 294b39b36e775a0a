import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import { chainHash, FIRST_PREVIOUS_HASH, sha256 } from '../../../src/convo/hash-chain.js'
import type { Epoch, Seq } from '../../../src/lib/ids.js'

test('is SHA-256 over previous hash, seq, generation, epoch, kind and content hash', () => {
  const contentHash = sha256(Buffer.from('ciphertext'))
  const hash = chainHash(FIRST_PREVIOUS_HASH, {
    seq: 0x0102030405 as Seq,
    generation: 7,
    epoch: 0x10_0000_0001 as Epoch,
    kind: 2,
    contentHash,
  })
  // Written out, so that a slip in the order or the width of a field is seen.
  const preimage = [
    '00'.repeat(32),
    '0000000102030405',
    '0000000000000007',
    '0000001000000001',
    '02',
    createHash('sha256').update('ciphertext').digest('hex'),
  ].join('')
  const expected = createHash('sha256').update(Buffer.from(preimage, 'hex')).digest('hex')
  expect(Buffer.from(hash).toString('hex')).toBe(expected)
})
