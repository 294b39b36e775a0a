import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { deleteDevice } from '../../src/devices/delete.js'
import { registerDevice } from '../../src/devices/register.js'
import { InvalidCipherSuiteError, RateLimitExceededError } from '../../src/errors.js'
import { type LeaseRequest, leaseKeyPackages } from '../../src/keys/lease.js'
import { countAvailable } from '../../src/keys/stock.js'
import type { DeviceId, Did } from '../../src/lib/ids.js'
import {
  type DeviceDomain,
  openDeviceDomain,
  OTHER_SUITE,
  randomConvoId,
} from '../support/device-domain.js'
import { DEFAULT_SUITE } from '../support/mls/index.js'
import { randomPlcDid } from '../support/plc.js'

let domain: DeviceDomain
beforeAll(async () => void (domain = await openDeviceDomain()))
afterAll(() => domain[Symbol.asyncDispose]())

test('one package of every device of every account, the caller included', async () => {
  const caller = randomPlcDid()
  const own = await domain.publishedDevice(2, { did: caller })
  const bob = randomPlcDid()
  const phone = await domain.publishedDevice(2, { did: bob })
  const tablet = await domain.publishedDevice(2, { did: bob, deviceId: 'tablet' })
  const { keyPackages, missing } = await lease({ caller, dids: [bob, caller] })
  expect(missing).toEqual([])
  expect(keyPackages).toMatchObject([
    { did: bob, deviceId: 'phone', cipherSuite: DEFAULT_SUITE, lastResort: false },
    { did: bob, deviceId: 'tablet', cipherSuite: DEFAULT_SUITE, lastResort: false },
    { did: caller, deviceId: 'phone', cipherSuite: DEFAULT_SUITE, lastResort: false },
  ])
  const published = [...phone.packages, ...tablet.packages, ...own.packages]
  for (const { keyPackageRef, keyPackage } of keyPackages) {
    const built = published.find(({ ref }) => ref === keyPackageRef)!
    expect(Buffer.compare(keyPackage, built.bytes)).toBe(0)
  }
})

test('accounts and devices without one are missing, and cost the others nothing', async () => {
  const caller = randomPlcDid()
  const { did: bob } = await domain.publishedDevice(1)
  const nobody = randomPlcDid()
  const carol = await domain.newDevice()
  await register(carol)
  const request = { caller, dids: [nobody, bob, carol.did as Did] }
  const { keyPackages, missing } = await lease(request)
  expect(keyPackages).toMatchObject([{ did: bob }])
  expect(missing).toEqual([{ did: nobody }, { did: carol.did, deviceId: 'phone' }])
})

test('deviceIds narrows it down', async () => {
  const bob = randomPlcDid()
  await domain.publishedDevice(1, { did: bob })
  await domain.publishedDevice(1, { did: bob, deviceId: 'tablet' })
  const caller = randomPlcDid()
  const only = (deviceId: string) =>
    lease({ caller, dids: [bob], deviceIds: [deviceId as DeviceId] })
  expect(await only('tablet')).toMatchObject({ keyPackages: [{ deviceId: 'tablet' }], missing: [] })
  expect(await only('watch')).toEqual({ keyPackages: [], missing: [{ did: bob }] })
})

