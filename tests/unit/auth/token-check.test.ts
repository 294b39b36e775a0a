import { beforeEach, describe, expect, it } from 'vitest'
import { mintDevelopmentToken } from '../../../src/auth/development-token.js'
import { createAuth, type AuthOptions, type VerifierContext } from '../../../src/auth/index.js'
import { createAllowances } from '../../../src/backend/allowances.js'
import type { Backend } from '../../../src/backend/backend.js'
import { createMemoryBackend } from '../../../src/backend/memory-backend.js'
import { DidResolutionFailedError, ServiceUnavailableError } from '../../../src/errors.js'
import { DocumentCache } from '../../../src/identity/document-cache.js'
import { signingKeyOf } from '../../../src/identity/public-key.js'
import type { Did } from '../../../src/lib/ids.js'
import { createAccountLimits } from '../../../src/limits/account-limits.js'
import { backendWith } from '../../support/backend-with.js'
import { accountDocument } from '../../support/did-document.js'
import { randomPlcDid } from '../../support/plc.js'
import {
  createKeypair,
  signToken,
  tokenBody,
  withHighS,
  type TestKeypair,
  type TokenAlg,
  type TokenClaims,
} from '../../support/tokens.js'

const aud = 'did:web:mls.test' as Did
const lxm = 'blue.catbird.mls.getConvos'
const secret = 'only for development, and long enough'

/** A service with a clock of its own, and one account whose key it looks up. */
class Service {
  readonly did = randomPlcDid()
  nowMs = 1_800_000_000_000
  lookups = 0
  keypair!: TestKeypair
  documentWithoutKey = false
  backend: Backend = createMemoryBackend({ now: () => this.nowMs })
  readonly cache = new DocumentCache(
    async (did) => {
      this.lookups += 1
      const key = signingKeyOf(accountDocument(did, this.keypair))
      return { did, ...(key && !this.documentWithoutKey && { signingKey: key }) }
    },
    () => this.nowMs,
  )

  async rotate(alg: TokenAlg): Promise<void> {
    this.keypair = await createKeypair(alg)
  }

  async check(token: string, options: Partial<AuthOptions> = {}, nsid = lxm): Promise<string> {
    const auth = createAuth({
      serviceDid: aud,
      enforceLxm: true,
      enforceJti: true,
      jtiTtlSeconds: 120,
      identity: {
        resolve: (did) => this.cache.get(did),
        resolveAnew: (did) => this.cache.getAnew(did),
      },
      backend: this.backend,
      now: () => this.nowMs,
      ...options,
    })
    const headers = { authorization: `Bearer ${token}` }
    const req = { url: `/xrpc/${nsid}`, headers } as VerifierContext['req']
    return (await auth.account({ req })).credentials.did
  }

  token(claims: TokenClaims = {}, header?: Record<string, unknown>): Promise<string> {
    return this.tokenBy(this.keypair, claims, header)
  }

  tokenBy(keypair: TestKeypair, claims: TokenClaims = {}, header?: Record<string, unknown>) {
    const iat = Math.floor(this.nowMs / 1000)
    const fresh = { iss: this.did, aud, lxm, iat, exp: iat + 60 }
    return signToken(keypair, { ...fresh, ...claims }, header)
  }
}

let service: Service
beforeEach(async () => {
  service = new Service()
  await service.rotate('ES256K')
  service.nowMs += 5000
})

