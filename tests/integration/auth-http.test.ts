import { once } from 'node:events'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createServer as createXrpcServer } from '@atproto/xrpc-server'
import type { LexiconDoc, LexXrpcBody } from '@atproto/lexicon'
import express from 'express'
import fc from 'fast-check'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { createAuth, type Auth } from '../../src/auth/auth.js'
import { createAllowances } from '../../src/backend/allowances.js'
import type { Backend } from '../../src/backend/backend.js'
import { createIdentity } from '../../src/identity/identity.js'
import type { Did } from '../../src/lib/ids.js'
import { createAccountLimits } from '../../src/limits/account-limits.js'
import { createAddressLimit } from '../../src/limits/address-limit.js'
import { createOlderBackend } from '../support/older-backend.js'
import { startPlc, type TestAccount, type TestPlc } from '../support/plc.js'

const aud = 'did:web:mls.test' as Did
const query = 'blue.catbird.mls.getConvos'
const procedure = 'blue.catbird.mls.createConvo'

let plc: TestPlc
let alice: TestAccount
const instances: Instance[] = []
beforeAll(async () => {
  plc = await startPlc()
  alice = await plc.createAccount()
})
afterEach(async () => {
  for (const { server } of instances.splice(0)) {
    server.close()
    server.closeAllConnections()
  }
})
afterAll(() => plc.close())

describe('a protected method', () => {
  it('knows its caller by a real token', async () => {
    const { get, handled } = await start()
    for (const account of [alice, await plc.createAccount({ alg: 'ES256' })]) {
      const response = await get(await account.token({ aud, lxm: query }))
      expect(response.status).toBe(200)
      expect(await response.json()).toEqual({ did: account.did })
    }
    expect(handled()).toBe(2)
  })

  it('never runs without a good token, and answers a declared error', async () => {
    const { get, handled } = await start()
    const good = await alice.token({ aud, lxm: query })
    const cases: [string | undefined, string][] = [
      [undefined, 'AuthMissing'],
      ['x', 'BadJwt'],
      [`${good}x`, 'BadJwt'],
      [good.split('.').slice(0, 2).join('.'), 'BadJwt'],
      [`${good.split('.').slice(0, 2).join('.')}.${'A'.repeat(86)}`, 'BadJwtSignature'],
      [await alice.token({ aud: 'did:web:other.test', lxm: query }), 'BadJwtAudience'],
      [await alice.token({ aud, lxm: procedure }), 'BadJwtLexiconMethod'],
      [await alice.token({ aud, lxm: query, exp: 1 }), 'JwtExpired'],
    ]
    for (const [token, error] of cases) {
      const response = await get(token)
      expect([response.status, await response.json()]).toEqual([
        401,
        { error, message: expect.any(String) },
      ])
    }
    expect(handled()).toBe(0)
    expect((await get(good)).status).toBe(200)
  })

  it('answers whatever stands in the header with 401, never with 500', async () => {
    const { url, handled } = await start()
    const [header = '', payload = ''] = (await alice.token({ aud, lxm: query })).split('.')
    const json = fc.json().map((text) => Buffer.from(text).toString('base64url'))
    const part = fc.oneof(fc.constantFrom(header, payload, ''), json, fc.base64String())
    const authorization = fc.oneof(
      fc.string({ unit: 'grapheme-ascii' }),
      fc.array(part, { maxLength: 4 }).map((parts) => `Bearer ${parts.join('.')}`),
    )
    await fc.assert(
      fc.asyncProperty(authorization, async (value) => {
        const response = await fetch(`${url}/xrpc/${query}`, {
          headers: { authorization: value.trim() },
        })
        await response.body?.cancel()
        expect(response.status).toBe(401)
      }),
      { numRuns: 300 },
    )
    expect(handled()).toBe(0)
  })

  it('answers 502 for an account that cannot be resolved', async () => {
    const { get } = await start()
    const gone = await plc.createAccount()
    plc.setDocument(gone.did, undefined)
    const response = await get(await gone.token({ aud, lxm: query }))
    expect([response.status, await response.json()]).toMatchObject([
      502,
      { error: 'DidResolutionFailed' },
    ])
  })

  it('takes a token once, on whichever instance', async () => {
    const backend = createOlderBackend()
    const [one, two] = [await start({ backend }), await start({ backend })]
    const token = await alice.token({ aud, lxm: query })
    const responses = await Promise.all(
      Array.from({ length: 20 }, (_, i) => (i % 2 ? one : two).get(token)),
    )
    const statuses = responses.map(({ status }) => status).sort()
    expect(statuses).toEqual([200, ...Array<number>(19).fill(401)])
    expect(one.handled() + two.handled()).toBe(1)
  })
})

