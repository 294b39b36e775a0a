import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { rawUpload } from '../support/client-blobs.js'
import type { TestAccount } from '../support/plc.js'
import { ConvoStage, OPENS_WITHIN_MS } from '../support/convo-stage.js'

/** Each limit on its real route, from outside: at it, one above, and far above. */
const RATES = {
  RATE_LIMIT_SEND_MESSAGE: '4',
  RATE_LIMIT_PUBLISH_KEY_PACKAGE: '3',
  RATE_LIMIT_ADD_MEMBERS: '2',
  RATE_LIMIT_CREATE_CONVO: '1',
  RATE_LIMIT_REPORT_MEMBER: '1',
  RATE_LIMIT_DID_DEFAULT: '20',
}
const FAR_ABOVE = 100

describe('rates', () => {
  let stage: ConvoStage
  beforeAll(async () => {
    const address = { RATE_LIMIT_IP_PER_MINUTE: '1000', TRUST_PROXY: '1' }
    stage = await ConvoStage.open({ env: { ...RATES, ...address } })
  }, OPENS_WITHIN_MS)
  afterAll(() => stage?.[Symbol.asyncDispose]())

  test.each([
    ['sendMessage', 4],
    ['publishKeyPackage', 3],
    ['publishKeyPackages', 3],
    ['addMembers', 2],
    ['createConvo', 1],
    ['reportMember', 1],
    ['uploadBlob', 20],
    ['getConvos', 20],
  ])('%s: %i times a minute and account, from wherever', async (method, limit) => {
    const account = await stage.service.createAccount()
    for (let i = 0; i < limit; i++) {
      const { status, headers } = await call(account, method)
      expect(status).not.toBe(429)
      expect(headers.get('ratelimit-limit')).toBe(String(limit))
      expect(headers.get('ratelimit-remaining')).toBe(String(limit - 1 - i))
    }
    await expectLimited(await call(account, method), limit)
    for (let i = 0; i < FAR_ABOVE; i++) expect((await call(account, method)).status).toBe(429)
    // The control: another account from the same address.
    expect((await call(await stage.service.createAccount(), method)).status).not.toBe(429)
  })

  async function call(account: TestAccount, method: string): Promise<Response> {
    const nsid = `blue.catbird.mls.${method}`
    const token = await account.token({ aud: stage.service.serviceDid, lxm: nsid })
    const isQuery = method.startsWith('get')
    const query = method === 'uploadBlob' ? `?convoId=${'ab'.repeat(16)}` : ''
    return fetch(`${stage.service.url}/xrpc/${nsid}${query}`, {
      method: isQuery ? 'GET' : 'POST',
      headers: {
        authorization: `Bearer ${token}`,
        ...(!isQuery && { 'content-type': 'application/json' }),
        origin: 'https://app.example',
        'x-forwarded-for': randomAddress(),
      },
      ...(!isQuery && { body: '{}' }),
    })
  }
})

describe('a proxy in front', () => {
  let stage: ConvoStage
  beforeAll(async () => {
    stage = await ConvoStage.open({ env: { RATE_LIMIT_IP_PER_MINUTE: '5', TRUST_PROXY: '1' } })
  }, OPENS_WITHIN_MS)
  afterAll(() => stage?.[Symbol.asyncDispose]())

  test('says whom an address is counted for, and what it was told itself counts for nothing', async () => {
    const address = randomAddress()
    for (let i = 0; i < 5; i++)
      expect((await from(`${randomAddress()}, ${address}`)).status).toBe(200)
    await expectLimited(await from(address), 5)
    await expectLimited(await from(`${randomAddress()}, ${address}`), 5)
    for (let i = 0; i < FAR_ABOVE; i++) expect((await from(address)).status).toBe(429)
    expect((await from(randomAddress())).status).toBe(200)
    expect((await from(`${address}, ${randomAddress()}`)).status).toBe(200)
  })

  test('one subscriber of IPv6 is one address', async () => {
    const network = `2001:db8:${randomBytes(2).toString('hex')}:1`
    for (let i = 0; i < 5; i++) expect((await from(`${network}::${i + 1}`)).status).toBe(200)
    await expectLimited(await from(`${network}:ffff:1:2:3`), 5)
    expect((await from(`2001:db8:${randomBytes(2).toString('hex')}:2::1`)).status).toBe(200)
  })

  test('probes are not counted', async () => {
    const address = randomAddress()
    for (let i = 0; i < 20; i++) {
      const headers = { 'x-forwarded-for': address }
      expect((await fetch(`${stage.service.url}/health/live`, { headers })).status).toBe(200)
    }
    expect((await from(address)).status).toBe(200)
  })

  function from(address: string): Promise<Response> {
    return describeServer(stage, { 'x-forwarded-for': address, origin: 'https://app.example' })
  }
})