describe('a token', () => {
  it.each(['ES256K', 'ES256'] as const)('by %s is good for its account', async (alg) => {
    await service.rotate(alg)
    expect(await service.check(await service.token())).toBe(service.did)
  })

  it('is good with the kid #atproto, and with no type', async () => {
    expect(await service.check(await service.token({}, { kid: '#atproto' }))).toBe(service.did)
    expect(await service.check(await service.token({}, { typ: undefined }))).toBe(service.did)
  })

  it.each<[string, Record<string, unknown>, string]>([
    ['alg none', { alg: 'none' }, 'BadJwtAlgorithm'],
    ['alg NONE', { alg: 'NONE' }, 'BadJwtAlgorithm'],
    ['no alg', { alg: undefined }, 'BadJwtAlgorithm'],
    ['alg RS256', { alg: 'RS256' }, 'BadJwtAlgorithm'],
    ['alg EdDSA', { alg: 'EdDSA' }, 'BadJwtAlgorithm'],
    ['alg HS256, with no secret set', { alg: 'HS256' }, 'BadJwtAlgorithm'],
    ['alg es256k', { alg: 'es256k' }, 'BadJwtAlgorithm'],
    ['a list of algs', { alg: ['ES256K'] }, 'BadJwtAlgorithm'],
    ['the alg of the other curve', { alg: 'ES256' }, 'BadJwtAlgorithm'],
    ['the kid of another key', { kid: '#atproto_label' }, 'BadJwtKey'],
    ['an empty kid', { kid: '' }, 'BadJwtKey'],
    ['the type of an OAuth token', { typ: 'at+jwt' }, 'BadJwtType'],
    ['the type of a DPoP proof', { typ: 'dpop+jwt' }, 'BadJwtType'],
    ['a type that is no text', { typ: 7 }, 'BadJwtType'],
    ['critical extensions', { crit: ['exp'] }, 'BadJwt'],
  ])('is refused with %s', async (_, header, error) => {
    await expect(service.check(await service.token({}, header))).rejects.toMatchObject({
      statusCode: 401,
      error,
      payload: { error },
    })
  })

  it('is refused when its claims are, before anything is looked up', async () => {
    const tokens = [
      service.token({ aud: 'did:web:other.test' }),
      service.token({ lxm: undefined }),
      service.token({ exp: 0 }),
      service.token({ jti: undefined }),
      service.token({ iss: 'did:key:zQ3sh' }),
    ]
    for (const token of tokens) {
      await expect(service.check(await token)).rejects.toMatchObject({ statusCode: 401 })
    }
    expect(service.lookups).toBe(0)
  })

  it('is refused by an issuer without a key', async () => {
    service.documentWithoutKey = true
    await expect(service.check(await service.token())).rejects.toMatchObject({ error: 'BadJwtKey' })
  })

  it('is refused for another method than its own, for every method', async () => {
    for (const nsid of ['blue.catbird.mls.sendMessage', 'blue.catbird.mls.subscribeConvoEvents']) {
      await expect(service.check(await service.token(), {}, nsid)).rejects.toMatchObject({
        error: 'BadJwtLexiconMethod',
      })
      expect(await service.check(await service.token({ lxm: nsid }), {}, nsid)).toBe(service.did)
    }
  })

  it('whose issuer cannot be resolved is neither good nor bad', async () => {
    const identity = {
      resolve: () => Promise.reject(new DidResolutionFailedError('gone')),
      resolveAnew: () => Promise.reject(new DidResolutionFailedError('gone')),
    }
    await expect(service.check(await service.token(), { identity })).rejects.toMatchObject({
      statusCode: 502,
    })
  })
})

describe('a token is good once', () => {
  it('when it comes again', async () => {
    const token = await service.token()
    await service.check(token)
    await expect(service.check(token)).rejects.toMatchObject({ error: 'ReplayedToken' })
  })

  it('when many come together', async () => {
    const token = await service.token()
    const results = await Promise.allSettled(Array.from({ length: 50 }, () => service.check(token)))
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    for (const result of results) {
      if (result.status === 'rejected') {
        expect(result.reason).toMatchObject({ statusCode: 401, error: 'ReplayedToken' })
      }
    }
  })

  it('when another token has its jti, but not when another account has', async () => {
    await service.check(await service.token({ jti: 'same' }))
    await expect(service.check(await service.token({ jti: 'same' }))).rejects.toMatchObject({
      error: 'ReplayedToken',
    })
    const other = randomPlcDid()
    expect(await service.check(await service.token({ jti: 'same', iss: other }))).toBe(other)
  })

  it('when its signature is written in the other way', async () => {
    const token = await service.token()
    await expect(service.check(withHighS(token, 'ES256K'))).rejects.toMatchObject({
      error: 'BadJwtSignature',
    })
    await service.check(token)
  })

  it('until it has expired, and at least as long as is set', async () => {
    const token = await service.token({ jti: 'long', exp: service.nowMs / 1000 + 3600 })
    const brief = await service.token({ jti: 'brief', exp: service.nowMs / 1000 - 50 })
    await service.check(token)
    await service.check(brief)
    service.nowMs += 100_000
    await expect(service.check(await service.token({ jti: 'brief' }))).rejects.toMatchObject({
      error: 'ReplayedToken',
    })
    service.nowMs += 30_000
    await service.check(await service.token({ jti: 'brief' }))
    service.nowMs += 3_529_000
    await expect(service.check(token)).rejects.toMatchObject({ error: 'ReplayedToken' })
    service.nowMs += 1000
    await expect(service.check(token)).rejects.toMatchObject({ error: 'JwtExpired' })
  })

  it('as often as one likes where that is not enforced', async () => {
    const token = await service.token({ jti: undefined })
    await service.check(token, { enforceJti: false })
    expect(await service.check(token, { enforceJti: false })).toBe(service.did)
  })

  it('unless it was refused: nobody can use up the token of another', async () => {
    const stranger = await createKeypair('ES256K')
    const forged = await service.tokenBy(stranger, { jti: 'victim' })
    await expect(service.check(forged)).rejects.toMatchObject({ error: 'BadJwtSignature' })
    expect(await service.check(await service.token({ jti: 'victim' }))).toBe(service.did)
  })
})

