import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { createFollows, FRESH_MS, RETRY_MS } from '../../../src/identity/follows.js'
import type { Identity } from '../../../src/identity/identity.js'
import { createRepos } from '../../../src/identity/repos.js'
import type { Did } from '../../../src/lib/ids.js'
import { RepoHost } from '../../support/repo-host.js'

const DID = 'did:plc:aaaaaaaaaaaaaaaaaaaaaaaa' as Did
const OTHER = 'did:plc:bbbbbbbbbbbbbbbbbbbbbbbb' as Did
const COLLECTION = 'blue.catbird.mls.declaration'

let server: Server
/** Connections, and requests on those that were kept. */
let seen = 0
let atOnce = 0
let mostAtOnce = 0
let holdMs = 0
let port: number
let host: RepoHost
let body: string | undefined
beforeAll(async () => {
  server = createServer((req, res) => {
    seen += 1
    mostAtOnce = Math.max(mostAtOnce, ++atOnce)
    res.on('close', () => (atOnce -= 1))
    setTimeout(() => answer(req, res), holdMs)
  })
  server.on('connection', () => (seen += 1))
  // All addresses: whatever was connected to by mistake would be seen.
  await new Promise<void>((resolve) => server.listen(0, resolve))
  port = (server.address() as AddressInfo).port
})
function answer(req: IncomingMessage, res: ServerResponse): void {
  if (body !== undefined) {
    res.writeHead(200, { 'content-type': 'application/json' }).end(body)
  } else if (req.url?.includes('redirect')) {
    res.writeHead(302, { location: '/elsewhere' }).end()
  } else if (!host.answer(req, res)) {
    res.writeHead(404).end()
  }
}
afterAll(() => {
  server.closeAllConnections()
  server.close()
})
beforeEach(() => {
  seen = 0
  host = new RepoHost()
  body = undefined
  holdMs = 0
})

function reposAt(pds: string | undefined, allowLocalhost = true) {
  const resolve = async () => ({ did: DID, ...(pds !== undefined && { pds }) })
  const identity: Identity = { resolve, resolveAnew: resolve }
  return createRepos({ identity, allowLocalhost })
}

describe('a record', () => {
  test('is what the PDS of its account has, and absent where that has none', async () => {
    host.declare(DID, 'none')
    const repos = reposAt(`http://localhost:${port}`)
    expect(await repos.getRecord(DID, COLLECTION, 'self')).toEqual({
      $type: COLLECTION,
      allowIncoming: 'none',
    })
    expect(await repos.getRecord(OTHER, COLLECTION, 'self')).toBeUndefined()
    expect(await repos.getRecord(DID, COLLECTION, 'other')).toBeUndefined()
  })

  test('cannot be had of an account without a PDS, or from one that is down or talks nonsense', async () => {
    const read = (pds?: string) => reposAt(pds).getRecord(DID, COLLECTION, 'self')
    await expect(read()).rejects.toMatchObject({ name: 'LookupError' })
    host.down = true
    await expect(read(`http://localhost:${port}`)).rejects.toMatchObject({ name: 'LookupError' })
    for (const text of ['{"value":', '<html>', `{"value":"${'x'.repeat(70_000)}"}`]) {
      body = text
      await expect(read(`http://localhost:${port}`)).rejects.toMatchObject({ name: 'LookupError' })
    }
    body = 'null'
    expect(await read(`http://localhost:${port}`)).toBeUndefined()
  })

  const REFUSED: [string, (port: number) => string, boolean][] = [
    ['localhost in production', (at) => `http://localhost:${at}`, false],
    ['a loopback address', (at) => `http://127.0.0.1:${at}`, true],
    ['a loopback address by https', (at) => `https://127.0.0.1:${at}`, true],
    ['localhost by https', (at) => `https://localhost:${at}`, true],
    ['IPv6 loopback', (at) => `http://[::1]:${at}`, true],
    ['an address in other words', (at) => `http://0x7f000001:${at}`, true],
    ['a private address', () => 'https://10.0.0.1', true],
    ['link-local metadata', () => 'http://169.254.169.254', true],
    ['another scheme', () => 'file:///etc/passwd', true],
  ]
  test.each(REFUSED)('is not asked for at %s', async (_what, pds, allowLocalhost) => {
    const reading = reposAt(pds(port), allowLocalhost).getRecord(DID, COLLECTION, 'self')
    await expect(reading).rejects.toThrow()
    expect(seen).toBe(0)
  })

  test('control: the server would have seen a connection', async () => {
    await reposAt(`http://localhost:${port}`).getRecord(DID, COLLECTION, 'self')
    expect(seen).toBeGreaterThan(0)
  })

  test('waits for its turn at a PDS that is asked for many, and all are answered', async () => {
    host.declare(DID, 'none')
    holdMs = 5
    const repos = reposAt(`http://localhost:${port}`)
    const read = () => repos.getRecord(DID, COLLECTION, 'self')
    const records = await Promise.all(Array.from({ length: 300 }, read))
    expect(new Set(records.map((record) => JSON.stringify(record))).size).toBe(1)
    expect(mostAtOnce).toBeGreaterThan(1)
    expect(mostAtOnce).toBeLessThanOrEqual(16)
  })

  test('is not followed to where a redirect points', async () => {
    const repos = reposAt(`http://localhost:${port}`)
    await expect(repos.getRecord(DID, COLLECTION, 'redirect')).rejects.toMatchObject({
      name: 'LookupError',
    })
  })
})

describe('follows in a repository', () => {
  const repos = () => reposAt(`http://localhost:${port}`)

  test('are found on any of its pages', async () => {
    host.follow(DID, OTHER)
    for (let i = 0; i < 250; i++) host.follow(DID, `did:plc:${String(i).padStart(24, 'c')}`)
    expect(await createFollows(repos()).of(DID, OTHER)).toBe(true)
    expect(host.asked.map(({ method }) => method)).toEqual(Array(3).fill('listRecords'))
    expect(await createFollows(repos()).of(OTHER, DID)).toBe(false)
  })

  test('are looked through to the thousandth, and where they cannot be read there are none', async () => {
    host.follow(DID, OTHER)
    for (let i = 0; i < 1100; i++) host.follow(DID, `did:plc:${String(i).padStart(24, 'c')}`)
    expect(await createFollows(repos()).of(DID, OTHER)).toBe(false)
    expect(host.asked).toHaveLength(10)
    host.down = true
    expect(await createFollows(repos()).of(DID, OTHER)).toBe(false)
  })

  test('are read once for all who ask, again after a minute, and soon where they could not be', async () => {
    let now = 1_000
    const follows = createFollows(repos(), () => now)
    const ask = () => Promise.all([follows.of(DID, OTHER), follows.of(DID, OTHER)])
    expect(await ask()).toEqual([false, false])
    host.follow(DID, OTHER)
    now += FRESH_MS - 1
    expect(await ask()).toEqual([false, false])
    expect(host.asked).toHaveLength(1)
    now += 2
    host.down = true
    expect(await ask()).toEqual([false, false])
    host.down = false
    now += RETRY_MS + 1
    expect(await ask()).toEqual([true, true])
    expect(host.asked).toHaveLength(3)
  })
})
