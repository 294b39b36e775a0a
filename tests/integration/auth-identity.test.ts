import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { DidResolutionFailedError } from '../../src/errors.js'
import { createIdentity, type Identity } from '../../src/identity/identity.js'
import { LOOKUP_TIMEOUT_MS, MAX_DOCUMENT_BYTES } from '../../src/identity/fetch-json.js'
import { MAX_AGE_MS } from '../../src/identity/document-cache.js'
import { MAX_LOOKUPS } from '../../src/identity/lookup.js'
import { accountDocument } from '../support/did-document.js'
import { startDidWebHost, type DidWebHost } from '../support/did-web.js'
import { randomPlcDid, startPlc, type PlcBehaviour, type TestPlc } from '../support/plc.js'
import { createKeypair } from '../support/tokens.js'

describe('identity, did:plc', () => {
  let plc: TestPlc
  let now = 0
  let identity: Identity
  beforeAll(async () => void (plc = await startPlc()))
  afterAll(() => plc.close())
  beforeEach(() => {
    plc.behave('serve')
    identity = createIdentity({ plcUrl: plc.url, allowLocalhost: false, now: () => now })
  })

  it.each(['ES256K', 'ES256'] as const)('resolves an account with an %s key', async (alg) => {
    const account = await plc.createAccount({ alg, pds: 'https://pds.test' })
    expect(await identity.resolve(account.did)).toMatchObject({
      did: account.did,
      signingKey: { alg },
      pds: 'https://pds.test',
    })
  })

  it('asks the directory once for many callers', async () => {
    const { did } = await plc.createAccount()
    await Promise.all(Array.from({ length: 20 }, () => identity.resolve(did)))
    await identity.resolve(did)
    expect(plc.requestsFor(did)).toBe(1)
  })

  it('fails for a DID that is not registered, and remembers that', async () => {
    const did = randomPlcDid()
    await expect(identity.resolve(did)).rejects.toBeInstanceOf(DidResolutionFailedError)
    await expect(identity.resolve(did)).rejects.toMatchObject({
      statusCode: 502,
      message: expect.stringContaining('does not exist'),
    })
    expect(plc.requestsFor(did)).toBe(1)
  })

  it.each<[PlcBehaviour, string]>([
    ['fail', 'answered 500'],
    ['reset', 'cannot be reached'],
    ['redirect', 'cannot be reached'],
    ['garbage', 'no JSON document'],
    ['oversize', 'too large'],
    ['hang', 'did not answer in time'],
  ])('fails when the directory does this: %s', async (behaviour, reason) => {
    const { did } = await plc.createAccount()
    const before = plc.requestCount()
    plc.behave(behaviour)
    await expect(identity.resolve(did)).rejects.toMatchObject({
      name: 'DidResolutionFailedError',
      message: expect.stringContaining(reason),
    })
    expect(plc.requestCount()).toBe(before + 1)
  })

  it('serves what it has while the directory is down, and only that', async () => {
    const known = await plc.createAccount()
    const unknown = await plc.createAccount()
    const document = await identity.resolve(known.did)
    plc.behave('reset')
    now += MAX_AGE_MS - 1
    expect(await identity.resolve(known.did)).toBe(document)
    await expect(identity.resolve(unknown.did)).rejects.toMatchObject({ statusCode: 502 })
    now += 1
    await expect(identity.resolve(known.did)).rejects.toMatchObject({ statusCode: 502 })
  })

  it('sees a rotated key at once when it has to look again', async () => {
    const account = await plc.createAccount({ alg: 'ES256K' })
    const before = await identity.resolve(account.did)
    await account.rotate('ES256')
    expect(await identity.resolve(account.did)).toBe(before)
    expect((await identity.resolveAnew(account.did)).signingKey?.alg).toBe('ES256')
    expect((await identity.resolve(account.did)).signingKey?.alg).toBe('ES256')
  })

  it('refuses a document of another DID', async () => {
    const did = randomPlcDid()
    plc.setDocument(did, accountDocument(randomPlcDid(), await createKeypair()))
    await expect(identity.resolve(did)).rejects.toThrow('of another DID')
  })

  it('looks up so many at a time, while accounts it knows go on', async () => {
    const known = await plc.createAccount()
    await identity.resolve(known.did)
    plc.behave('hang')
    const hanging = Array.from({ length: MAX_LOOKUPS }, () => identity.resolve(randomPlcDid()))
    const results = Promise.allSettled(hanging)
    await expect(identity.resolve(randomPlcDid())).rejects.toThrow('too many others')
    await expect(identity.resolve(known.did)).resolves.toBeDefined()
    for (const result of await results) {
      expect(result).toMatchObject({ status: 'rejected', reason: { statusCode: 502 } })
    }
  })
})

