import diagnostics from 'node:diagnostics_channel'
import dns from 'node:dns'
import { syncBuiltinESMExports } from 'node:module'
import type { Socket } from 'node:net'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createIdentity } from '../../src/identity/identity.js'
import { parseDid, type Did } from '../../src/lib/ids.js'
import { accountDocument } from '../support/did-document.js'
import { startDidWebHost } from '../support/did-web.js'
import { createKeypair } from '../support/tokens.js'

const PUBLIC_ADDRESS = '8.8.8.8'

/** Addresses that a process of this test tried to connect to. */
const attempts: string[] = []
function onSocket(message: unknown): void {
  const { socket } = message as { socket: Socket }
  socket.on('connectionAttempt', (ip: string) => {
    attempts.push(ip)
    // Nothing of this test is meant to arrive there.
    if (ip === PUBLIC_ADDRESS) process.nextTick(() => socket.destroy(new Error('cut')))
  })
}

const realLookup = dns.lookup
let names: Map<string, dns.LookupAddress[][]>
let lookups: string[]

beforeEach(() => {
  attempts.length = 0
  names = new Map()
  lookups = []
  diagnostics.subscribe('net.client.socket', onSocket)
  dns.lookup = fakeLookup as typeof dns.lookup
  syncBuiltinESMExports()
})

afterEach(() => {
  diagnostics.unsubscribe('net.client.socket', onSocket)
  dns.lookup = realLookup
  syncBuiltinESMExports()
})

/** Answers for the names of `names`, with the next answer each time; other names as usual. */
function fakeLookup(
  hostname: string,
  options: dns.LookupOptions,
  callback: (error: Error | null, address: unknown, family?: number) => void,
): void {
  lookups.push(hostname)
  const answers = names.get(hostname)
  if (!answers) {
    ;(realLookup as (...args: unknown[]) => void)(hostname, options, callback)
    return
  }
  const [answer = []] = answers.length > 1 ? answers.splice(0, 1) : answers
  setImmediate(() => {
    if (options.all) callback(null, answer)
    else callback(null, answer[0]?.address, answer[0]?.family)
  })
}

function identity() {
  return createIdentity({ plcUrl: 'http://localhost:1', allowLocalhost: false })
}

function accountDid(text: string): Did {
  const did = parseDid(text)
  if (!did) throw new Error(`${text} is no account`)
  return did
}

describe('did:web, hosts that are not public', () => {
  it('connects to a host where that is allowed: the control', async () => {
    const host = await startDidWebHost()
    host.serve(accountDocument(host.did, await createKeypair()))
    const lenient = createIdentity({ plcUrl: 'http://localhost:1', allowLocalhost: true })
    await lenient.resolve(host.did)
    expect(attempts.length).toBeGreaterThan(0)
    await host.close()
  })

  it.each([
    'localhost',
    'localhost%3A8080',
    '127.0.0.1',
    '127.8.8.8',
    '10.0.0.1',
    '172.16.0.1',
    '192.168.1.1',
    '169.254.169.254',
    '100.64.0.1',
    '0.0.0.0',
    '8.8.8.8',
    '127.1',
    '0x7f.0.0.1',
    '0177.0.0.1',
    '0x7f.1',
    '1.2.3.4.5',
    '256.256.256.256',
    'a.localhost',
    'printer.local',
    'service.test',
    'nothing.invalid',
  ])('refuses did:web:%s without a connection', async (host) => {
    const resolving = identity().resolve(accountDid(`did:web:${host}`))
    await expect(resolving).rejects.toMatchObject({ name: 'DidResolutionFailedError' })
    expect(attempts).toEqual([])
  })

  it.each([
    'did:web:2130706433',
    'did:web:0x7f000001',
    'did:web:[::1]',
    'did:web:%5B%3A%3A1%5D',
    'did:web:intranet',
    'did:web:host.tld%3A8080',
    'did:web:host.tld:path',
    'did:web:host.tld%2Fpath',
    'did:web:user%40host.tld',
    'did:web:host.tld.',
    'did:web:HOST.tld',
    'did:web:host.tld#atproto',
    'did:web:host.tld?x',
    'did:plc:short',
    'did:plc:ABCDEFGHIJKLMNOPQRSTUVWX',
    'did:plc:aaaaaaaaaaaaaaaaaaaaaaa1',
    'did:key:zQ3shokFTS3brHcDQrn82RUDfCZESWL1ZdCEJwekUDPQiYBme',
  ])('knows no account %s', (text) => {
    expect(parseDid(text)).toBeUndefined()
  })

  it.each([
    ['127.0.0.1', 4],
    ['10.1.2.3', 4],
    ['172.31.255.255', 4],
    ['192.168.0.1', 4],
    ['169.254.169.254', 4],
    ['100.127.255.255', 4],
    ['0.0.0.0', 4],
    ['224.0.0.1', 4],
    ['255.255.255.255', 4],
    ['::1', 6],
    ['::', 6],
    ['fc00::1', 6],
    ['fdff:ffff::1', 6],
    ['fe80::1', 6],
    ['::ffff:127.0.0.1', 6],
    ['::ffff:10.0.0.1', 6],
    ['64:ff9b::7f00:1', 6],
  ])('refuses a name that resolves to %s', async (address, family) => {
    names.set('rebind.catbird.chat', [[{ address, family }]])
    const resolving = identity().resolve(accountDid('did:web:rebind.catbird.chat'))
    await expect(resolving).rejects.toMatchObject({ name: 'DidResolutionFailedError' })
    expect(lookups).toEqual(['rebind.catbird.chat'])
    expect(attempts).toEqual([])
  })

  it('refuses a name that resolves to a public and a private address', async () => {
    names.set('both.catbird.chat', [
      [
        { address: PUBLIC_ADDRESS, family: 4 },
        { address: '127.0.0.1', family: 4 },
      ],
    ])
    const resolving = identity().resolve(accountDid('did:web:both.catbird.chat'))
    await expect(resolving).rejects.toMatchObject({ name: 'DidResolutionFailedError' })
    expect(attempts).toEqual([])
  })

  it('connects to the very address that it checked', async () => {
    names.set('turning.catbird.chat', [
      [{ address: PUBLIC_ADDRESS, family: 4 }],
      [{ address: '127.0.0.1', family: 4 }],
    ])
    const resolving = identity().resolve(accountDid('did:web:turning.catbird.chat'))
    await expect(resolving).rejects.toMatchObject({ name: 'DidResolutionFailedError' })
    expect(lookups).toEqual(['turning.catbird.chat'])
    expect(attempts).toEqual([PUBLIC_ADDRESS])
  })
})
