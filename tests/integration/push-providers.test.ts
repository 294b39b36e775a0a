import { createDecipheriv, createECDH, hkdfSync, randomBytes, randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createApns } from '../../src/push/apns.js'
import { createFcm } from '../../src/push/fcm.js'
import type { Push, PushProvider } from '../../src/push/provider.js'
import { createWebPush } from '../../src/push/web-push.js'
import { LOCALHOST_CERT } from '../support/localhost-cert.js'
import {
  createApnsKey,
  createPushKeys,
  type PushServer,
  startApns,
  startFcm,
  startWebPush,
} from '../support/push-servers.js'

const resources = new AsyncDisposableStack()
afterAll(() => resources.disposeAsync())

const TOPIC = 'abcdefghijklmnopqrstuv'

describe('APNs', () => {
  const token = randomBytes(32).toString('hex')
  let server: PushServer
  let provider: PushProvider
  const setup = { keyId: 'KEYID12345', teamId: 'TEAMID1234', topic: 'org.cats', production: false }
  beforeAll(async () => {
    const { key, publicKey } = createApnsKey()
    server = resources.use(await startApns({ publicKey, ...setup }))
    provider = resources.use(createApns({ ...setup, key, elsewhere: at(server.port) }))
  })

  test('an alert without words, under the conversation’s topic', async () => {
    const push = pushOf(token)
    expect(await provider.send(push)).toEqual({ outcome: 'sent' })
    const [{ path, headers, body }] = server.received as [PushServer['received'][number]]
    expect(path).toBe(`/3/device/${token}`)
    expect(headers).toMatchObject({
      'apns-topic': 'org.cats',
      'apns-id': push.id,
      'apns-collapse-id': TOPIC,
      'apns-push-type': 'alert',
    })
    expect(JSON.parse(body.toString())).toEqual({
      aps: { alert: { 'loc-key': 'NEW_ACTIVITY' }, 'mutable-content': 1, 'thread-id': TOPIC },
    })
    await provider.send({ ...push, appId: 'org.dogs' })
    expect(server.received.at(-1)!.headers['apns-topic']).toBe('org.dogs')
  })

  test.each([
    [410, 'Unregistered', { outcome: 'dead' }],
    [400, 'BadDeviceToken', { outcome: 'dead' }],
    [400, 'DeviceTokenNotForTopic', { outcome: 'dead' }],
    [400, 'BadTopic', { outcome: 'failed', status: 400 }],
    [429, 'TooManyRequests', { outcome: 'later' }],
    [500, 'InternalServerError', { outcome: 'later' }],
    [503, 'Shutdown', { outcome: 'later' }],
  ])('%i %s', async (status, reason, outcome) => {
    server.answers.push({ status, body: { reason } })
    expect(await provider.send(pushOf(token))).toEqual(outcome)
    expect(await provider.send(pushOf(token))).toEqual({ outcome: 'sent' })
  })

  test('a key that Apple does not know, and a server that is away', async () => {
    const other = { ...setup, key: createApnsKey().key }
    await using stranger = createApns({ ...other, elsewhere: at(server.port) })
    expect(await stranger.send(pushOf(token))).toEqual({ outcome: 'failed', status: 403 })
    await using away = createApns({ ...other, elsewhere: at(9) })
    expect(await away.send(pushOf(token))).toEqual({ outcome: 'later' })
  })
})

function at(port: number) {
  return { host: 'localhost', port, ca: LOCALHOST_CERT }
}

describe('FCM', () => {
  const token = `cats:${randomBytes(40).toString('base64url')}`
  let server: Awaited<ReturnType<typeof startFcm>>
  let provider: PushProvider
  beforeAll(async () => {
    server = resources.use(await startFcm())
    const baseUrl = `http://127.0.0.1:${server.port}`
    provider = resources.use(createFcm({ account: server.account, baseUrl }))
  })

  test('a data message, by one access token for many', async () => {
    const push = pushOf(token)
    expect(await provider.send(push)).toEqual({ outcome: 'sent' })
    expect(await provider.send(push)).toEqual({ outcome: 'sent' })
    expect(server.grants).toHaveLength(1)
    expect(JSON.parse(server.received[0]!.body.toString())).toEqual({
      message: {
        token,
        data: { topic: TOPIC, id: push.id },
        android: { collapse_key: TOPIC, priority: 'HIGH', ttl: '86400s' },
      },
    })
  })

  test.each([
    [404, { error: { details: [{ errorCode: 'UNREGISTERED' }] } }, { outcome: 'dead' }],
    [403, { error: { details: [{ errorCode: 'SENDER_ID_MISMATCH' }] } }, { outcome: 'dead' }],
    [400, { error: { status: 'INVALID_ARGUMENT' } }, { outcome: 'failed', status: 400 }],
    [503, {}, { outcome: 'later' }],
  ])('%i %j', async (status, body, outcome) => {
    server.answers.push({ status, body })
    expect(await provider.send(pushOf(token))).toEqual(outcome)
  })

  test('it comes back when it is told to', async () => {
    server.answers.push({ status: 429, body: {}, headers: { 'retry-after': '7' } })
    expect(await provider.send(pushOf(token))).toEqual({ outcome: 'later', afterMs: 7_000 })
  })

  test('an access token that ended early is renewed', async () => {
    server.answers.push({ status: 401, body: {} })
    expect(await provider.send(pushOf(token))).toEqual({ outcome: 'later' })
    expect(await provider.send(pushOf(token))).toEqual({ outcome: 'sent' })
    expect(server.grants).toHaveLength(2)
  })

  test('a server that is away', async () => {
    const account = { ...server.account, token_uri: 'http://127.0.0.1:9/token' }
    await using away = createFcm({ account, baseUrl: 'http://127.0.0.1:9' })
    expect(await away.send(pushOf(token))).toEqual({ outcome: 'later' })
  })
})

