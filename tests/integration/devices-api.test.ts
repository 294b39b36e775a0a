import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { inTx } from '../../src/db/tx.js'
import type { Did, DeviceId, Epoch, Seq } from '../../src/lib/ids.js'
import { putWelcomes } from '../../src/welcomes/put.js'
import { XrpcFailure, type TestClient } from '../support/client.js'
import { deviceOf, startDeviceApi, type DeviceApi } from '../support/device-api.js'
import { randomConvoId } from '../support/device-domain.js'
import { DEFAULT_SUITE, type TestDevice } from '../support/mls/index.js'
import { randomPlcDid } from '../support/plc.js'

const KIB = 1024

let api: DeviceApi
beforeAll(async () => void (api = await startDeviceApi()))
afterAll(() => api[Symbol.asyncDispose]())

test('a device comes, publishes, is added, is told, joins and goes', async () => {
  const [alice, bob] = [await api.client(), await api.client()]
  const phone = await deviceOf(bob)
  const [first, ...others] = await phone.keyPackages(3)

  const { device } = await bob.procedure('registerDevice', {
    deviceId: 'phone',
    signaturePublicKey: phone.publicKey,
    name: 'Telefon ☎',
    keyPackages: [first!.bytes],
  })
  expect({ ...device, signaturePublicKey: hex(device.signaturePublicKey) }).toEqual({
    deviceId: 'phone',
    signaturePublicKey: hex(phone.publicKey),
    name: 'Telefon ☎',
    createdAt: expect.stringMatching(/Z$/),
    lastSeenAt: expect.stringMatching(/Z$/),
    keyPackagesAvailable: 1,
  })
  const [second, third] = others
  const { keyPackage } = await bob.procedure('publishKeyPackage', {
    keyPackage: second!.bytes,
    cipherSuite: DEFAULT_SUITE,
  })
  expect(keyPackage).toEqual({
    keyPackageRef: second!.ref,
    deviceId: 'phone',
    cipherSuite: DEFAULT_SUITE,
    expiresAt: expect.stringMatching(/Z$/),
    lastResort: false,
  })
  const batch = await bob.procedure('publishKeyPackages', {
    keyPackages: [third!.bytes, second!.bytes],
  })
  expect(batch.keyPackages.map(({ keyPackageRef }) => keyPackageRef)).toEqual([
    third!.ref,
    second!.ref,
  ])

  const { devices: seen } = await alice.query('listDevices', { did: bob.did })
  expect(seen.map(({ signaturePublicKey, ...rest }) => [hex(signaturePublicKey), rest])).toEqual([
    [hex(phone.publicKey), { deviceId: 'phone' }],
  ])
  const { devices: own } = await bob.query('listDevices', {})
  expect(own).toMatchObject([{ name: 'Telefon ☎', keyPackagesAvailable: 3 }])

  const nobody = randomPlcDid()
  const leased = await alice.query('getKeyPackages', { dids: [bob.did, nobody] })
  expect(leased.missing).toEqual([{ did: nobody }])
  expect(leased.keyPackages).toHaveLength(1)
  const { keyPackage: given, ...lease } = leased.keyPackages[0]!
  expect(lease).toEqual({
    did: bob.did,
    deviceId: 'phone',
    keyPackageRef: first!.ref,
    cipherSuite: DEFAULT_SUITE,
    lastResort: false,
  })
  expect(hex(given)).toBe(hex(first!.bytes))
  expect(await alice.query('getKeyPackages', { dids: [bob.did, nobody] })).toEqual(leased)

  const { devices } = await bob.query('getKeyPackageStatus')
  expect(devices).toEqual([
    {
      deviceId: 'phone',
      cipherSuite: DEFAULT_SUITE,
      available: 2,
      leased: 1,
      consumed: 0,
      lastResort: false,
      nextExpiresAt: expect.stringMatching(/Z$/),
      needsReplenish: true,
    },
  ])
  const never = 'ab'.repeat(32)
  expect(
    await bob.procedure('syncKeyPackages', {
      deviceId: 'phone',
      keyPackageRefs: [first!.ref, second!.ref, never],
    }),
  ).toEqual({ deleted: [third!.ref], unknown: [never] })

  const convoId = await putWelcome(bob, alice.did)
  const { welcomes, cursor } = await bob.query('getWelcomes', { deviceId: 'phone' })
  expect(cursor).toBeUndefined()
  expect(welcomes.map(({ welcome, ...rest }) => [hex(welcome), rest])).toEqual([
    [
      '0102',
      {
        welcomeId: expect.any(String),
        convoId,
        groupId: convoId,
        generation: 0,
        epoch: 1,
        seq: 1,
        addedBy: alice.did,
        createdAt: expect.stringMatching(/Z$/),
        expiresAt: expect.stringMatching(/Z$/),
      },
    ],
  ])
  const { welcomeId } = welcomes[0]!
  const ack = { welcomeId, outcome: 'joined', reason: 'in' }
  expect(await bob.procedure('ackWelcome', ack)).toEqual({})
  expect(await bob.procedure('ackWelcome', ack)).toEqual({})
  expect((await bob.query('getWelcomes', { deviceId: 'phone' })).welcomes).toEqual([])

  for (let times = 0; times < 2; times++) {
    expect(await bob.procedure('deleteDevice', { deviceId: 'phone' })).toEqual({
      keyPackagesDeleted: 2,
    })
  }
})

