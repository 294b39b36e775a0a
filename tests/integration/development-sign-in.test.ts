import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type HttpApp, serveApp } from '../support/http-app.js'
import { type TestService, startService } from '../support/service.js'

const SECRET = 'a secret for signing in that is long enough'
const LXM = 'blue.catbird.mls.getConvos'
const ALICE = 'did:web:alice.test'
const JSON_TYPE = { 'content-type': 'application/json' }

let app: HttpApp
beforeAll(async () => {
  app = await serveApp({ JWT_SECRET: SECRET })
})
afterAll(() => app[Symbol.asyncDispose]())

describe('signing in as a local person', () => {
  let service: TestService
  beforeAll(async () => {
    service = await startService({ env: { RATE_LIMIT_IP_PER_MINUTE: '12' } })
  })
  afterAll(() => service[Symbol.asyncDispose]())

  test('gives tokens that the service takes, each once and for its method', async () => {
    const people = await fetch(`${service.url}/dev/people`)
    expect(await people.json()).toMatchObject({
      people: expect.arrayContaining([{ did: ALICE, name: 'alice', displayName: 'Alice' }]),
    })
    const answer = await fetch(`${service.url}/dev/token`, {
      method: 'POST',
      headers: { ...JSON_TYPE, origin: service.url, 'sec-fetch-site': 'same-origin' },
      body: wish(),
    })
    expect(answer.status).toBe(200)
    expect(answer.headers.get('cache-control')).toBe('no-store')
    const { token } = (await answer.json()) as { token: string }
    const call = (method: string) =>
      fetch(`${service.url}/xrpc/${method}`, { headers: { authorization: `Bearer ${token}` } })
    expect(await errorOf(call('blue.catbird.mls.listDevices'))).toBe('BadJwtLexiconMethod')
    expect((await call(LXM)).status).toBe(200)
    expect(await errorOf(call(LXM))).toBe('ReplayedToken')
  })

  test('is limited by address', async () => {
    // More than twice as many, should the minute end in between.
    const statuses = []
    for (let i = 0; i < 26; i++) {
      const answer = await fetch(`${service.url}/dev/people`)
      statuses.push(answer.status)
      await answer.arrayBuffer()
    }
    expect(statuses).toContain(429)
    // What the methods may be called has not been used up by that.
    expect((await fetch(`${service.url}/xrpc/blue.catbird.mls.describeServer`)).status).toBe(200)
  })
})