describe('a lease', () => {
  test('is repeated for the same caller and conversation, and for no other', async () => {
    const { did: bob } = await domain.publishedDevice(5)
    const [caller, convoId] = [randomPlcDid(), randomConvoId()]
    const first = await lease({ caller, dids: [bob], convoId })
    expect(await lease({ caller, dids: [bob], convoId })).toEqual(first)
    const others = await Promise.all([
      lease({ caller, dids: [bob], convoId: randomConvoId() }),
      lease({ caller, dids: [bob] }),
      lease({ caller: randomPlcDid(), dids: [bob], convoId }),
    ])
    expect(new Set([first, ...others].map(refOf)).size).toBe(4)
    expect(refOf(await lease({ caller, dids: [bob] }))).toBe(refOf(others[1]!))
  })

  test('many repetitions at the same time are one', async () => {
    const { did: bob } = await domain.publishedDevice(30)
    for (const left of [29, 28, 27]) {
      const request = { caller: randomPlcDid(), dids: [bob], convoId: randomConvoId() }
      const answers = await Promise.all(Array.from({ length: 25 }, () => lease(request)))
      expect(new Set(answers.map(refOf)).size).toBe(1)
      expect(await available(bob)).toBe(left)
    }
  })

  test('that ends unused puts the package back', async () => {
    const { did: bob, packages } = await domain.publishedDevice(1)
    const { ref } = packages[0]!
    expect(refOf(await lease({ dids: [bob] }))).toBe(ref)
    expect(await lease({ dids: [bob] })).toMatchObject({ keyPackages: [] })
    await domain.endLease(ref)
    expect(refOf(await lease({ dids: [bob] }))).toBe(ref)
  })

  test('lasts as long as it is said', async () => {
    const { did: bob, packages } = await domain.publishedDevice(1)
    await lease({ dids: [bob] })
    const { leased_until } = await domain.packageRow(packages[0]!.ref)
    const seconds = (leased_until!.getTime() - Date.now()) / 1000
    expect(seconds).toBeGreaterThan(540)
    expect(seconds).toBeLessThanOrEqual(601)
  })
})

describe('the last resort', () => {
  test('is given when no other is left, to any number, and stays the same for each', async () => {
    const { device, did: bob, packages } = await domain.publishedDevice(1)
    const resort = await device.keyPackage({ lastResort: true })
    await domain.publish(device, [resort])
    expect(refOf(await lease({ dids: [bob] }))).toBe(packages[0]!.ref)

    const [alice, convoId] = [randomPlcDid(), randomConvoId()]
    const toAlice = await lease({ caller: alice, dids: [bob], convoId })
    expect(toAlice.keyPackages).toMatchObject([{ keyPackageRef: resort.ref, lastResort: true }])
    expect(refOf(await lease({ dids: [bob] }))).toBe(resort.ref)

    await domain.publish(device, await device.keyPackages(2))
    expect(await lease({ caller: alice, dids: [bob], convoId })).toEqual(toAlice)
    expect(await lease({ dids: [bob] })).toMatchObject({ keyPackages: [{ lastResort: false }] })
    // When Alice's lease has ended, there is a better one.
    await domain.endLease(resort.ref)
    expect(await lease({ caller: alice, dids: [bob], convoId })).toMatchObject({
      keyPackages: [{ lastResort: false }],
    })
  })

  test('is the newest one', async () => {
    const { device, did: bob } = await domain.publishedDevice(1, { lastResort: true })
    const newer = await device.keyPackage({ lastResort: true })
    await domain.publish(device, [newer])
    expect(refOf(await lease({ dids: [bob] }))).toBe(newer.ref)
  })
})

describe('never given', () => {
  test('what ends within ten minutes, last resort or not', async () => {
    const { device, did: bob, packages } = await domain.publishedDevice(1)
    const resort = await device.keyPackage({ lastResort: true })
    await domain.publish(device, [resort])
    for (const ref of [packages[0]!.ref, resort.ref]) await domain.setNotAfter(ref, 590)
    expect(await lease({ dids: [bob] })).toEqual({
      keyPackages: [],
      missing: [{ did: bob, deviceId: 'phone' }],
    })
    // Control: with ten more seconds it is.
    await domain.setNotAfter(resort.ref, 610)
    expect(refOf(await lease({ dids: [bob] }))).toBe(resort.ref)
  })

  test('what has expired while it was leased', async () => {
    const { did: bob, packages } = await domain.publishedDevice(1)
    const caller = randomPlcDid()
    await lease({ caller, dids: [bob] })
    await domain.setNotAfter(packages[0]!.ref, -1)
    expect(await lease({ caller, dids: [bob] })).toMatchObject({ keyPackages: [] })
  })

  test('a package of a deleted device, though it was leased before', async () => {
    const { did: bob, deviceId } = await domain.publishedDevice(2)
    const caller = randomPlcDid()
    expect(await lease({ caller, dids: [bob] })).toMatchObject({ missing: [] })
    await deleteDevice(domain, { did: bob, deviceId })
    expect(await lease({ caller, dids: [bob] })).toEqual({
      keyPackages: [],
      missing: [{ did: bob }],
    })
  })
})

