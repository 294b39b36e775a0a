import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { MAX_TOKEN_CHARS, parseJwt } from '../../../src/auth/jwt.js'
import { BadJwtError } from '../../../src/errors.js'

const header = encode('{"alg":"ES256K"}')
const payload = encode('{"iss":"did:plc:x"}')
const signature = Buffer.alloc(64, 7).toString('base64url')

describe('parseJwt', () => {
  it('takes a token apart', () => {
    const jwt = parseJwt(`${header}.${payload}.${signature}`)
    expect(jwt.header).toEqual({ alg: 'ES256K' })
    expect(jwt.claims).toEqual({ iss: 'did:plc:x' })
    expect(Buffer.from(jwt.signed).toString()).toBe(`${header}.${payload}`)
    expect(Buffer.from(jwt.signature)).toEqual(Buffer.alloc(64, 7))
  })

  it.each([
    ['nothing', ''],
    ['one part', header],
    ['two parts', `${header}.${payload}`],
    ['four parts', `${header}.${payload}.${signature}.${signature}`],
    ['an empty header', `.${payload}.${signature}`],
    ['an empty payload', `${header}..${signature}`],
    ['an empty signature', `${header}.${payload}.`],
    ['padding', `${header}=.${payload}.${signature}`],
    ['padding of the signature', `${header}.${payload}.${signature}==`],
    ['plain base64', `${header}.${payload}.${Buffer.alloc(64, 0xff).toString('base64')}`],
    ['white space', `${header}.${payload}.${signature} `],
    [
      'a line break in the middle',
      `${header}.${payload.slice(0, 4)}\n${payload.slice(4)}.${signature}`,
    ],
    ['a character beyond ASCII', `${header}.${payload}.${signature.slice(1)}é`],
    ['bits left over', `${header}.${payload}.${signature.slice(0, -1)}x`],
    ['a length that no bytes have', `${header}.${payload}.${signature}AAA`],
    ['a header that is no JSON', `${encode('{')}.${payload}.${signature}`],
    ['a payload that is no JSON', `${header}.${encode('iss')}.${signature}`],
    ['a payload that is not UTF-8', `${header}.${encode('{"a":"\xff"}', 'latin1')}.${signature}`],
    ['a byte order mark', `${header}.${encode('\ufeff{}')}.${signature}`],
    ['an array', `${header}.${encode('[]')}.${signature}`],
    ['null', `${encode('null')}.${payload}.${signature}`],
    ['a string', `${encode('"ES256K"')}.${payload}.${signature}`],
    ['brackets that never close', `${header}.${encode('['.repeat(5000))}.${signature}`],
  ])('refuses %s', (_, token) => {
    expect(() => parseJwt(token)).toThrow(BadJwtError)
  })

  it('takes a token of the greatest length, and none longer', () => {
    const room = MAX_TOKEN_CHARS - `${header}..${signature}`.length
    const padded = `{"a":"${'x'.repeat((room / 4) * 3 - 8)}"}`
    const token = `${header}.${encode(padded)}.${signature}`
    expect(token).toHaveLength(MAX_TOKEN_CHARS)
    expect(parseJwt(token).claims).toHaveProperty('a')
    expect(() => parseJwt(`${token}A`)).toThrow('longer than')
  })

  it('does not let a payload reach the prototype', () => {
    const { claims } = parseJwt(`${header}.${encode('{"__proto__":{"iss":"x"}}')}.${signature}`)
    expect(claims.iss).toBeUndefined()
    expect(({} as Record<string, unknown>).iss).toBeUndefined()
  })

  it('answers anything with a value or a BadJwt, never with another error', () => {
    const part = fc.oneof(
      fc.constantFrom(header, payload, signature, ''),
      fc.string(),
      fc.json().map((json) => encode(json)),
      fc.base64String(),
    )
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.array(part, { maxLength: 5 }).map((parts) => parts.join('.')),
    )
    let taken = 0
    fc.assert(
      fc.property(text, (token) => {
        try {
          parseJwt(token)
          taken += 1
        } catch (error) {
          expect(error).toBeInstanceOf(BadJwtError)
        }
      }),
      { numRuns: 3000 },
    )
    expect(taken).toBeGreaterThan(0)
  })

  it('reads every accepted token in one way only', () => {
    fc.assert(
      fc.property(fc.object(), fc.uint8Array({ minLength: 1, maxLength: 80 }), (claims, bytes) => {
        const token = `${header}.${encode(JSON.stringify(claims))}.${Buffer.from(bytes).toString('base64url')}`
        const jwt = parseJwt(token)
        const again = `${Buffer.from(jwt.signed).toString()}.${Buffer.from(jwt.signature).toString('base64url')}`
        expect(again).toBe(token)
      }),
    )
  })
})

function encode(text: string, encoding: BufferEncoding = 'utf8'): string {
  return Buffer.from(text, encoding).toString('base64url')
}