describe('Web Push', () => {
  const vapid = { subject: 'mailto:ops@cats.test', ...createPushKeys() }
  const browser = createPushKeys()
  const auth = randomBytes(16).toString('base64url')
  const endpoint = 'https://push.test/inbox/1'
  const token = JSON.stringify({ endpoint, keys: { p256dh: browser.publicKey, auth } })
  let server: PushServer
  let provider: PushProvider
  beforeAll(async () => {
    server = resources.use(await startWebPush(vapid))
    const fetchThere = (url: URL, init: RequestInit) =>
      fetch(`http://127.0.0.1:${server.port}${url.pathname}`, init)
    provider = resources.use(createWebPush({ vapid, fetch: fetchThere }))
  })

  test('an encrypted message that the browser can read, and that says nothing', async () => {
    const push = pushOf(token)
    expect(await provider.send(push)).toEqual({ outcome: 'sent' })
    const [{ path, headers, body }] = server.received as [PushServer['received'][number]]
    expect(path).toBe('/inbox/1')
    expect(headers).toMatchObject({
      topic: TOPIC,
      ttl: '86400',
      urgency: 'high',
      'content-encoding': 'aes128gcm',
    })
    expect(JSON.parse(decrypt(body))).toEqual({ topic: TOPIC, id: push.id })
  })

  test.each([
    [404, { outcome: 'dead' }],
    [410, { outcome: 'dead' }],
    [400, { outcome: 'failed', status: 400 }],
    [502, { outcome: 'later' }],
  ])('%i', async (status, outcome) => {
    server.answers.push({ status })
    expect(await provider.send(pushOf(token))).toEqual(outcome)
  })

  test('an endpoint that is no public address is not connected to', async () => {
    let connections = 0
    const { createServer } = await import('node:net')
    const listener = createServer((socket) => {
      connections += 1
      socket.destroy()
    })
    await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve))
    const { port } = listener.address() as { port: number }
    const careful = createWebPush({ vapid })
    for (const host of ['127.0.0.1', 'localhost', '[::1]']) {
      const keys = { p256dh: browser.publicKey, auth }
      const inside = JSON.stringify({ endpoint: `https://${host}:${port}/`, keys })
      expect(await careful.send(pushOf(inside))).toEqual({ outcome: 'later' })
    }
    expect(connections).toBe(0)
    await fetch(`http://127.0.0.1:${port}`).catch(() => {})
    expect(connections, 'control: it can be connected to').toBeGreaterThan(0)
    listener.close()
  })

  /** RFC 8291 §3.4 and RFC 8188 §2, for one record. */
  function decrypt(body: Buffer): string {
    const salt = body.subarray(0, 16)
    const idLength = body[20]!
    const sender = body.subarray(21, 21 + idLength)
    const sealed = body.subarray(21 + idLength)
    const ecdh = createECDH('prime256v1')
    ecdh.setPrivateKey(Buffer.from(browser.privateKey, 'base64url'))
    const own = Buffer.from(browser.publicKey, 'base64url')
    const info = Buffer.concat([Buffer.from('WebPush: info\0'), own, sender])
    const secret = Buffer.from(auth, 'base64url')
    const ikm = Buffer.from(hkdfSync('sha256', ecdh.computeSecret(sender), secret, info, 32))
    const derive = (name: string, bytes: number) =>
      Buffer.from(hkdfSync('sha256', ikm, salt, `Content-Encoding: ${name}\0`, bytes))
    const decipher = createDecipheriv('aes-128-gcm', derive('aes128gcm', 16), derive('nonce', 12))
    decipher.setAuthTag(sealed.subarray(-16))
    const padded = Buffer.concat([decipher.update(sealed.subarray(0, -16)), decipher.final()])
    return padded.subarray(0, padded.lastIndexOf(2)).toString()
  }
})

function pushOf(token: string): Push {
  return { token, appId: '', topic: TOPIC, id: randomUUID() }
}
