import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import type { MessageView } from '../../../src/lexicon/types/blue/catbird/mls/defs.js'
import { checkChain, entryHash, NO_ENTRY_BEFORE } from '../../support/client-log.js'
import { latencyOf } from '../../support/figures.js'
import { Lane } from '../../../packages/conformance/src/lib/lane.js'

describe('the check of a log', () => {
  it('hashes as the contract says', () => {
    const entry = entryOf(1, 'commit', new Uint8Array([1, 2, 3]), NO_ENTRY_BEFORE)
    // previousHash, seq 1, generation 0, epoch 7, kind 2 and the hash of the content, in one string.
    const content = createHash('sha256')
      .update(new Uint8Array([1, 2, 3]))
      .digest('hex')
    const bytes = `${'00'.repeat(32)}0000000000000001${'00'.repeat(8)}000000000000000702${content}`
    const expected = createHash('sha256').update(Buffer.from(bytes, 'hex')).digest('hex')
    expect(entryHash(NO_ENTRY_BEFORE, entry)).toBe(expected)
  })

  it('follows the hashes also where retention has removed a ciphertext', () => {
    const [first, second] = logOf(2)
    const hidden: MessageView = {
      ...first!,
      ciphertext: undefined,
      contentHash: createHash('sha256').update(first!.ciphertext!).digest('hex'),
    }
    expect(checkChain([hidden, second!])).toBe(second!.hash)
  })

  it('finds a gap, a changed content, another order and a forked chain', () => {
    const [a, b, c] = logOf(3)
    expect(checkChain([a!, b!, c!], NO_ENTRY_BEFORE)).toBe(c!.hash)
    expect(checkChain([b!, c!])).toBe(c!.hash)
    expect(() => checkChain([a!, c!])).toThrow(/seq 3 where 2/)
    expect(() => checkChain([a!, { ...b!, ciphertext: new Uint8Array(1) }])).toThrow(/wrong hash/)
    expect(() => checkChain([a!, { ...b!, epoch: 8 }])).toThrow(/wrong hash/)
    expect(() => checkChain([a!, { ...b!, messageType: 'commit' }])).toThrow(/wrong hash/)
    const forked = entryOf(2, 'application', new Uint8Array(2), 'ab'.repeat(32))
    expect(() => checkChain([a!, forked])).toThrow(/broken before seq 2/)
    expect(() => checkChain([b!], a!.previousHash)).toThrow(/broken before seq 2/)
  })
})

describe('the small tools', () => {
  it('a lane runs one after another, and goes on after a failure', async () => {
    const lane = new Lane()
    const seen: string[] = []
    const slow = lane.run(async () => {
      await new Promise((resolve) => setImmediate(resolve))
      seen.push('slow')
      throw new Error('no')
    })
    const quick = lane.run(async () => seen.push('quick'))
    await expect(slow).rejects.toThrow('no')
    await quick
    expect(seen).toEqual(['slow', 'quick'])
  })

  it('latencies are of answered calls of one method, taken at their rank', () => {
    const calls = Array.from({ length: 100 }, (_, i) => ({
      method: i === 99 ? 'other' : 'sendMessage',
      status: i === 0 ? 409 : 200,
      ms: 100 - i,
      bytes: 0,
    }))
    expect(latencyOf(calls, 'sendMessage')).toEqual({ count: 98, p50: 50, p99: 99 })
  })
})

function logOf(length: number): MessageView[] {
  const entries: MessageView[] = []
  for (let seq = 1; seq <= length; seq++) {
    const previous = entries.at(-1)?.hash ?? NO_ENTRY_BEFORE
    entries.push(entryOf(seq, 'application', new Uint8Array([seq]), previous))
  }
  return entries
}

function entryOf(
  seq: number,
  messageType: string,
  ciphertext: Uint8Array,
  previousHash: string,
): MessageView {
  const entry: MessageView = {
    id: `0000000000000000000000000${seq}`,
    convoId: 'ab'.repeat(16),
    seq,
    messageType,
    generation: 0,
    epoch: 7,
    ciphertext,
    previousHash,
    hash: '',
    createdAt: '2026-01-01T00:00:00.000Z',
  }
  return { ...entry, hash: entryHash(previousHash, entry) }
}