describe('each method says what it declares', () => {
  let bob: TestClient
  let phone: TestDevice
  beforeAll(async () => {
    bob = await api.client()
    phone = await deviceOf(bob)
    await bob.procedure('publishKeyPackage', { keyPackage: (await phone.keyPackage()).bytes })
    const gone = await deviceOf(bob, 'gone')
    await bob.procedure('publishKeyPackage', { keyPackage: (await gone.keyPackage()).bytes })
    await bob.procedure('deleteDevice', { deviceId: 'gone' })
  })

  test('registerDevice', async () => {
    const { publicKey } = await deviceOf(bob, 'other')
    const call = (input: object) =>
      bob.send('POST', 'registerDevice', {
        input: { deviceId: 'new', signaturePublicKey: publicKey, ...input },
      })
    await refused(call({ deviceId: 'phone' }), 409, 'DeviceKeyMismatch')
    await refused(call({ signaturePublicKey: phone.publicKey }), 409, 'DeviceKeyMismatch')
    await refused(call({ deviceId: 'gone' }), 403, 'DeviceUnknown')
    await refused(call({ keyPackages: [Buffer.of(1)] }), 400, 'InvalidKeyPackage')
    await refused(call({ keyPackages: [await foreignSuite(bob)] }), 400, 'InvalidCipherSuite')
    await refused(call({ deviceId: 'a b' }), 400, 'InvalidRequest')
    await refused(call({ deviceId: 'a'.repeat(65) }), 400, 'InvalidRequest')
    await refused(call({ signaturePublicKey: undefined }), 400, 'InvalidRequest')
    for (const bytes of [0, 1, 31, 33, 64, 65, 66, 132, 4096]) {
      const signaturePublicKey = new Uint8Array(bytes)
      await refused(call({ signaturePublicKey }), 400, 'InvalidRequest')
    }
    await refused(call({ name: 'x'.repeat(65) }), 400, 'InvalidRequest')
    await refused(call({ keyPackages: Array(101).fill(Buffer.of(1)) }), 400, 'InvalidRequest')
    await refused(call({ keyPackages: [Buffer.alloc(64 * KIB + 1)] }), 413, 'TooLarge')
    expect((await bob.query('listDevices', {})).devices).toHaveLength(1)
  })

  test.each([
    ['Ed25519', 32],
    ['Ed448', 57],
    ['P-256, a point', 65, 4],
    ['P-256, compressed', 33, 2],
    ['P-384', 97, 4],
    ['P-521', 133, 4],
    ['ML-DSA-87', 2592],
  ])('registerDevice takes keys of the size of %s', async (_scheme, bytes, first = 1) => {
    const signaturePublicKey = Uint8Array.from({ length: bytes }, () => first)
    const { device } = await (
      await api.client()
    ).procedure('registerDevice', {
      deviceId: 'phone',
      signaturePublicKey,
    })
    expect(device.signaturePublicKey).toHaveLength(bytes)
  })

  test('registerDevice and publishKeyPackages: TooManyDevices, TooManyKeyPackages', async () => {
    const carol = await api.client()
    const devices = await Promise.all(
      Array.from({ length: 21 }, (_, i) => deviceOf(carol, `d${i}`)),
    )
    const last = devices.pop()!
    for (const { deviceId, publicKey } of devices) {
      await carol.procedure('registerDevice', { deviceId, signaturePublicKey: publicKey })
    }
    const more = { deviceId: last.deviceId, signaturePublicKey: last.publicKey }
    await refused(carol.procedure('registerDevice', more), 400, 'TooManyDevices')
    const { bytes } = await last.keyPackage()
    const publish = (...keyPackages: Uint8Array[]) =>
      carol.procedure('publishKeyPackages', { keyPackages })
    await refused(publish(bytes), 400, 'TooManyDevices', 'keyPackages[0]')

    const packages = (await devices[0]!.keyPackages(201)).map((built) => built.bytes)
    await publish(...packages.slice(0, 100))
    await publish(...packages.slice(100, 200))
    await refused(publish(packages[200]!), 400, 'TooManyKeyPackages', 'keyPackages[0]')
    await publish(packages[0]!, packages[199]!)
  })

  test('publishKeyPackage', async () => {
    const call = (keyPackage: Uint8Array, more: object = {}) =>
      bob.send('POST', 'publishKeyPackage', { input: { keyPackage, ...more } })
    const { bytes } = await phone.keyPackage()
    await refused(call(Buffer.of(1)), 400, 'InvalidKeyPackage', 'keyPackage: ')
    await refused(call(bytes, { cipherSuite: 'NO_SUCH_SUITE' }), 400, 'InvalidCipherSuite')
    await refused(call(await foreignSuite(bob)), 400, 'InvalidCipherSuite')
    const gone = await (await deviceOf(bob, 'gone')).keyPackage()
    await refused(call(gone.bytes), 403, 'DeviceUnknown')
    const stranger = await deviceOf(await api.client())
    await refused(call((await stranger.keyPackage()).bytes), 400, 'InvalidKeyPackage')
    await refused(call(Buffer.alloc(64 * KIB + 1)), 413, 'TooLarge')
    await refused(call(bytes, { keyPackage: 'text' }), 400, 'InvalidRequest')
    await call(bytes, { cipherSuite: DEFAULT_SUITE })
  })

  test('publishKeyPackages', async () => {
    const call = (keyPackages: unknown[]) =>
      bob.send('POST', 'publishKeyPackages', { input: { keyPackages } })
    const { bytes } = await phone.keyPackage()
    await refused(call([bytes, Buffer.of(1)]), 400, 'InvalidKeyPackage', 'keyPackages[1]')
    await refused(call([]), 400, 'InvalidRequest')
    await refused(call(Array(101).fill(bytes)), 400, 'InvalidRequest')
    await refused(call([bytes, Buffer.alloc(64 * KIB + 1)]), 413, 'TooLarge')
    await call(Array(100).fill(bytes))
  })

  test('getKeyPackages', async () => {
    const call = (params: object) => bob.send('GET', 'getKeyPackages', { params })
    const dids = [bob.did]
    await refused(call({ dids, cipherSuite: 'NO_SUCH_SUITE' }), 400, 'InvalidCipherSuite')
    await refused(call({}), 400, 'InvalidRequest')
    await refused(call({ dids: Array(101).fill(bob.did) }), 400, 'InvalidRequest')
    for (const did of ['did:key:zQ3sh', bob.did.toUpperCase(), `${bob.did}#a`, 'x']) {
      await refused(call({ dids: [did] }), 400, 'InvalidRequest')
    }
    await refused(call({ dids, convoId: 'AB'.repeat(16) }), 400, 'InvalidRequest')
    await refused(call({ dids, convoId: 'ab' }), 400, 'InvalidRequest')
    await refused(call({ dids, deviceIds: ['a/b'] }), 400, 'InvalidRequest')
    await call({ dids, convoId: randomConvoId(), deviceIds: ['phone'] })

    const alice = await api.client()
    for (let i = 0; i < 20; i++) {
      await api.domain.publish(phone, [await phone.keyPackage()])
      await alice.query('getKeyPackages', { dids, convoId: randomConvoId() })
    }
    await api.domain.publish(phone, [await phone.keyPackage()])
    const over = () => alice.query('getKeyPackages', { dids, convoId: randomConvoId() })
    await refused(over(), 429, 'RateLimitExceeded')
    const { headers } = (await over().catch((error: unknown) => error)) as XrpcFailure
    expect(headers.get('ratelimit-policy')).toBe('20;w=3600')
    expect(headers.get('ratelimit-remaining')).toBe('0')
    expect(Number(headers.get('retry-after'))).toBeGreaterThan(0)
  })

  test('deleteDevice, syncKeyPackages, listDevices', async () => {
    const eve = await api.client()
    await refused(eve.procedure('deleteDevice', { deviceId: 'phone' }), 404, 'DeviceNotFound')
    await refused(bob.procedure('deleteDevice', { deviceId: 'é' }), 400, 'InvalidRequest')
    const sync = (client: TestClient, deviceId: string, keyPackageRefs: string[] = []) =>
      client.procedure('syncKeyPackages', { deviceId, keyPackageRefs })
    await refused(sync(eve, 'phone'), 403, 'DeviceUnknown')
    await refused(sync(bob, 'gone'), 403, 'DeviceUnknown')
    await refused(sync(bob, 'phone', ['ab']), 400, 'InvalidRequest')
    const upperCase = 'AB'.repeat(32)
    await refused(sync(bob, 'phone', [upperCase]), 400, 'InvalidRequest')
    await refused(sync(bob, 'phone', ['ab'.repeat(33)]), 400, 'InvalidRequest')
    await refused(sync(bob, 'phone', Array(1001).fill('ab'.repeat(32))), 400, 'InvalidRequest')
    await refused(bob.query('listDevices', { did: `${bob.did}.` }), 400, 'InvalidRequest')
    expect((await eve.query('getKeyPackageStatus')).devices).toEqual([])
    expect((await bob.query('getKeyPackageStatus')).devices).toHaveLength(1)
  })

  test('getWelcomes, ackWelcome', async () => {
    const eve = await api.client()
    await putWelcome(bob, eve.did)
    const list = (client: TestClient, more: object = {}) =>
      client.query('getWelcomes', { deviceId: 'phone', ...more })
    await refused(list(eve), 403, 'DeviceUnknown')
    await refused(list(bob, { deviceId: 'gone' }), 403, 'DeviceUnknown')
    await refused(list(bob, { deviceId: '?' }), 400, 'InvalidRequest')
    await refused(list(bob, { cursor: 'bm90IG9uZQ' }), 400, 'InvalidCursor')
    await refused(list(bob, { limit: 101 }), 400, 'InvalidRequest')
    await refused(list(bob, { limit: 0 }), 400, 'InvalidRequest')
    const { welcomeId } = (await list(bob)).welcomes[0]!
    const ack = (
      client: TestClient,
      input: { welcomeId: string; outcome: string; reason?: string },
    ) => client.procedure('ackWelcome', input)
    await refused(ack(eve, { welcomeId, outcome: 'joined' }), 404, 'WelcomeNotFound')
    await refused(ack(bob, { welcomeId: 'no', outcome: 'joined' }), 404, 'WelcomeNotFound')
    await refused(ack(bob, { welcomeId, outcome: 'lost' }), 400, 'InvalidRequest')
    const long = { welcomeId, outcome: 'joined', reason: 'x'.repeat(301) }
    await refused(ack(bob, long), 400, 'InvalidRequest')
    await ack(bob, { welcomeId, outcome: 'failed' })
    await refused(ack(bob, { welcomeId, outcome: 'joined' }), 409, 'WelcomeAlreadyAcked')
  })

  test('a token is needed, for the very method', async () => {
    const calls: ['GET' | 'POST', string, object?][] = [
      ['POST', 'registerDevice'],
      ['GET', 'listDevices'],
      ['POST', 'deleteDevice'],
      ['POST', 'publishKeyPackage'],
      ['POST', 'publishKeyPackages'],
      ['GET', 'getKeyPackages', { dids: [bob.did] }],
      ['GET', 'getKeyPackageStatus'],
      ['POST', 'syncKeyPackages'],
      ['GET', 'getWelcomes', { deviceId: 'phone' }],
      ['POST', 'ackWelcome'],
    ]
    for (const [verb, method, params] of calls) {
      const call = verb === 'GET' ? { params } : { input: {} }
      await refused(bob.send(verb, method, { ...call, bearer: '' }), 401, 'AuthMissing')
      const claims = { lxm: 'blue.catbird.mls.describeServer' }
      await refused(bob.send(verb, method, { ...call, claims }), 401, 'BadJwtLexiconMethod')
    }
  })
})

