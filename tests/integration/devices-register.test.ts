import { afterAll, beforeAll, expect, test } from 'vitest'
import { deleteDevice } from '../../src/devices/delete.js'
import { registerDevice } from '../../src/devices/register.js'
import {
  DeviceKeyMismatchError,
  DeviceUnknownError,
  InvalidCipherSuiteError,
  InvalidKeyPackageError,
  TooManyDevicesError,
  TooManyKeyPackagesError,
} from '../../src/errors.js'
import type { DeviceId, Did } from '../../src/lib/ids.js'
import { type DeviceDomain, openDeviceDomain } from '../support/device-domain.js'
import type { BuiltKeyPackage, TestDevice } from '../support/mls/index.js'
import { randomPlcDid } from '../support/plc.js'

let domain: DeviceDomain
beforeAll(async () => void (domain = await openDeviceDomain({ keyPackagesPerDevice: 4 })))
afterAll(() => domain[Symbol.asyncDispose]())

test('a device is registered once, with its key and its packages', async () => {
  const device = await domain.newDevice()
  const packages = await device.keyPackages(2)
  const answer = await register(device, { name: 'My phone', packages })
  expect(answer).toEqual({
    deviceId: 'phone',
    signaturePublicKey: Uint8Array.from(device.publicKey),
    name: 'My phone',
    createdAt: expect.any(Date),
    lastSeenAt: answer.createdAt,
    keyPackagesAvailable: 2,
  })
  expect(await register(device, { name: 'My phone', packages })).toEqual(answer)
  expect(await announced(device)).toEqual([
    { kind: 'device', subject: device.did, deviceId: 'phone', action: 'registered' },
  ])
})

test('of many at the same time one registers, and all get its answer', async () => {
  const device = await domain.newDevice()
  const answers = await Promise.all(Array.from({ length: 20 }, () => register(device)))
  expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1)
  expect(await announced(device)).toHaveLength(1)
})

test('registering again sets the name, and leaves it where none is given', async () => {
  const device = await domain.newDevice()
  await domain.publish(device, await device.keyPackages(1))
  expect(await register(device)).not.toHaveProperty('name')
  expect(await register(device, { name: 'Tablet' })).toMatchObject({ name: 'Tablet' })
  expect(await register(device)).toMatchObject({ name: 'Tablet', keyPackagesAvailable: 1 })
})

test('a device keeps its key', async () => {
  const device = await domain.newDevice()
  await register(device)
  const impostor = await domain.newDevice({ did: device.did })
  await expect(register(impostor)).rejects.toBeInstanceOf(DeviceKeyMismatchError)
  // Control: another account may name a device the same.
  await register(await domain.newDevice())
})

test('two devices of one account never have one key', async () => {
  const device = await domain.newDevice()
  await register(device)
  const twin = { did: device.did, deviceId: 'tablet', publicKey: device.publicKey }
  await expect(register(twin)).rejects.toBeInstanceOf(DeviceKeyMismatchError)
})

test('neither name nor key of a deleted device comes back', async () => {
  const device = await domain.newDevice()
  const did = device.did as Did
  await register(device)
  await deleteDevice(domain, { did, deviceId: 'phone' as DeviceId })
  const { publicKey } = await domain.newDevice({ did })
  await expect(register(device)).rejects.toBeInstanceOf(DeviceUnknownError)
  await expect(register({ did, deviceId: 'phone', publicKey })).rejects.toBeInstanceOf(
    DeviceUnknownError,
  )
  await expect(
    register({ did, deviceId: 'tablet', publicKey: device.publicKey }),
  ).rejects.toBeInstanceOf(DeviceUnknownError)
  // Control: with both new it does.
  await register({ did, deviceId: 'tablet', publicKey })
})

test('the twenty-first live device is refused, however many come at once', async () => {
  const did = randomPlcDid()
  const devices = await Promise.all(
    Array.from({ length: 24 }, (_, i) => domain.newDevice({ did, deviceId: `d${i}` })),
  )
  const outcomes = await Promise.allSettled(devices.map((device) => register(device)))
  const refused = outcomes.filter((outcome) => outcome.status === 'rejected')
  expect(refused.map(({ reason }) => reason.constructor)).toEqual(
    Array(4).fill(TooManyDevicesError),
  )
  // A deleted one makes room; a repetition needs none.
  const [kept, freed] = devices.filter((_, i) => outcomes[i]!.status === 'fulfilled')
  const late = devices[outcomes.findIndex(({ status }) => status === 'rejected')]!
  await deleteDevice(domain, { did, deviceId: freed!.deviceId as DeviceId })
  await register(late)
  await register(kept!)
  await expect(register(await domain.newDevice({ did, deviceId: 'more' }))).rejects.toBeInstanceOf(
    TooManyDevicesError,
  )
})

test('a bad package refuses the device too, and says where it stands', async () => {
  const device = await domain.newDevice()
  const tablet = await domain.newDevice({ did: device.did, deviceId: 'tablet' })
  const good = await device.keyPackage()
  const cases: [BuiltKeyPackage, new (...args: never[]) => Error][] = [
    [await device.keyPackage({ signKey: tablet.signKey }), InvalidKeyPackageError],
    [await tablet.keyPackage(), InvalidKeyPackageError],
    [await (await domain.newDevice({ did: device.did })).keyPackage(), InvalidKeyPackageError],
    [await (await foreignSuite(device)).keyPackage(), InvalidCipherSuiteError],
  ]
  for (const [bad, error] of cases) {
    const refusal = await register(device, { packages: [good, bad] }).catch((e: Error) => e)
    expect(refusal).toBeInstanceOf(error)
    expect((refusal as Error).message).toContain('keyPackages[1]')
  }
  const many = await device.keyPackages(5)
  await expect(register(device, { packages: many })).rejects.toBeInstanceOf(TooManyKeyPackagesError)
  expect(await announced(device)).toEqual([])
  expect(await register(device, { packages: [good] })).toMatchObject({ keyPackagesAvailable: 1 })
})

async function register(
  { did, deviceId, publicKey }: Pick<TestDevice, 'did' | 'deviceId' | 'publicKey'>,
  { name, packages = [] }: { name?: string; packages?: BuiltKeyPackage[] } = {},
) {
  const answer = await registerDevice(domain, {
    did: did as Did,
    deviceId: deviceId as DeviceId,
    signatureKey: publicKey,
    name,
    keyPackages: packages.map(({ bytes }, i) => ({ bytes, place: `keyPackages[${i}]` })),
  })
  // A Buffer or a Uint8Array, as the dialect has it.
  return { ...answer, signaturePublicKey: Uint8Array.from(answer.signaturePublicKey) }
}

async function announced({ did }: { did: string }) {
  return (await domain.events('device')).filter(({ subject }) => subject === did)
}

function foreignSuite({ did }: TestDevice) {
  return domain.newDevice({ did, suite: 'MLS_256_DHKEMP521_AES256GCM_SHA512_P521' })
}