describe('without a proxy, and with room for three calls', () => {
  let stage: ConvoStage
  beforeAll(async () => {
    const env = { RATE_LIMIT_IP_PER_MINUTE: '300', MAX_REQUESTS_IN_FLIGHT: '3' }
    stage = await ConvoStage.open({ env })
  }, OPENS_WITHIN_MS)
  afterAll(() => stage?.[Symbol.asyncDispose]())

  test('a fourth is answered 503 at once, while probes are answered as ever', async () => {
    const { convoId, people } = await stage.met(1)
    const [alice] = people
    let release = () => {}
    const held = new Promise<void>((resolve) => (release = resolve))
    async function* waiting() {
      yield randomBytes(1000)
      await held
    }
    const three = Array.from({ length: 3 }, () => rawUpload(alice!.api, convoId, {}, waiting()))
    await expect
      .poll(() => stage.db.selectFrom('loose_objects').select('object_key').execute())
      .toHaveLength(3)
    for (let i = 0; i < FAR_ABOVE; i++) {
      const response = await describeServer(stage, { origin: 'https://app.example' })
      expect(response.status).toBe(503)
      expect(response.headers.get('retry-after')).toBe('1')
      expect(response.headers.get('access-control-allow-origin')).toBe('*')
      expect(await response.json()).toMatchObject({ error: 'ServiceUnavailable' })
    }
    expect((await fetch(`${stage.service.url}/health/ready`)).status).toBe(200)
    release()
    expect((await Promise.all(three)).map(({ status }) => status)).toEqual([200, 200, 200])
    expect((await describeServer(stage)).status).toBe(200)
  })

  test('what a client says of its address changes nothing', async () => {
    const statuses: number[] = []
    for (let i = 0; i < 310; i++) {
      statuses.push((await describeServer(stage, { 'x-forwarded-for': randomAddress() })).status)
    }
    expect(statuses).toContain(429)
    expect((await describeServer(stage, { 'x-forwarded-for': randomAddress() })).status).toBe(429)
  })
})

async function expectLimited(response: Response, limit: number): Promise<void> {
  expect(response.status).toBe(429)
  const { headers } = response
  expect(headers.get('ratelimit-limit')).toBe(String(limit))
  expect(headers.get('ratelimit-remaining')).toBe('0')
  expect(headers.get('ratelimit-policy')).toBe(`${limit};w=60`)
  expect(Number(headers.get('ratelimit-reset'))).toBeGreaterThan(Date.now() / 1000 - 1)
  const seconds = Number(headers.get('retry-after'))
  expect(seconds).toBeGreaterThan(0)
  expect(seconds).toBeLessThanOrEqual(60)
  expect(headers.get('access-control-allow-origin')).toBe('*')
  expect(headers.get('access-control-expose-headers')).toMatch(/Retry-After/)
  expect(await response.json()).toMatchObject({ error: 'RateLimitExceeded' })
}

function describeServer(
  stage: ConvoStage,
  headers: Record<string, string> = {},
): Promise<Response> {
  return fetch(`${stage.service.url}/xrpc/blue.catbird.mls.describeServer`, { headers })
}

function randomAddress(): string {
  return [203, ...randomBytes(3)].join('.')
}