async function refused(
  call: Promise<unknown>,
  status: number,
  error: string,
  message = '',
): Promise<void> {
  const failure = await call.then(
    (answer) => expect.fail(`answered ${JSON.stringify(answer)}`),
    (thrown: unknown) => thrown,
  )
  expect(failure).toBeInstanceOf(XrpcFailure)
  expect(failure).toMatchObject({ status, error })
  expect((failure as XrpcFailure).message).toContain(message)
}

/** As a commit of `addedBy` would, for the client's `phone`. */
async function putWelcome(client: TestClient, addedBy: string) {
  const { domain } = api
  const convoId = await domain.insertConvo()
  await inTx(domain.db, (tx) =>
    putWelcomes(tx, domain.outbox, {
      convoId,
      groupId: Buffer.from(convoId, 'hex'),
      generation: 0,
      epoch: 1 as Epoch,
      seq: 1 as Seq,
      welcome: Buffer.of(1, 2),
      addedBy: addedBy as Did,
      recipients: [
        {
          did: client.did as Did,
          deviceId: 'phone' as DeviceId,
          keyPackageRef: '00',
          expiresAt: new Date(Date.now() + 86_400_000),
        },
      ],
      now: domain.clock(),
    }),
  )
  return convoId
}

async function foreignSuite({ did }: TestClient): Promise<Uint8Array> {
  const device = await api.domain.newDevice({
    did,
    deviceId: 'new',
    suite: 'MLS_256_DHKEMP521_AES256GCM_SHA512_P521',
  })
  return (await device.keyPackage()).bytes
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex')
}
