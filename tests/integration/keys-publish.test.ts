import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { deleteDevice } from '../../src/devices/delete.js'
import { listDevices } from '../../src/devices/list.js'
import { registerDevice } from '../../src/devices/register.js'
import {
  DeviceKeyMismatchError,
  DeviceUnknownError,
  InvalidCipherSuiteError,
  InvalidKeyPackageError,
  TooLargeError,
  TooManyDevicesError,
  TooManyKeyPackagesError,
} from '../../src/errors.js'
import { leaseKeyPackages } from '../../src/keys/lease.js'
import { publishKeyPackages } from '../../src/keys/publish.js'
import { syncKeyPackages } from '../../src/keys/sync.js'
import type { DeviceId, Did } from '../../src/lib/ids.js'
import { type DeviceDomain, openDeviceDomain, OTHER_SUITE } from '../support/device-domain.js'
import {
  basicCredential,
  type BuiltKeyPackage,
  DEFAULT_SUITE,
  lifetimeFromNow,
  suiteOf,
  type TestDevice,
} from '../support/mls/index.js'
import { randomPlcDid } from '../support/plc.js'

const DAY_S = 24 * 3600

let domain: DeviceDomain
beforeAll(
  async () =>
    void (domain = await openDeviceDomain({ keyPackagesPerDevice: 5, devicesPerAccount: 2 })),
)
afterAll(() => domain[Symbol.asyncDispose]())

test('the first package registers its device, and the answer is what the signed package says', async () => {
  const device = await domain.newDevice()
  const [plain, resort] = [await device.keyPackage(), await device.keyPackage({ lastResort: true })]
  expect(await domain.publish(device, [plain, resort])).toEqual([
    view(device, plain),
    view(device, resort, true),
  ])
  expect(await devicesOf(device)).toMatchObject([{ deviceId: 'phone', keyPackagesAvailable: 1 }])
  const events = (await domain.events('device')).filter(({ subject }) => subject === device.did)
  expect(events.map(({ action }) => action)).toEqual(['registered'])
})

test('devices of one account can share a batch', async () => {
  const did = randomPlcDid()
  const phone = await domain.newDevice({ did })
  const tablet = await domain.newDevice({ did, deviceId: 'tablet', suite: OTHER_SUITE })
  const packages = [await phone.keyPackage(), await tablet.keyPackage(), await phone.keyPackage()]
  expect(await domain.publish(phone, packages)).toMatchObject([
    { deviceId: 'phone', cipherSuite: DEFAULT_SUITE },
    { deviceId: 'tablet', cipherSuite: OTHER_SUITE },
    { deviceId: 'phone', cipherSuite: DEFAULT_SUITE },
  ])
})

describe('published again', () => {
  test('the answer is the same and nothing changes, also for many at once', async () => {
    const device = await domain.newDevice()
    const packages = await device.keyPackages(3)
    const first = await domain.publish(device, packages)
    const before = await Promise.all(packages.map(({ ref }) => domain.packageRow(ref)))
    const answers = await Promise.all(
      Array.from({ length: 12 }, () => domain.publish(device, packages)),
    )
    expect(answers).toEqual(Array(12).fill(first))
    expect(await Promise.all(packages.map(({ ref }) => domain.packageRow(ref)))).toEqual(before)
  })

  test('twice in one batch counts once', async () => {
    const device = await domain.newDevice()
    const one = await device.keyPackage()
    expect(await domain.publish(device, [one, one])).toEqual([view(device, one), view(device, one)])
    expect(await devicesOf(device)).toMatchObject([{ keyPackagesAvailable: 1 }])
  })

  test('a leased package stays leased', async () => {
    const { device, packages } = await domain.publishedDevice(1)
    const lease = { caller: randomPlcDid(), dids: [device.did as Did] }
    expect((await leaseKeyPackages(domain, lease)).keyPackages).toHaveLength(1)
    await domain.publish(device, packages)
    const other = await leaseKeyPackages(domain, { ...lease, caller: randomPlcDid() })
    expect(other.keyPackages).toEqual([])
  })

  test('a deleted package stays deleted', async () => {
    const { device, did, deviceId, packages } = await domain.publishedDevice(1)
    await syncKeyPackages(domain, { did, deviceId, kept: [] })
    expect(await domain.publish(device, packages)).toEqual([view(device, packages[0]!)])
    expect(await devicesOf(device)).toMatchObject([{ keyPackagesAvailable: 0 }])
  })
})

