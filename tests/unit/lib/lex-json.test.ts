import { lexToJson } from '@atproto/lexicon'
import { describe, expect, test } from 'vitest'
import { stringifyLexJson } from '../../../src/lib/lex-json.js'
import { Random } from '../../support/random.js'

describe('a value is written as the library writes it', () => {
  test.each([
    ['without bytes', { a: [1, 'x', null, true, { b: {} }], c: [] }],
    ['with what is undefined', { a: undefined, b: [{ c: undefined, d: 1 }] }],
    ['with bytes deep down', { a: [{ b: [new Uint8Array([1, 2, 3])] }], c: 'after' }],
    ['bytes alone', new Uint8Array([255])],
    ['text that needs escapes', { a: '"\\\u2028\u0000', b: '🦜' }],
    ['null', null],
  ])('%s', (_what, value) => {
    expect(stringifyLexJson(value)).toBe(JSON.stringify(lexToJson(value)))
  })

  test('bytes of any length, also as a part of a larger buffer', () => {
    const seed = Random.seed()
    console.log(`MLS_SEED=${seed}`)
    const random = new Random(seed)
    const pool = Buffer.from(Array.from({ length: 300 }, () => random.int(256)))
    for (let length = 0; length < 200; length++) {
      const start = random.int(100)
      const value = { ciphertext: pool.subarray(start, start + length) }
      expect(stringifyLexJson(value), `${length}`).toBe(JSON.stringify(lexToJson(value)))
    }
  })
})

test('leaves what it is given as it was', () => {
  const value = { a: [{ bytes: new Uint8Array([1]) }], b: { c: 1 } }
  stringifyLexJson(value)
  expect(value).toEqual({ a: [{ bytes: new Uint8Array([1]) }], b: { c: 1 } })
})