describe('refused is', () => {
  test.each<[string, Record<string, string>]>([
    ['control: a page of the service', own('127.0.0.1')],
    ['control: by its other name', own('localhost')],
    ['control: by IPv6', own('[::1]')],
    ['control: a program', { host: 'localhost:3000' }],
  ])('%s is not', async (_name, headers) => {
    expect((await token(headers)).status).toBe(200)
  })

  test.each<[string, Record<string, string>]>([
    ['another page', { ...own('127.0.0.1'), origin: 'https://evil.example' }],
    ['another port here', { ...own('127.0.0.1'), origin: 'http://127.0.0.1:8080' }],
    ['another name of this machine', { ...own('127.0.0.1'), origin: 'http://localhost:3000' }],
    ['a sandboxed page', { ...own('127.0.0.1'), origin: 'null' }],
    ['a page without its origin', { host: '127.0.0.1:3000', 'sec-fetch-site': 'cross-site' }],
    ['a page of the same site', { host: '127.0.0.1:3000', 'sec-fetch-site': 'same-site' }],
    ['a name that was rebound', own('evil.example')],
    ['a name that looks like this machine', own('127.0.0.1.evil.example')],
    ['another name that looks so', own('localhost.evil.example')],
    ['an address of elsewhere', own('192.168.1.5')],
    ['all addresses', own('0.0.0.0')],
  ])('%s, for people and tokens alike', async (_name, headers) => {
    for (const answer of [await token(headers), await app.ask('GET', '/dev/people', headers)]) {
      expect(answer.status).toBe(403)
      expect(JSON.parse(answer.text)).toMatchObject({ error: 'Forbidden' })
      expect(answer.text).not.toContain('eyJ')
      expect(answer.headers['access-control-allow-origin']).toBeUndefined()
    }
  })

  test('a preflight of another page, which every method of the service answers', async () => {
    const asked = {
      ...own('127.0.0.1'),
      origin: 'https://evil.example',
      'access-control-request-method': 'POST',
      'access-control-request-headers': 'content-type',
    }
    const refused = await app.ask('OPTIONS', '/dev/token', asked)
    expect(refused.status).toBe(403)
    expect(refused.headers['access-control-allow-origin']).toBeUndefined()
    const control = await app.ask('OPTIONS', `/xrpc/${LXM}`, asked)
    expect(control.headers['access-control-allow-origin']).toBe('*')
  })

  test.each<[string, string, Record<string, string>?]>([
    ['an account', wish({ did: `did:plc:${'a'.repeat(24)}` })],
    ['nobody', wish({ did: undefined })],
    ['a person in other letters', wish({ did: 'did:web:Alice.test' })],
    ['a list of people', wish({ did: [ALICE] })],
    ['an unknown method', wish({ lxm: 'com.atproto.server.getSession' })],
    ['no method', wish({ lxm: undefined })],
    ['a method of objects', wish({ lxm: 'constructor' })],
    ['no JSON', '{'],
    ['null', 'null'],
    ['a list', '[]'],
    ['what a form can send', wish(), { 'content-type': 'text/plain' }],
  ])('%s, with what to do about it', async (_name, body, headers = JSON_TYPE) => {
    const answer = await app.ask('POST', '/dev/token', { ...own('127.0.0.1'), ...headers }, body)
    expect(answer.status).toBe(400)
    expect(JSON.parse(answer.text)).toMatchObject({
      error: 'InvalidRequest',
      message: expect.stringMatching(/^.{10,}$/),
    })
  })

  test('a body that is larger than any wish', async () => {
    const body = wish({ more: 'x'.repeat(1024) })
    expect((await token(own('127.0.0.1'), body)).status).toBe(413)
  })
})

describe('there is no such thing', () => {
  test.each<[string, Record<string, string>]>([
    ['in production', { NODE_ENV: 'production', SERVICE_DID: 'did:web:localhost' }],
    ['in production on loopback', { ...production(), HOST: '127.0.0.1' }],
    ['on a host that others reach', { JWT_SECRET: SECRET, HOST: '0.0.0.0' }],
    ['on a named host', { JWT_SECRET: SECRET, HOST: 'mls.example.com' }],
    ['without a secret', { HOST: '127.0.0.1' }],
  ])('%s', async (_name, env) => {
    await using there = await serveApp({ PUBLIC_URL: 'https://mls.example.com', ...env })
    for (const answer of [
      await there.ask('GET', '/dev/people', own('127.0.0.1')),
      await there.ask('POST', '/dev/token', { ...own('127.0.0.1'), ...JSON_TYPE }, wish()),
    ]) {
      expect(answer.status).toBe(404)
      expect(JSON.parse(answer.text)).toMatchObject({ error: 'NotFound' })
    }
  })

  test('control: it is there on loopback, with a secret', async () => {
    expect((await token(own('127.0.0.1'))).status).toBe(200)
    expect((await app.ask('GET', '/dev/other', own('127.0.0.1'))).status).toBe(404)
  })
})

function token(headers: Record<string, string>, body = wish()) {
  return app.ask('POST', '/dev/token', { ...headers, ...JSON_TYPE }, body)
}

/** What a browser sends from a page of the service that it reached by this name. */
function own(hostname: string): Record<string, string> {
  const host = `${hostname}:3000`
  return { host, origin: `http://${host}`, 'sec-fetch-site': 'same-origin' }
}

function wish(changed: Record<string, unknown> = {}): string {
  return JSON.stringify({ did: ALICE, lxm: LXM, ...changed })
}

function production() {
  return { NODE_ENV: 'production', SERVICE_DID: 'did:web:mls.example.com' }
}

async function errorOf(answer: Promise<Response>): Promise<string> {
  return ((await (await answer).json()) as { error: string }).error
}