describe('all or none', () => {
  test.each<[string, (device: TestDevice) => Promise<Uint8Array>]>([
    [
      'K1 a byte after it',
      async (d) => Buffer.concat([(await d.keyPackage()).bytes, Buffer.of(0)]),
    ],
    ['K1 the inner KeyPackage alone', async (d) => (await d.keyPackage()).bytes.subarray(4)],
    ['K1 no bytes', async () => new Uint8Array()],
    [
      'K2 the credential of another account',
      async (d) => bytes(d, { credential: basicCredential(`${randomPlcDid()}#${d.deviceId}`) }),
    ],
    [
      'K2 a credential without a device',
      async (d) => bytes(d, { credential: basicCredential(d.did) }),
    ],
    [
      'K3 another signature key than the device has',
      async ({ did, deviceId }) => bytes(await domain.newDevice({ did, deviceId })),
    ],
    ['K4 a forged KeyPackage signature', async (d) => bytes(d, { signKey: await otherKey() })],
    ['K4 a forged leaf signature', async (d) => bytes(d, { leafSignKey: await otherKey() })],
    ['K5 the init key as encryption key', async (d) => bytes(d, { sameKeys: true })],
    [
      'K5 capabilities without its suite',
      async (d) => bytes(d, { capabilities: { ciphersuites: [] } }),
    ],
    ['K6 over 90 days', async (d) => bytes(d, { lifetime: lifetimeFromNow(90 * DAY_S + 1) })],
    ['K6 under 600 s left', async (d) => bytes(d, { lifetime: lifetimeFromNow(3600 + 590) })],
    ['K6 not begun', async (d) => bytes(d, { lifetime: lifetimeFromNow(DAY_S, tomorrow()) })],
    [
      'a last-resort mark that the leaf does not list',
      async (d) => bytes(d, { lastResort: true, capabilities: { extensions: [] } }),
    ],
  ])('%s', async (_, makeBad) => {
    const device = await domain.newDevice()
    await domain.publish(device, [await device.keyPackage()])
    const [first, last] = await device.keyPackages(2)
    const bad = { bytes: await makeBad(device) }
    const refusal = await domain.publish(device, [first!, bad, last!]).catch((e: Error) => e)
    expect(refusal).toBeInstanceOf(InvalidKeyPackageError)
    expect((refusal as Error).message).toMatch(/^keyPackages\[1\]: /)
    expect(await devicesOf(device)).toMatchObject([{ keyPackagesAvailable: 1 }])
    // Control: the same without it.
    await domain.publish(device, [first!, last!])
    expect(await devicesOf(device)).toMatchObject([{ keyPackagesAvailable: 3 }])
  })

  test('K5 a suite that is not offered', async () => {
    const device = await domain.newDevice({ suite: 'MLS_256_DHKEMP521_AES256GCM_SHA512_P521' })
    await expect(domain.publish(device, [await device.keyPackage()])).rejects.toBeInstanceOf(
      InvalidCipherSuiteError,
    )
  })

  test('K5 another suite than the one declared', async () => {
    const device = await domain.newDevice()
    const { bytes } = await device.keyPackage()
    const offer = (cipherSuite: string) =>
      publishKeyPackages(domain, {
        did: device.did as Did,
        offered: [{ bytes, cipherSuite, place: 'keyPackage' }],
      })
    await expect(offer(OTHER_SUITE)).rejects.toBeInstanceOf(InvalidCipherSuiteError)
    expect(await offer(DEFAULT_SUITE)).toHaveLength(1)
  })

  test('K8 over 64 KiB', async () => {
    const device = await domain.newDevice()
    const bad = { bytes: new Uint8Array(64 * 1024 + 1) }
    await expect(domain.publish(device, [bad])).rejects.toBeInstanceOf(TooLargeError)
  })
})

describe('K7 an init key is used once', () => {
  test('in another package of the device, in the same batch or later', async () => {
    const device = await domain.newDevice()
    const first = await device.keyPackage()
    const { initKey } = first.keyPackage
    const again = await device.keyPackage({ initKey })
    const refusal = await domain.publish(device, [first, again]).catch((e: Error) => e)
    expect(refusal).toBeInstanceOf(InvalidKeyPackageError)
    expect((refusal as Error).message).toMatch(/^keyPackages\[1\]: .*init_key/)
    expect(await devicesOf(device)).toEqual([])
    await domain.publish(device, [first])
    await expect(domain.publish(device, [again])).rejects.toBeInstanceOf(InvalidKeyPackageError)
  })

  test('by another account, and when the first one is gone', async () => {
    const { did, deviceId, packages } = await domain.publishedDevice(1)
    const thief = await domain.newDevice()
    const { initKey } = packages[0]!.keyPackage
    const stolen = await thief.keyPackage({ initKey })
    await expect(domain.publish(thief, [stolen])).rejects.toBeInstanceOf(InvalidKeyPackageError)
    await syncKeyPackages(domain, { did, deviceId, kept: [] })
    await expect(domain.publish(thief, [stolen])).rejects.toBeInstanceOf(InvalidKeyPackageError)
  })

  test('of two accounts at the same time one gets it', async () => {
    const [a, b] = [await domain.newDevice(), await domain.newDevice()]
    const first = await a.keyPackage()
    const second = await b.keyPackage({ initKey: first.keyPackage.initKey })
    const outcomes = await Promise.allSettled([
      domain.publish(a, [first]),
      domain.publish(b, [second]),
    ])
    expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
  })
})

