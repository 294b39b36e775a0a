import type { IncomingMessage } from 'node:http'
import { beforeEach, describe, expect, it } from 'vitest'
import { createAuth, type Auth } from '../../../src/auth/auth.js'
import { mintDevelopmentToken } from '../../../src/auth/development-token.js'
import { RateLimitExceededError } from '../../../src/errors.js'
import type { ConvoId, DeviceId, Did } from '../../../src/lib/ids.js'
import { createOlderBackend } from '../../support/older-backend.js'
import { randomPlcDid } from '../../support/plc.js'

const secret = 'only for development'
const serviceDid = 'did:web:mls.test' as Did
const method = 'blue.catbird.mls.getConvos'
const stream = 'blue.catbird.mls.subscribeConvoEvents'
const sse = 'blue.catbird.mls.streamConvoEvents'
const did = randomPlcDid()

let auth: Auth
let counted: [string, string][]
let full: boolean
beforeEach(() => {
  counted = []
  full = false
  auth = createAuth({
    serviceDid,
    enforceLxm: true,
    enforceJti: true,
    jtiTtlSeconds: 120,
    jwtSecret: secret,
    identity: {
      resolve: () => Promise.reject(new Error('no token of this test is by a real key')),
      resolveAnew: () => Promise.reject(new Error('no token of this test is by a real key')),
    },
    backend: createOlderBackend(),
    limits: {
      of: (account, nsid) => ({
        counter: { key: 'calls', windowMs: 60_000 },
        async check() {
          counted.push([account, nsid])
          if (full) throw new RateLimitExceededError('full')
        },
      }),
    },
  })
})

function request(url: string, authorization?: string): { req: IncomingMessage } {
  return { req: { url, headers: { ...(authorization && { authorization }) } } as IncomingMessage }
}

function bearer(lxm: string, scheme = 'Bearer'): string {
  return `${scheme} ${mintDevelopmentToken({ secret, did, aud: serviceDid, lxm })}`
}

describe('auth.account', () => {
  it.each(['Bearer', 'bearer', 'BEARER'])('takes a token after %s', async (scheme) => {
    const answer = await auth.account(request(`/xrpc/${method}?limit=5`, bearer(method, scheme)))
    expect(answer).toEqual({ credentials: { did } })
    expect(counted).toEqual([[did, method]])
  })

  it.each([
    undefined,
    '',
    'Bearer',
    'Bearer ',
    'Basic YTpi',
    'DPoP token',
    'Bearer a b',
    'Bearertoken',
    'token',
  ])('misses a token in %j', async (authorization) => {
    await expect(auth.account(request(`/xrpc/${method}`, authorization))).rejects.toMatchObject({
      statusCode: 401,
      error: 'AuthMissing',
    })
    expect(counted).toEqual([])
  })

  it('refuses a token for another method, whatever the query says', async () => {
    await expect(
      auth.account(request(`/xrpc/${method}?lxm=${stream}`, bearer(stream))),
    ).rejects.toMatchObject({ error: 'BadJwtLexiconMethod' })
    expect(counted).toEqual([])
  })

  it('takes no ticket', async () => {
    const { ticket } = await auth.tickets.issue({ did })
    await expect(auth.account(request(`/xrpc/${method}?ticket=${ticket}`))).rejects.toMatchObject({
      error: 'AuthMissing',
    })
  })

  it('refuses an account that has no calls left', async () => {
    full = true
    await expect(auth.account(request(`/xrpc/${method}`, bearer(method)))).rejects.toMatchObject({
      statusCode: 429,
    })
  })
})

describe('auth.ticketOrAccount', () => {
  const holder = { did, deviceId: 'phone' as DeviceId, convoId: 'ab'.repeat(16) as ConvoId }

  it.each([stream, sse])('takes a token for %s from a bare request', async (nsid) => {
    const answer = await auth.ticketOrAccount(request(`/xrpc/${nsid}?cursor=1`, bearer(nsid)))
    expect(answer).toEqual({ credentials: { did } })
  })

  it('takes a ticket, with what it is bound to, once', async () => {
    const { ticket } = await auth.tickets.issue(holder)
    const opening = request(`/xrpc/${stream}?cursor=1&ticket=${ticket}`)
    expect(await auth.ticketOrAccount(opening)).toEqual({ credentials: holder })
    expect(counted).toEqual([[did, stream]])
    await expect(auth.ticketOrAccount(opening)).rejects.toMatchObject({ error: 'BadTicket' })
  })

  it('does not look at a ticket where there is a header', async () => {
    const { ticket } = await auth.tickets.issue(holder)
    await expect(
      auth.ticketOrAccount(request(`/xrpc/${stream}?ticket=${ticket}`, 'Bearer nonsense')),
    ).rejects.toMatchObject({ error: 'BadJwt' })
    const later = await auth.ticketOrAccount(request(`/xrpc/${stream}?ticket=${ticket}`))
    expect(later.credentials).toEqual(holder)
  })

  it.each(['', '?', '?cursor=1', '?tickets=x'])('misses both in %j', async (query) => {
    await expect(auth.ticketOrAccount(request(`/xrpc/${stream}${query}`))).rejects.toMatchObject({
      error: 'AuthMissing',
    })
  })

  it('refuses an empty ticket', async () => {
    await expect(auth.ticketOrAccount(request(`/xrpc/${stream}?ticket=`))).rejects.toMatchObject({
      error: 'BadTicket',
    })
  })
})

describe('auth.none', () => {
  it('lets anybody in', async () => {
    expect(await auth.none(request('/xrpc/blue.catbird.mls.describeServer'))).toEqual({
      credentials: null,
    })
  })
})