describe('the suite', () => {
  test('is the one asked for, or else the mandatory one', async () => {
    const bob = randomPlcDid()
    const phone = await domain.publishedDevice(1, { did: bob })
    const tablet = await domain.publishedDevice(1, {
      did: bob,
      deviceId: 'tablet',
      suite: OTHER_SUITE,
    })
    const plain = await lease({ dids: [bob] })
    expect(plain.keyPackages.map(({ keyPackageRef }) => keyPackageRef)).toEqual([
      phone.packages[0]!.ref,
    ])
    expect(plain.missing).toEqual([{ did: bob, deviceId: 'tablet' }])
    const other = await lease({ dids: [bob], cipherSuite: OTHER_SUITE })
    expect(other.keyPackages).toMatchObject([
      { keyPackageRef: tablet.packages[0]!.ref, cipherSuite: OTHER_SUITE },
    ])
  })

  test('is that of the conversation for its members alone', async () => {
    const { did: bob } = await domain.publishedDevice(1, { suite: OTHER_SUITE })
    const [member, outsider] = [randomPlcDid(), randomPlcDid()]
    const convoId = await domain.insertConvo({ members: [member], cipherSuite: OTHER_SUITE })
    const request = { dids: [bob], convoId, cipherSuite: DEFAULT_SUITE }
    expect(await lease({ ...request, caller: outsider })).toMatchObject({ keyPackages: [] })
    expect(await lease({ ...request, caller: member })).toMatchObject({
      keyPackages: [{ cipherSuite: OTHER_SUITE }],
    })
  })

  test('must be one that is offered', async () => {
    const { did: bob } = await domain.publishedDevice(1)
    const unknown = 'MLS_256_DHKEMX448_CHACHA20POLY1305_SHA512_Ed448'
    await expect(lease({ dids: [bob], cipherSuite: unknown })).rejects.toBeInstanceOf(
      InvalidCipherSuiteError,
    )
  })
})

describe('races of fifty callers', () => {
  const callers = Array.from({ length: 50 }, () => randomPlcDid())

  test('for one package: one lease', async () => {
    const { did: bob, packages } = await domain.publishedDevice(1)
    const answers = await Promise.all(callers.map((caller) => lease({ caller, dids: [bob] })))
    const winners = answers.filter(({ keyPackages }) => keyPackages.length > 0)
    expect(winners.map(refOf)).toEqual([packages[0]!.ref])
  })

  test('for one package and a last resort: one lease, and the last resort for the others', async () => {
    const { device, did: bob, packages } = await domain.publishedDevice(1)
    await domain.publish(device, [await device.keyPackage({ lastResort: true })])
    const answers = await Promise.all(callers.map((caller) => lease({ caller, dids: [bob] })))
    const given = answers.flatMap(({ keyPackages }) => keyPackages)
    expect(given).toHaveLength(50)
    expect(given.filter(({ lastResort }) => !lastResort).map((one) => one.keyPackageRef)).toEqual([
      packages[0]!.ref,
    ])
  })

  test('for thirty packages of two devices: sixty leases, none twice', async () => {
    const bob = randomPlcDid()
    await domain.publishedDevice(30, { did: bob })
    await domain.publishedDevice(30, { did: bob, deviceId: 'tablet' })
    const answers = await Promise.all(callers.map((caller) => lease({ caller, dids: [bob] })))
    const refs = answers.flatMap(({ keyPackages }) => keyPackages.map((one) => one.keyPackageRef))
    expect(new Set(refs).size).toBe(refs.length)
    expect(refs).toHaveLength(60)
    const missing = answers.flatMap((answer) => answer.missing)
    expect(missing).toHaveLength(40)
  })
})