describe('limits', () => {
  test.each(['new', 'registered'])(
    'packages per %s device, of many batches at once',
    async (is) => {
      const device = await domain.newDevice()
      if (is === 'registered') await register(device)
      const batches = await Promise.all(Array.from({ length: 6 }, () => device.keyPackages(2)))
      const outcomes = await Promise.allSettled(
        batches.map((batch) => domain.publish(device, batch)),
      )
      const refusals = outcomes.filter((outcome) => outcome.status === 'rejected')
      expect(refusals.map(({ reason }) => reason.constructor)).toEqual(
        Array(4).fill(TooManyKeyPackagesError),
      )
      expect(await devicesOf(device)).toMatchObject([{ keyPackagesAvailable: 4 }])
      await domain.publish(device, [await device.keyPackage()])
      await expect(domain.publish(device, [await device.keyPackage()])).rejects.toBeInstanceOf(
        TooManyKeyPackagesError,
      )
      // A repetition is not one more, and what has ended does not count.
      const published = batches.find((_, i) => outcomes[i]!.status === 'fulfilled')!
      await domain.publish(device, published)
      await domain.setNotAfter(published[0]!.ref, -1)
      await domain.publish(device, [await device.keyPackage()])
    },
  )

  test('devices per account', async () => {
    const did = randomPlcDid()
    const devices = await Promise.all(
      ['a', 'b', 'c'].map((deviceId) => domain.newDevice({ did, deviceId })),
    )
    const packages = await Promise.all(devices.map((device) => device.keyPackage()))
    const refusal = await domain.publish({ did }, packages).catch((e: Error) => e)
    expect(refusal).toBeInstanceOf(TooManyDevicesError)
    expect((refusal as Error).message).toContain('keyPackages[2]')
    expect(await devicesOf({ did })).toEqual([])
    await domain.publish({ did }, packages.slice(0, 2))
  })
})

test('a deleted device publishes nothing more, under no name', async () => {
  const { device, did, deviceId, packages } = await domain.publishedDevice(1)
  await deleteDevice(domain, { did, deviceId })
  const fresh = await device.keyPackage()
  const renamed = await device.keyPackage({ credential: basicCredential(`${did}#tablet`) })
  for (const offered of [packages[0]!, fresh, renamed]) {
    await expect(domain.publish(device, [offered])).rejects.toBeInstanceOf(DeviceUnknownError)
  }
})

test('a key belongs to one device', async () => {
  const { device, did } = await domain.publishedDevice(1)
  const renamed = await device.keyPackage({ credential: basicCredential(`${did}#tablet`) })
  await expect(domain.publish(device, [renamed])).rejects.toBeInstanceOf(DeviceKeyMismatchError)
})

test('publishing is seen, once an hour', async () => {
  const { device, did } = await domain.publishedDevice(1)
  const seen = async () => (await listDevices(domain, { caller: did, did }))[0]!.lastSeenAt!
  const registered = await seen()
  await domain.publish(device, [await device.keyPackage()])
  expect(await seen()).toEqual(registered)
  domain.skewMs = 61 * 60 * 1000
  try {
    await domain.publish(device, [await device.keyPackage()])
  } finally {
    domain.skewMs = 0
  }
  expect((await seen()).getTime() - registered.getTime()).toBeGreaterThan(60 * 60 * 1000)
})

function view({ deviceId }: TestDevice, built: BuiltKeyPackage, lastResort = false) {
  const { leafNode, cipherSuite } = built.keyPackage
  const { notAfter } = (leafNode as { lifetime: { notAfter: bigint } }).lifetime
  return {
    keyPackageRef: built.ref,
    deviceId,
    cipherSuite,
    expiresAt: new Date(Number(notAfter) * 1000),
    lastResort,
  }
}

async function bytes(device: TestDevice, options: Parameters<TestDevice['keyPackage']>[0] = {}) {
  return (await device.keyPackage(options)).bytes
}

async function otherKey(): Promise<Uint8Array> {
  return (await (await suiteOf(DEFAULT_SUITE)).signature.keygen()).signKey
}

function tomorrow(): number {
  return Date.now() + DAY_S * 1000
}

async function register({ did, deviceId, publicKey }: TestDevice): Promise<void> {
  await registerDevice(domain, {
    did: did as Did,
    deviceId: deviceId as DeviceId,
    signatureKey: publicKey,
    keyPackages: [],
  })
}

function devicesOf({ did }: { did: string }) {
  return listDevices(domain, { caller: did as Did, did: did as Did })
}
