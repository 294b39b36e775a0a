import { afterAll, beforeAll, expect, test } from 'vitest'
import { registerPush } from '../../src/devices/push.js'
import type { DeviceId, Did } from '../../src/lib/ids.js'
import type { ClientDevice } from '../support/client-device.js'
import type { TokenVault } from '../../src/push/token-vault.js'
import { ConvoStage, OPENS_WITHIN_MS } from '../support/convo-stage.js'
import { createPushKeys, webPushEnv } from '../support/push-servers.js'

const vapid = createPushKeys()
const token = JSON.stringify(subscription('https://push.example/1'))

let stage: ConvoStage
let alice: ClientDevice
beforeAll(async () => {
  stage = await ConvoStage.open({ env: webPushEnv(vapid) })
  alice = await stage.device()
}, OPENS_WITHIN_MS)
afterAll(() => stage?.[Symbol.asyncDispose]())

test('a client learns which platforms there are, and registers for one', async () => {
  const server = await alice.api.query('describeServer')
  expect(server.push).toEqual({ platforms: ['web'], vapidPublicKey: vapid.publicKey })
  const input = { deviceId: 'phone', platform: 'web', token }
  expect(await alice.api.procedure('registerPush', input)).toEqual({})
  await stage.changesNothing(() => alice.api.procedure('registerPush', input))
  expect(await tokensOf(alice)).toBe(1)

  // Another subscription of the same device takes its place, whatever else is in it.
  const moved = { ...subscription('https://push.example/2'), expirationTime: null }
  await alice.api.procedure('registerPush', { ...input, token: JSON.stringify(moved) })
  expect(await tokensOf(alice)).toBe(1)
  await stage.changesNothing(() => alice.api.procedure('unregisterPush', input))
  await alice.api.procedure('unregisterPush', { ...input, token: JSON.stringify(moved) })
  expect(await tokensOf(alice)).toBe(0)
  await stage.changesNothing(() => alice.api.procedure('unregisterPush', input))
})

test('what cannot be registered is told why', async () => {
  const refused = (input: object, error: string, words?: RegExp) =>
    stage.refuses(
      () =>
        alice.api.procedure('registerPush', {
          deviceId: 'phone',
          platform: 'web',
          token,
          ...input,
        }),
      error,
      words,
    )
  await refused({ platform: 'ios' }, 'InvalidRequest', /no push notifications to ios/)
  await refused({ platform: 'pager' }, 'InvalidRequest', /platform is one of/)
  await refused({ deviceId: 'tablet' }, 'DeviceUnknown')
  await refused({ token: 'x' }, 'InvalidRequest', /Web Push subscription/)
  await refused({ token: '' }, 'InvalidRequest')
  await refused({ token: 'x'.repeat(4_097) }, 'InvalidRequest')
  for (const endpoint of ['http://push.example/1', 'file:///etc/passwd', 'nowhere']) {
    const bad = JSON.stringify(subscription(endpoint))
    await refused({ token: bad }, 'InvalidRequest', /https endpoint/)
  }
})

test.each([
  ['ios', 'not hex', /given in hex/],
  ['android', 'with spaces', /printable ASCII/],
] as const)('a token of %s has its form', async (platform, bad, words) => {
  const offer = { vault: {} as TokenVault, platforms: ['ios', 'android'] as const }
  const deps = { db: stage.db, push: offer, clock: () => new Date() }
  const request = { did: alice.did as Did, deviceId: 'phone' as DeviceId, platform, token: bad }
  await expect(registerPush(deps, request)).rejects.toThrow(words)
})

test('where nothing is set up, a client is told so', async () => {
  const offer = { vault: undefined, platforms: [] }
  const deps = { db: stage.db, push: offer, clock: () => new Date() }
  const request = { did: alice.did as Did, deviceId: 'phone' as DeviceId, platform: 'web' as const }
  await expect(registerPush(deps, { ...request, token })).rejects.toMatchObject({
    customErrorName: 'InvalidRequest',
  })
})

test('a device is connected while a stream that names it is open', async () => {
  const { stream } = stage.service.context
  const connected = () => stream.isConnected(alice.did as Did, 'phone' as DeviceId)
  expect(connected()).toBe(false)
  const anyDevice = await alice.api.subscribe()
  expect(connected()).toBe(false)
  const reader = await alice.api.subscribeByTicket({ deviceId: 'phone' })
  expect(connected()).toBe(true)
  await reader.close()
  await expect.poll(connected).toBe(false)
  await anyDevice.close()
})

test('the registration goes with the account, and is in its export before', async () => {
  const bob = await stage.device()
  await bob.api.procedure('registerPush', { deviceId: 'phone', platform: 'web', token })
  const exported = (await bob.api.send('GET', 'exportAccountData')) as string
  expect(exported).toContain('"type":"pushRegistration","deviceId":"phone","platform":"web"')
  await bob.api.procedure('deleteAccount')
  expect(await tokensOf(bob)).toBe(0)
})

function subscription(endpoint: string) {
  const keys = { p256dh: vapid.publicKey, auth: Buffer.alloc(16, 7).toString('base64url') }
  return { endpoint, keys }
}

async function tokensOf({ did }: ClientDevice): Promise<number> {
  const rows = await stage.db
    .selectFrom('push_registrations')
    .select('platform')
    .where('did', '=', did as Did)
    .execute()
  return rows.length
}