describe('limits', () => {
  test('twenty claims of one account by another in an hour; repetitions and own devices are free', async () => {
    const { did: bob } = await domain.publishedDevice(30)
    const caller = randomPlcDid()
    const convoIds = Array.from({ length: 21 }, randomConvoId)
    for (const convoId of convoIds.slice(0, 20)) {
      for (let times = 0; times < 2; times++) await lease({ caller, dids: [bob], convoId })
    }
    const over = { caller, dids: [bob], convoId: convoIds[20]! }
    await expect(lease(over)).rejects.toBeInstanceOf(RateLimitExceededError)
    expect(await available(bob)).toBe(10)
    // What is held is given on; another caller has limits of its own; so has the owner: none.
    expect(refOf(await lease({ caller, dids: [bob], convoId: convoIds[0]! }))).toBeDefined()
    expect((await lease({ dids: [bob] })).keyPackages).toHaveLength(1)
    for (const convoId of convoIds.slice(0, 9)) await lease({ caller: bob, dids: [bob], convoId })
    expect(await available(bob)).toBe(0)
  })

  test('a refusal leases nothing of the other accounts either', async () => {
    const [bob, carol] = [await domain.publishedDevice(30), await domain.publishedDevice(1)]
    const caller = randomPlcDid()
    for (let i = 0; i < 20; i++) {
      await lease({ caller, dids: [bob.did], convoId: randomConvoId() })
    }
    await expect(lease({ caller, dids: [carol.did, bob.did] })).rejects.toBeInstanceOf(
      RateLimitExceededError,
    )
    expect(await available(carol.did)).toBe(1)
  })

  test('two hundred claims of one account in an hour, last resorts included', async () => {
    const { did: bob } = await domain.publishedDevice(1, { lastResort: true })
    for (let i = 0; i < 10; i++) {
      await Promise.all(Array.from({ length: 20 }, () => lease({ dids: [bob] })))
    }
    await expect(lease({ dids: [bob] })).rejects.toBeInstanceOf(RateLimitExceededError)
  })
})

describe('low stock', () => {
  test('is announced to its owner from nine on, once for each lease', async () => {
    const { did: bob } = await domain.publishedDevice(12)
    const caller = randomPlcDid()
    for (let i = 0; i < 4; i++) {
      const request = { caller, dids: [bob], convoId: randomConvoId() }
      await lease(request)
      await lease(request)
    }
    expect(await announced(bob)).toEqual([9, 8])
  })

  test('is announced whenever the last resort is given', async () => {
    const { did: bob } = await domain.publishedDevice(1, { lastResort: true })
    const request = { caller: randomPlcDid(), dids: [bob] }
    await lease(request)
    await lease(request)
    await lease({ dids: [bob] })
    expect(await announced(bob)).toEqual([0, 0])
  })

  test('counts the suite that was asked for', async () => {
    const bob = randomPlcDid()
    await domain.publishedDevice(12, { did: bob })
    const { packages } = await domain.publishedDevice(2, {
      did: bob,
      deviceId: 'tablet',
      suite: OTHER_SUITE,
    })
    expect(packages).toHaveLength(2)
    await lease({ dids: [bob], cipherSuite: OTHER_SUITE })
    const events = (await domain.events('keyPackages')).filter(({ did }) => did === bob)
    expect(events).toEqual([{ kind: 'keyPackages', did: bob, deviceId: 'tablet', available: 1 }])
  })
})

function lease(request: Partial<LeaseRequest> & Pick<LeaseRequest, 'dids'>) {
  return leaseKeyPackages(domain, { caller: randomPlcDid(), ...request })
}

function refOf({ keyPackages }: Awaited<ReturnType<typeof lease>>): string {
  expect(keyPackages).toHaveLength(1)
  return keyPackages[0]!.keyPackageRef
}

async function available(did: Did): Promise<number> {
  return [...(await countAvailable(domain.db, { did })).values()].reduce((a, b) => a + b, 0)
}

async function announced(bob: Did): Promise<number[]> {
  const events = await domain.events('keyPackages')
  return events.filter(({ did }) => did === bob).map((event) => event.available)
}

async function register(device: Awaited<ReturnType<DeviceDomain['newDevice']>>) {
  await registerDevice(domain, {
    did: device.did as Did,
    deviceId: device.deviceId as DeviceId,
    signatureKey: device.publicKey,
    keyPackages: [],
  })
}
