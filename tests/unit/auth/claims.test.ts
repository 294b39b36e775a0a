import { describe, expect, it } from 'vitest'
import { checkClaims, type ClaimRules } from '../../../src/auth/claims.js'
import type { Did } from '../../../src/lib/ids.js'
import { randomPlcDid } from '../../support/plc.js'

const nowMs = 1_800_000_000_000
const now = nowMs / 1000
const rules: ClaimRules = {
  serviceDid: 'did:web:mls.test' as Did,
  lxm: 'blue.catbird.mls.getConvos',
  enforceJti: true,
  nowMs,
}
const good = {
  iss: randomPlcDid(),
  aud: 'did:web:mls.test',
  lxm: 'blue.catbird.mls.getConvos',
  iat: now,
  exp: now + 60,
  jti: 'once',
}

describe('checkClaims, good tokens', () => {
  it('gives what the service acts on', () => {
    expect(checkClaims({ ...good, nonce: 'x', scope: 7 }, rules)).toEqual({
      iss: good.iss,
      iat: good.iat,
      exp: good.exp,
      jti: 'once',
    })
  })

  it.each([
    ['the service fragment in aud', { aud: 'did:web:mls.test#atproto_mls' }],
    ['sub that is iss', { sub: good.iss }],
    ['no iat', { iat: undefined }],
    ['iat as late as the skew allows', { iat: now + 60 }],
    ['exp as late as the skew allows', { exp: now + 3660 }],
    ['exp as early as the skew allows', { exp: now - 59 }],
    ['nbf as late as the skew allows', { nbf: now + 60 }],
    ['a did:web', { iss: 'did:web:alice.test' }],
    ['a jti of 128 bytes', { jti: 'é'.repeat(64) }],
  ])('takes %s', (_, claims) => {
    expect(checkClaims({ ...good, ...claims }, rules)).toMatchObject({ exp: expect.any(Number) })
  })

  it('takes any lxm and any jti where they are not enforced', () => {
    const lax = { ...rules, lxm: undefined, enforceJti: false }
    const without = { iss: good.iss, aud: good.aud, iat: good.iat, exp: good.exp }
    expect(checkClaims(without, lax)).toEqual({ iss: good.iss, iat: good.iat, exp: good.exp })
  })
})

describe('checkClaims, bad tokens', () => {
  it.each<[string, Record<string, unknown>, string]>([
    ['no aud', { aud: undefined }, 'BadJwtAudience'],
    ['another aud', { aud: 'did:web:other.test' }, 'BadJwtAudience'],
    ['another fragment', { aud: 'did:web:mls.test#atproto_pds' }, 'BadJwtAudience'],
    ['an aud that begins the same', { aud: 'did:web:mls.test.evil' }, 'BadJwtAudience'],
    ['an aud in capitals', { aud: 'did:web:MLS.test' }, 'BadJwtAudience'],
    ['a list of auds', { aud: ['did:web:mls.test'] }, 'BadJwtAudience'],
    ['no lxm', { lxm: undefined }, 'BadJwtLexiconMethod'],
    ['another lxm', { lxm: 'blue.catbird.mls.getConvo' }, 'BadJwtLexiconMethod'],
    ['an lxm in capitals', { lxm: 'blue.catbird.mls.GETCONVOS' }, 'BadJwtLexiconMethod'],
    ['any method at once', { lxm: '*' }, 'BadJwtLexiconMethod'],
    ['a list of lxms', { lxm: ['blue.catbird.mls.getConvos'] }, 'BadJwtLexiconMethod'],
    ['no exp', { exp: undefined }, 'BadJwtExpiry'],
    ['exp as text', { exp: String(now + 60) }, 'BadJwtExpiry'],
    ['exp with a fraction', { exp: now + 60.5 }, 'BadJwtExpiry'],
    ['exp that is no number', { exp: null }, 'BadJwtExpiry'],
    ['exp beyond an hour', { exp: now + 3661 }, 'BadJwtExpiry'],
    ['exp beyond all times', { exp: Number.MAX_SAFE_INTEGER }, 'BadJwtExpiry'],
    ['exp beyond whole numbers', { exp: 2 ** 53 }, 'BadJwtExpiry'],
    ['exp just past the skew', { exp: now - 60 }, 'JwtExpired'],
    ['exp long past', { exp: 0 }, 'JwtExpired'],
    ['exp before time', { exp: -1 }, 'JwtExpired'],
    ['iat in the future', { iat: now + 61 }, 'BadJwtIssuedAt'],
    ['iat as text', { iat: String(now) }, 'BadJwtIssuedAt'],
    ['iat with a fraction', { iat: now - 0.5 }, 'BadJwtIssuedAt'],
    ['iat null', { iat: null }, 'BadJwtIssuedAt'],
    ['nbf in the future', { nbf: now + 61 }, 'BadJwt'],
    ['nbf as text', { nbf: 'soon' }, 'BadJwt'],
    ['no iss', { iss: undefined }, 'BadJwtIss'],
    ['iss as a number', { iss: 7 }, 'BadJwtIss'],
    ['iss with a fragment', { iss: `${good.iss}#atproto` }, 'BadJwtIss'],
    ['iss with a query', { iss: `${good.iss}?x` }, 'BadJwtIss'],
    ['iss with a path', { iss: 'did:web:alice.test:path' }, 'BadJwtIss'],
    ['iss in capitals', { iss: good.iss.toUpperCase() }, 'BadJwtIss'],
    ['a host in capitals', { iss: 'did:web:Alice.test' }, 'BadJwtIss'],
    ['a dot at the end', { iss: 'did:web:alice.test.' }, 'BadJwtIss'],
    ['a percent escape', { iss: 'did:web:alice%2Etest' }, 'BadJwtIss'],
    [
      'a did:key',
      { iss: 'did:key:zQ3shokFTS3brHcDQrn82RUDfCZESWL1ZdCEJwekUDPQiYBme' },
      'BadJwtIss',
    ],
    ['a handle', { iss: 'alice.test' }, 'BadJwtIss'],
    ['sub of another', { sub: randomPlcDid() }, 'BadJwtIss'],
    ['sub null', { sub: null }, 'BadJwtIss'],
    ['no jti', { jti: undefined }, 'BadJwtId'],
    ['an empty jti', { jti: '' }, 'BadJwtId'],
    ['a jti of 129 bytes', { jti: 'x'.repeat(129) }, 'BadJwtId'],
    ['a jti of 65 letters with 130 bytes', { jti: 'é'.repeat(65) }, 'BadJwtId'],
    ['a jti as a number', { jti: 7 }, 'BadJwtId'],
  ])('refuses %s', (_, claims, error) => {
    expect(failure(() => checkClaims({ ...good, ...claims }, rules))).toEqual([401, error])
  })
})

function failure(check: () => unknown): [number, string] {
  try {
    check()
  } catch (error) {
    const { statusCode, payload } = error as { statusCode: number; payload: { error: string } }
    return [statusCode, payload.error]
  }
  return [200, 'accepted']
}
