import { describe, expect, test } from 'vitest'
import { Malformed } from '../../../src/mls/wire/malformed.js'
import { Reader } from '../../../src/mls/wire/reader.js'
import { lengthHeader, u64 } from '../../../src/mls/wire/writer.js'
import { fromHex, readVectors, toHex } from './vectors.js'

describe('length headers', () => {
  const vectors = readVectors<{ vlbytes_header: string; length: number }>('deserialization')

  test.each(vectors)('$vlbytes_header is $length', ({ vlbytes_header, length }) => {
    expect(toHex(lengthHeader(length))).toBe(vlbytes_header)
    if (length < 1_000_000) {
      const bytes = Buffer.concat([fromHex(vlbytes_header), new Uint8Array(length)])
      const r = new Reader(bytes)
      expect(r.opaque(length, 'it').length).toBe(length)
      expect(r.done).toBe(true)
    }
  })

  test.each([
    ['4000', 'lengthHeaderIsShortest'],
    ['403f', 'lengthHeaderIsShortest'],
    ['80003fff', 'lengthHeaderIsShortest'],
    ['c000000000000000', 'lengthHeaderIsValid'],
    ['40', 'complete'],
    ['800040', 'complete'],
    ['05aabbccdd', 'complete'],
    ['', 'complete'],
  ])('%s is refused by %s', (bytes, rule) => {
    expect(ruleOf(() => new Reader(fromHex(bytes)).opaque(100_000, 'it'))).toBe(rule)
  })
})

test('a vector does not read beyond its end', () => {
  const inner = new Reader(fromHex('020102ff')).vector()
  expect(inner.u16()).toBe(0x0102)
  expect(inner.done).toBe(true)
  expect(ruleOf(() => inner.u8())).toBe('complete')
})

test('a list ends at its limit', () => {
  const list = () => new Reader(fromHex('03010203')).list(3, 'numbers', (r) => r.u8())
  expect(list()).toEqual([1, 2, 3])
  const short = () => new Reader(fromHex('03010203')).list(2, 'numbers', (r) => r.u8())
  expect(ruleOf(short)).toBe('countWithinLimit')
})

test.each([0, 1, 2 ** 32 - 1, 2 ** 32, 2 ** 53 - 1])('uint64 %d comes back', (value) => {
  expect(new Reader(u64(value)).u64()).toBe(value)
})

test('a uint64 above 2^53 - 1 stays above it', () => {
  expect(new Reader(fromHex('0020000000000001')).u64()).toBeGreaterThan(Number.MAX_SAFE_INTEGER)
})

function ruleOf(read: () => unknown): string | undefined {
  try {
    read()
  } catch (thrown) {
    return thrown instanceof Malformed ? thrown.fault.rule : String(thrown)
  }
  return undefined
}