describe('after a restart', () => {
  it('tokens from before it are refused, as are tokens that do not tell', async () => {
    const before = await service.token()
    const silent = await service.token({ iat: undefined, exp: service.nowMs / 1000 + 3600 })
    service.nowMs += 1500
    service.backend = createMemoryBackend({ now: () => service.nowMs })
    await expect(service.check(before)).rejects.toMatchObject({
      error: 'ReplayedToken',
      message: expect.stringContaining('restart'),
    })
    await expect(service.check(silent)).rejects.toMatchObject({ error: 'ReplayedToken' })
    service.nowMs += 1000
    expect(await service.check(await service.token())).toBe(service.did)
  })

  it('the second of the restart belongs to what was before', async () => {
    service.nowMs = Math.ceil(service.nowMs / 1000) * 1000 + 400
    service.backend = createMemoryBackend({ now: () => service.nowMs })
    service.nowMs += 200
    await expect(service.check(await service.token())).rejects.toMatchObject({
      error: 'ReplayedToken',
    })
    service.nowMs += 400
    expect(await service.check(await service.token())).toBe(service.did)
  })

  it('tokens without iat are good again when a life of a token has passed', async () => {
    service.backend = createMemoryBackend({ now: () => service.nowMs })
    const silent = () =>
      service.token({ iat: undefined, exp: Math.floor(service.nowMs / 1000) + 3600 })
    service.nowMs += 60_000
    await expect(service.check(await silent())).rejects.toMatchObject({ error: 'ReplayedToken' })
    service.nowMs += 1000
    expect(await service.check(await silent())).toBe(service.did)
  })
})

describe('the rate of the account', () => {
  const rates = {
    sendMessage: 0,
    publishKeyPackage: 0,
    addMembers: 0,
    createConvo: 0,
    reportMember: 0,
    accountDefault: 2,
  }
  const limited = (backend = service.backend) => ({
    backend,
    limits: createAccountLimits(createAllowances(backend), rates),
  })

  it('counts tokens that are good, and those alone', async () => {
    const options = limited()
    const first = await service.token()
    await service.check(first, options)
    for (let i = 0; i < 5; i++) {
      await expect(service.check(first, options)).rejects.toMatchObject({ error: 'ReplayedToken' })
      await expect(
        service.check(await service.tokenBy(await createKeypair('ES256K')), options),
      ).rejects.toMatchObject({ error: 'BadJwtSignature' })
    }
    expect(await service.check(await service.token(), options)).toBe(service.did)
    await expect(service.check(await service.token(), options)).rejects.toMatchObject({
      error: 'RateLimitExceeded',
    })
  })

  it('does not count what a restart refuses', async () => {
    const iat = service.nowMs / 1000
    service.nowMs += 1000
    service.backend = createMemoryBackend({ now: () => service.nowMs })
    const options = limited()
    for (const jti of ['a', 'b', 'c']) {
      await expect(service.check(await service.token({ iat, jti }), options)).rejects.toMatchObject(
        { error: 'ReplayedToken' },
      )
    }
    await service.check(await service.token(), options)
    await service.check(await service.token(), options)
    await expect(service.check(await service.token(), options)).rejects.toMatchObject({
      error: 'RateLimitExceeded',
    })
  })

  it('uses up the token that it refuses', async () => {
    const options = limited()
    await service.check(await service.token(), options)
    await service.check(await service.token(), options)
    const refused = await service.token()
    await expect(service.check(refused, options)).rejects.toMatchObject({
      error: 'RateLimitExceeded',
    })
    service.nowMs += 60_000
    await expect(service.check(refused, options)).rejects.toMatchObject({ error: 'ReplayedToken' })
    expect(await service.check(await service.token(), options)).toBe(service.did)
  })

  it('counts also where tokens are not remembered', async () => {
    const options = { ...limited(), enforceJti: false }
    const token = await service.token({ jti: undefined })
    await service.check(token, options)
    await service.check(token, options)
    await expect(service.check(token, options)).rejects.toMatchObject({
      error: 'RateLimitExceeded',
    })
  })
})

