import { randomBytes, randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ClientDevice } from '../support/client-device.js'
import { TestClient, XrpcFailure } from '../support/client.js'
import { ProxiedClient, startBehindPds } from '../support/pds-stage.js'
import type { PdsStage } from '../support/pds-stage.js'
import { freePort } from '../support/service-process.js'
import { startService } from '../support/service.js'

const MIB = 1024 * 1024

let stage: PdsStage
beforeAll(async () => {
  stage = await startBehindPds()
})
afterAll(() => stage[Symbol.asyncDispose]())

test('a whole conversation goes through the PDS, and its events come by a ticket', async () => {
  const [alice, bob] = [await proxiedDevice('phone'), await proxiedDevice('phone')]
  await alice.register()
  await bob.register()
  await using events = await bob.api.subscribeByTicket({ deviceId: 'phone' })
  const atAlice = await alice.createConvo([bob.did], 'Owls')
  const [atBob] = await bob.join()
  const { seq } = await atAlice.send('hello')
  await events.untilSeq(atAlice.convoId, seq)
  await atBob!.catchUp()
  expect(atBob!.read.map(({ text }) => text)).toEqual(['hello'])
})

test('a service whose DID is a did:plc is reached by what the directory says of it', async () => {
  const port = await freePort()
  const did = await stage.pds.registerService(`http://127.0.0.1:${port}`)
  const env = { PLC_URL: stage.pds.plcUrl, SERVICE_DID: did, SERVER_PORT: String(port) }
  await using service = await startService({ env })
  const account = await stage.pds.createAccount()
  const client = new ProxiedClient(account, did)
  // Tokens of the second in which a service starts are refused.
  await expect
    .poll(() => client.query('getConvos').catch(() => undefined), { timeout: 30_000 })
    .toEqual({ conversations: [] })
  expect(service.serviceDid).toBe(did)

  const elsewhere = new ProxiedClient(account, stage.service.serviceDid)
  await elsewhere.query('getConvos')
})

describe('errors come back as the service gave them', () => {
  test.each<[string, number, (client: TestClient) => Promise<unknown>]>([
    ['ConvoNotFound', 404, (c) => c.query('getConvo', { convoId: 'ab'.repeat(16) })],
    ['InvalidRequest', 400, (c) => c.send('GET', 'getConvo')],
    ['InvalidRequest', 400, (c) => c.send('POST', 'sendMessage', { input: { convoId: 7 } })],
    ['DeviceNotFound', 404, (c) => c.procedure('deleteDevice', { deviceId: 'none' })],
    ['DeviceUnknown', 403, (c) => c.query('getWelcomes', { deviceId: 'none' })],
    ['InvalidKeyPackage', 400, (c) => c.procedure('publishKeyPackage', { keyPackage: bytes(100) })],
    ['InvalidGroupInfo', 400, (c) => c.procedure('createConvo', { genesis: bytes(100) })],
    ['ConvoNotFound', 404, (c) => c.send('GET', 'getBlob', { params: noBlob() })],
    ['TooLarge', 413, (c) => c.procedure('ackWelcome', tooLong())],
  ])('%s (%i)', async (error, status, call) => {
    const account = await stage.pds.createAccount()
    const { serviceDid, url } = stage.service
    const proxied = await failure(call(new ProxiedClient(account, serviceDid)))
    const direct = await failure(call(new TestClient(url, serviceDid, account)))
    expect(direct).toMatchObject({ error, status })
    expect(proxied).toEqual(direct)
  })

  test('RateLimitExceeded, without the headers that tell the time to wait', async () => {
    await using limited = await startService({
      env: { PLC_URL: stage.pds.plcUrl, RATE_LIMIT_DID_DEFAULT: '1' },
    })
    const account = await stage.pds.createAccount()
    const proxied = new ProxiedClient(account, limited.serviceDid)
    const caught = await eventually(async () => {
      const error = await proxied.query('getConvos').catch((reason: unknown) => reason)
      return error instanceof XrpcFailure && error.status === 429 ? error : undefined
    })
    expect(caught.error).toBe('RateLimitExceeded')
    expect(caught.headers.has('ratelimit-limit')).toBe(false)
    const lxm = 'blue.catbird.mls.getConvos'
    const bearer = await account.token({ aud: limited.serviceDid, lxm })
    const direct = await fetch(`${limited.url}/xrpc/${lxm}`, {
      headers: { authorization: `Bearer ${bearer}` },
    })
    expect(direct.headers.has('ratelimit-limit')).toBe(true)
  })

  test('whoever has no session is refused by the PDS itself', async () => {
    const account = await stage.pds.createAccount()
    const client = new ProxiedClient(account, stage.service.serviceDid)
    await client.query('getConvos')
    await expect(client.send('GET', 'getConvos', { bearer: '' })).rejects.toMatchObject({
      error: 'AuthMissing',
      status: 401,
    })
  })
})