describe('rates', () => {
  it('of an account end in 429, before the body is read', async () => {
    const { post, handled } = await start({ createConvo: 1 })
    const token = () => alice.token({ aud, lxm: procedure })
    const first = await post(await token(), '{}')
    expect(first.status).toBe(200)
    expect(first.headers.get('ratelimit-limit')).toBe('1')
    expect(first.headers.get('ratelimit-remaining')).toBe('0')
    const second = await post(await token(), 'this is no JSON')
    expect([second.status, await second.json()]).toMatchObject([
      429,
      { error: 'RateLimitExceeded' },
    ])
    expect(second.headers.get('ratelimit-policy')).toBe('1;w=60')
    expect(Number(second.headers.get('retry-after'))).toBeGreaterThan(0)
    expect(Number(second.headers.get('retry-after'))).toBeLessThanOrEqual(60)
    const reset = Number(second.headers.get('ratelimit-reset'))
    expect(Math.abs(reset - Date.now() / 1000)).toBeLessThanOrEqual(61)
    expect(handled()).toBe(1)
    const other = await plc.createAccount()
    expect((await post(await other.token({ aud, lxm: procedure }), '{}')).status).toBe(200)
  })

  it('of an address end in 429, before the token is looked at', async () => {
    const { get, handled } = await start({ perAddress: 2 })
    const token = await alice.token({ aud, lxm: query })
    expect((await get('nonsense')).status).toBe(401)
    expect((await get('nonsense')).status).toBe(401)
    const third = await get(token)
    expect([third.status, await third.json()]).toEqual([
      429,
      { error: 'RateLimitExceeded', message: expect.any(String) },
    ])
    expect(third.headers.get('retry-after')).not.toBeNull()
    expect(handled()).toBe(0)
  })
})

describe('a stream', () => {
  it('lets in by a ticket from the bare upgrade request, once', async () => {
    const { url, auth, server } = await start()
    const verdicts: unknown[] = []
    server.on('upgrade', (req, socket) => {
      auth
        .ticketOrAccount({ req })
        .then(
          ({ credentials }) => verdicts.push(credentials),
          (error: { error: string }) => verdicts.push(error.error),
        )
        .finally(() => socket.destroy())
    })
    const { ticket } = await auth.tickets.issue({ did: alice.did })
    const nsid = 'blue.catbird.mls.subscribeConvoEvents'
    for (let i = 0; i < 2; i++) {
      const socket = new WebSocket(`${url.replace('http', 'ws')}/xrpc/${nsid}?ticket=${ticket}`)
      await once(socket, 'error')
    }
    expect(verdicts).toEqual([{ did: alice.did }, 'BadTicket'])
  })
})

interface Instance {
  url: string
  server: Server
  auth: Auth
  handled(): number
  get(token: string | undefined): Promise<Response>
  post(token: string, body: string): Promise<Response>
}

/** An instance with one query and one procedure, both protected. */
async function start({
  backend = createOlderBackend(),
  createConvo = 0,
  perAddress = 0,
}: { backend?: Backend; createConvo?: number; perAddress?: number } = {}): Promise<Instance> {
  const allowances = createAllowances(backend)
  const rates = {
    sendMessage: 0,
    publishKeyPackage: 0,
    addMembers: 0,
    reportMember: 0,
    accountDefault: 0,
  }
  const auth = createAuth({
    serviceDid: aud,
    enforceLxm: true,
    enforceJti: true,
    jtiTtlSeconds: 120,
    identity: createIdentity({ plcUrl: plc.url, allowLocalhost: false }),
    backend,
    limits: createAccountLimits(allowances, { ...rates, createConvo }),
  })
  let handled = 0
  const handler = ({ auth: { credentials } }: { auth: { credentials: { did: Did } } }) => {
    handled += 1
    return { encoding: 'application/json', body: { did: credentials.did } } as const
  }
  const xrpc = createXrpcServer(lexicons)
  xrpc.method(query, { auth: auth.account, handler })
  xrpc.method(procedure, { auth: auth.account, handler })
  const app = express()
  app.use(createAddressLimit(allowances, perAddress).middleware)
  app.use(xrpc.router)
  const server = app.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const call = (nsid: string, token: string | undefined, init: RequestInit) =>
    fetch(`${url}/xrpc/${nsid}`, {
      ...init,
      headers: { ...init.headers, ...(token && { authorization: `Bearer ${token}` }) },
    })
  const instance: Instance = {
    url,
    server,
    auth,
    handled: () => handled,
    get: (token) => call(query, token, {}),
    post: (token, body) =>
      call(procedure, token, {
        method: 'POST',
        body,
        headers: { 'content-type': 'application/json' },
      }),
  }
  instances.push(instance)
  return instance
}

const output: LexXrpcBody = {
  encoding: 'application/json',
  schema: { type: 'object', required: ['did'], properties: { did: { type: 'string' } } },
}

const lexicons: LexiconDoc[] = [
  { lexicon: 1, id: query, defs: { main: { type: 'query', output } } },
  {
    lexicon: 1,
    id: procedure,
    defs: {
      main: {
        type: 'procedure',
        input: { encoding: 'application/json', schema: { type: 'object', properties: {} } },
        output,
      },
    },
  },
]