describe('while the store of used tokens is away', () => {
  it('nothing is accepted', async () => {
    const away = backendWith(service.backend, {
      useOnce: () => Promise.reject(new ServiceUnavailableError('away')),
    })
    const token = await service.token()
    await expect(service.check(token, { backend: away })).rejects.toMatchObject({
      statusCode: 503,
      error: 'ServiceUnavailable',
    })
    expect(await service.check(token)).toBe(service.did)
  })

  it('its clock counts as well as ours', async () => {
    const token = await service.token()
    let aheadMs = 0
    const backend = createMemoryBackend({ now: () => service.nowMs + aheadMs })
    aheadMs = 5 * 60_000
    await expect(service.check(token, { backend })).rejects.toMatchObject({ error: 'JwtExpired' })
  })
})

describe('when keys rotate', () => {
  it.each(['ES256K', 'ES256'] as const)(
    'a token by the new %s key is good at once',
    async (alg) => {
      await service.check(await service.token())
      await service.rotate(alg)
      expect(await service.check(await service.token())).toBe(service.did)
      expect(service.lookups).toBe(2)
    },
  )

  it('a token by the old key is good for five minutes at most', async () => {
    const old = service.keypair
    await service.check(await service.token())
    await service.rotate('ES256K')
    expect(await service.check(await service.tokenBy(old))).toBe(service.did)
    service.nowMs += 5 * 60_000
    await expect(service.check(await service.tokenBy(old))).rejects.toMatchObject({
      error: 'BadJwtSignature',
    })
  })

  it('a token by the old key is refused as soon as the new one was seen', async () => {
    const old = service.keypair
    await service.check(await service.token())
    await service.rotate('ES256K')
    await service.check(await service.token())
    await expect(service.check(await service.tokenBy(old))).rejects.toMatchObject({
      error: 'BadJwtSignature',
    })
  })

  it('a flood of bad signatures causes one lookup a minute', async () => {
    await service.check(await service.token())
    const stranger = await createKeypair('ES256K')
    for (let i = 0; i < 10; i++) {
      await expect(service.check(await service.tokenBy(stranger))).rejects.toMatchObject({
        error: 'BadJwtSignature',
      })
    }
    expect(service.lookups).toBe(2)
    service.nowMs += 60_000
    await expect(service.check(await service.tokenBy(stranger))).rejects.toMatchObject({
      error: 'BadJwtSignature',
    })
    expect(service.lookups).toBe(3)
  })
})

describe('development tokens', () => {
  const mint = (options: Partial<Parameters<typeof mintDevelopmentToken>[0]> = {}) =>
    mintDevelopmentToken({ secret, did: service.did, aud, lxm, nowMs: service.nowMs, ...options })

  it('are good where the secret is set, once, and without a lookup', async () => {
    const token = mint()
    expect(await service.check(token, { jwtSecret: secret })).toBe(service.did)
    await expect(service.check(token, { jwtSecret: secret })).rejects.toMatchObject({
      error: 'ReplayedToken',
    })
    expect(service.lookups).toBe(0)
  })

  it('are refused where it is not', async () => {
    await expect(service.check(mint())).rejects.toMatchObject({ error: 'BadJwtAlgorithm' })
  })

  it.each<[string, () => string, string]>([
    ['by another secret', () => mint({ secret: 'another' }), 'BadJwtSignature'],
    ['by an empty secret', () => mint({ secret: '' }), 'BadJwtSignature'],
    ['with its signature cut', () => mint().slice(0, -3), 'BadJwtSignature'],
    ['for another service', () => mint({ aud: 'did:web:other.test' }), 'BadJwtAudience'],
    ['for another method', () => mint({ lxm: 'blue.catbird.mls.getConvo' }), 'BadJwtLexiconMethod'],
    ['for longer than an hour', () => mint({ ttlSeconds: 3700 }), 'BadJwtExpiry'],
    ['that has expired', () => mint({ nowMs: service.nowMs - 200_000 }), 'JwtExpired'],
  ])('are refused %s', async (_, token, error) => {
    await expect(service.check(token(), { jwtSecret: secret })).rejects.toMatchObject({
      statusCode: 401,
      error,
    })
  })

  it('leave the tokens of real keys as they are', async () => {
    expect(await service.check(await service.token(), { jwtSecret: secret })).toBe(service.did)
    const unsigned = `${tokenBody({ alg: 'none' }, { iss: service.did, aud, lxm })}.AAAA`
    await expect(service.check(unsigned, { jwtSecret: secret })).rejects.toMatchObject({
      error: 'BadJwtAlgorithm',
    })
  })
})