describe('what a PDS carries', () => {
  test('its limits are those that the service is built for', () => {
    expect(stage.pds.proxy).toEqual({ headersTimeout: 10_000, maxResponseSize: 10 * MIB })
  })

  test('pages of large messages come whole', async () => {
    const device = await proxiedDevice('phone')
    await device.register()
    const convo = await device.createConvo([])
    const direct = new TestClient(stage.service.url, stage.service.serviceDid, device.api.account)
    const { convoId } = convo
    const messages = await Promise.all(
      Array.from({ length: 40 }, async () => ({
        convoId,
        msgId: randomUUID(),
        epoch: 0,
        ciphertext: await convo.group.encrypt(randomBytes(95_000).toString('hex')),
      })),
    )
    const sent = messages.map((message) => direct.procedure('sendMessage', message))
    const seqs = (await Promise.all(sent)).map(({ seq }) => seq!)
    const ids = messages
      .map(({ msgId }, i) => ({ msgId, seq: seqs[i]! }))
      .sort((a, b) => a.seq - b.seq)
      .map(({ msgId }) => msgId)
    const read: string[] = []
    let pages = 0
    for (let more = true, sinceSeq = 0; more; pages++) {
      const page = await device.api.query('getMessages', { convoId, sinceSeq, limit: 100 })
      read.push(...page.messages.map(({ id }) => id))
      sinceSeq = page.lastSeq
      more = page.hasMore
    }
    expect(read).toEqual(ids)
    expect(pages).toBeGreaterThan(1)
    const largest = Math.max(...device.api.calls.map((call) => call.bytes))
    expect(largest).toBeGreaterThan(4 * MIB)
  })

  test('a change of several megabytes reaches the service; one beyond 10 MiB goes there directly', async () => {
    const account = await stage.pds.createAccount()
    const { serviceDid, url } = stage.service
    const nineMiB = { genesis: bytes(3 * MIB), change: change(1.5 * MIB) }
    const proxied = new ProxiedClient(account, serviceDid)
    expect(await failure(proxied.procedure('createConvo', nineMiB))).toMatchObject({
      error: 'InvalidGroupInfo',
    })
    const large = { genesis: bytes(3 * MIB), change: change(3 * MIB) }
    const direct = new TestClient(url, serviceDid, account)
    expect(await failure(direct.procedure('createConvo', large))).toMatchObject({
      error: 'InvalidGroupInfo',
    })
  })
})

/** A device whose calls all go through the PDS. */
async function proxiedDevice(deviceId: string): Promise<ClientDevice> {
  const account = await stage.pds.createAccount()
  const api = new ProxiedClient(account, stage.service.serviceDid)
  return ClientDevice.over(api, deviceId)
}

async function failure(call: Promise<unknown>): Promise<object> {
  const error = await call.then(
    () => new Error('it succeeded'),
    (reason: unknown) => reason,
  )
  if (!(error instanceof XrpcFailure)) throw error
  return { error: error.error, status: error.status, message: error.message }
}

async function eventually<T>(attempt: () => Promise<T | undefined>): Promise<T> {
  let value: T | undefined
  await expect
    .poll(async () => (value = await attempt()) !== undefined, { timeout: 30_000 })
    .toBe(true)
  return value!
}

function bytes(count: number): Uint8Array {
  return new Uint8Array(count).fill(1)
}

function change(size: number) {
  return { commit: bytes(size), groupInfo: bytes(size) }
}

function noBlob() {
  return { convoId: 'ab'.repeat(16), blobId: 'ab'.repeat(32) }
}

function tooLong() {
  return { welcomeId: 'x', outcome: 'failed', reason: 'x'.repeat(MIB) }
}
