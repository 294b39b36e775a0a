import { Lexicons, type LexiconDoc } from '@atproto/lexicon'
import { describe, expect, it } from 'vitest'
import { schemas } from '../../../src/lexicon/lexicons.js'
import { bodyLimit } from '../../../src/server/body-limits.js'

const MIB = 1024 * 1024

describe('bodyLimit', () => {
  const lexicons = new Lexicons(schemas)
  const limitOf = (name: string) => bodyLimit(lexicons, `blue.catbird.mls.${name}`)

  it('exists for every procedure', () => {
    const procedures = schemas.filter(
      ({ defs }) => 'main' in defs && defs.main.type === 'procedure',
    )
    expect(procedures.length).toBeGreaterThan(10)
    for (const { id } of procedures) expect(bodyLimit(lexicons, id)).toBeGreaterThanOrEqual(0)
  })

  it('is the base64 of the largest input, and a little', () => {
    const message = (4 / 3) * 262_144
    expect(limitOf('sendMessage')).toBeGreaterThan(message + 1000)
    expect(limitOf('sendMessage')).toBeLessThan(message + 16_384)
    expect(limitOf('submitCommit')).toBeGreaterThan(16 * MIB)
    expect(limitOf('submitCommit')).toBeLessThan(16 * MIB + 16_384)
    expect(limitOf('publishKeyPackages')).toBeGreaterThan((100 * 65_536 * 4) / 3)
    expect(limitOf('updateCursor')).toBeLessThan(8192)
  })

  it('is nothing for a query', () => {
    expect(limitOf('getConvos')).toBe(0)
  })

  it('takes the longest string in its longest spelling', () => {
    const limit = bodyLimit(lexiconsWith({ type: 'string', maxLength: 1000 }), 'com.example.put')
    const body = JSON.stringify({ field: '\0'.repeat(1000) })
    expect(body.length).toBeGreaterThan(6000)
    expect(limit).toBeGreaterThan(body.length)
  })

  it.each([
    ['a string without a length', { type: 'string' }, /com\.example\.put\.field.*maxLength/],
    ['an unknown', { type: 'unknown' }, /type unknown/],
    ['a field inside itself', { type: 'ref', ref: '#self' }, /without an end/],
  ])('refuses a lexicon with %s', (_name, field, message) => {
    expect(() => bodyLimit(lexiconsWith(field), 'com.example.put')).toThrow(message)
  })
})

function lexiconsWith(field: object): Lexicons {
  const object = { type: 'object', properties: { field } }
  return new Lexicons([
    {
      lexicon: 1,
      id: 'com.example.put',
      defs: {
        main: { type: 'procedure', input: { encoding: 'application/json', schema: object } },
        self: { type: 'object', properties: { self: { type: 'ref', ref: '#self' } } },
      },
    } as unknown as LexiconDoc,
  ])
}