describe('identity, did:web on localhost', () => {
  let host: DidWebHost
  let identity: Identity
  beforeEach(async () => {
    host = await startDidWebHost()
    identity = createIdentity({ plcUrl: 'http://localhost:1', allowLocalhost: true })
  })
  const failure = (reason: string) => ({
    name: 'DidResolutionFailedError',
    message: expect.stringContaining(reason),
  })

  it('resolves in development', async () => {
    host.serve(accountDocument(host.did, await createKeypair('ES256')))
    expect((await identity.resolve(host.did)).signingKey?.alg).toBe('ES256')
    await host.close()
  })

  it('is refused elsewhere without a request', async () => {
    host.serve(accountDocument(host.did, await createKeypair()))
    const strict = createIdentity({ plcUrl: 'http://localhost:1', allowLocalhost: false })
    await expect(strict.resolve(host.did)).rejects.toMatchObject(failure('development only'))
    expect(host.requestCount()).toBe(0)
    await host.close()
  })

  it.each([301, 302, 303, 307, 308])('does not follow a %i', async (status) => {
    const target = await startDidWebHost()
    target.serve(accountDocument(host.did, await createKeypair()))
    host.respond((_req, res) => {
      res.writeHead(status, { location: `${target.url}/.well-known/did.json` }).end()
    })
    await expect(identity.resolve(host.did)).rejects.toMatchObject(failure('cannot be reached'))
    expect([host.requestCount(), target.requestCount()]).toEqual([1, 0])
    await Promise.all([host.close(), target.close()])
  })

  it.each<[string, string | undefined, string]>([
    ['HTML', 'text/html', '{}'],
    ['no type', undefined, '{}'],
    ['a type that only looks like JSON', 'application/jsonx', '{}'],
    ['broken JSON', 'application/json', '{"id": '],
    ['nothing', 'application/json', ''],
    ['bytes that are not UTF-8', 'application/json', '\xff'],
  ])('refuses %s', async (_, type, body) => {
    host.respond((_req, res) => {
      res.writeHead(200, type ? { 'content-type': type } : {}).end(Buffer.from(body, 'latin1'))
    })
    await expect(identity.resolve(host.did)).rejects.toMatchObject(failure('no JSON document'))
    await host.close()
  })

  it('takes a document of the allowed size, and none that is larger', async () => {
    const document = accountDocument(host.did, await createKeypair())
    const room = MAX_DOCUMENT_BYTES - JSON.stringify({ ...document, padding: '' }).length
    host.serve({ ...document, padding: 'x'.repeat(room) })
    await expect(identity.resolve(host.did)).resolves.toBeDefined()
    host.serve({ ...document, padding: 'x'.repeat(room + 1) })
    await expect(identity.resolveAnew(host.did)).rejects.toMatchObject(failure('too large'))
    await host.close()
  })

  it('stops reading a body that never ends or grows when it is unpacked', async () => {
    const bomb = gzipSync(Buffer.alloc(256 * 1024 * 1024, ' '), { level: 9 })
    const before = process.memoryUsage.rss()
    host.respond((_req, res) => {
      res.writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'gzip' })
      res.end(bomb)
    })
    await expect(identity.resolve(host.did)).rejects.toMatchObject(failure('too large'))
    expect(process.memoryUsage.rss() - before).toBeLessThan(64 * 1024 * 1024)
    await host.close()
  })

  it('cuts off a body that drips', async () => {
    const drips: NodeJS.Timeout[] = []
    const cut = new Promise<void>((resolve) => {
      host.respond((_req, res) => {
        res.writeHead(200, { 'content-type': 'application/json' })
        drips.push(setInterval(() => res.write(' '), 50))
        res.on('close', resolve)
      })
    })
    const begun = performance.now()
    await expect(identity.resolve(host.did)).rejects.toMatchObject(failure('in time'))
    expect(performance.now() - begun).toBeGreaterThanOrEqual(LOOKUP_TIMEOUT_MS - 50)
    await cut
    drips.forEach(clearInterval)
    await host.close()
  })
})
