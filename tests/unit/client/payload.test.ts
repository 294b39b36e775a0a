import fc from 'fast-check'
import { expect, test } from 'vitest'
import { paddedLength } from '../../../packages/client/src/convo/padding.js'
import {
  PAYLOAD_BYTES,
  readPayload,
  writePayload,
} from '../../../packages/client/src/convo/payload.js'
import type { Payload } from '../../../packages/client/src/convo/payload.js'

const HASH = 'ab'.repeat(32)

test.each<Payload>([
  { type: 'text', text: 'hello' },
  { type: 'text', text: 'yes', to: 'an id' },
  { type: 'data', name: 'com.example.poll', data: { options: [1, 2] } },
  { type: 'metadataKey', key: HASH },
  { type: 'typing', typing: true },
  { type: 'read', seq: 7 },
])('$type is read as it was written', (payload) => {
  const log = { seq: 3, hash: HASH }
  expect(readPayload(writePayload(payload, log))).toEqual({ payload, log })
})

test('what no client of this version writes is unknown, and never throws', () => {
  const unknown = { payload: { type: 'unknown' } }
  const read = (value: unknown) => readPayload(Buffer.from(JSON.stringify(value)))
  expect(read({ v: 1, type: 'text', text: 5 })).toEqual(unknown)
  expect(read({ v: 2, type: 'text', text: 'x' })).toEqual(unknown)
  expect(read({ v: 1, type: 'metadataKey', key: 'short' })).toEqual(unknown)
  expect(read({ v: 1, type: 'read', seq: 1.5 })).toEqual(unknown)
  expect(read([1])).toEqual(unknown)
  expect(read({ v: 1, type: 'typing', typing: true, log: { seq: 'x', hash: HASH } })).toEqual({
    payload: { type: 'typing', typing: true },
  })
  fc.assert(
    fc.property(fc.uint8Array(), (bytes) => {
      expect(readPayload(bytes).payload.type).toBe('unknown')
    }),
  )
})

test('what is too long is refused before it is encrypted', () => {
  const text = 'x'.repeat(PAYLOAD_BYTES)
  expect(() => writePayload({ type: 'text', text }, undefined)).toThrow(/at most/)
})

test('padding tells the size in steps, costs an eighth at most, and is never less', () => {
  expect([0, 1, 256, 257, 4096].map(paddedLength)).toEqual([256, 256, 256, 512, 4096])
  fc.assert(
    fc.property(fc.integer({ min: 4097, max: PAYLOAD_BYTES }), (bytes) => {
      const padded = paddedLength(bytes)
      expect(padded).toBeGreaterThanOrEqual(bytes)
      expect(padded).toBeLessThanOrEqual(bytes * 1.125)
    }),
  )
  const lengths = new Set(Array.from({ length: 60_000 }, (_, bytes) => paddedLength(bytes)))
  expect(lengths.size).toBeLessThan(50)
})
