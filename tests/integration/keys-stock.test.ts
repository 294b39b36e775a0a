import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { inTx } from '../../src/db/tx.js'
import { deleteDevice } from '../../src/devices/delete.js'
import { registerDevice } from '../../src/devices/register.js'
import { DeviceUnknownError, InvalidKeyPackageError } from '../../src/errors.js'
import { consumeKeyPackages } from '../../src/keys/consume.js'
import { leaseKeyPackages } from '../../src/keys/lease.js'
import { keyPackageStatus } from '../../src/keys/status.js'
import { syncKeyPackages } from '../../src/keys/sync.js'
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

const alice = randomPlcDid()

describe('getKeyPackageStatus', () => {
  test('counts each device and suite of the account', async () => {
    const bob = randomPlcDid()
    const { device, packages } = await domain.publishedDevice(14, { did: bob })
    await domain.publishedDevice(2, { did: bob, deviceId: 'tablet', suite: OTHER_SUITE })
    await domain.publish(device, [await device.keyPackage({ lastResort: true })])
    // Too short for a lease, so it is none of those below.
    const soon = packages[0]!.ref
    await domain.setNotAfter(soon, 300)
    await consumeOne(bob)
    await leaseOne(bob)
    await domain.endLease(await leaseOne(bob))
    expect(await keyPackageStatus(domain, { did: bob })).toEqual([
      {
        deviceId: 'phone',
        cipherSuite: DEFAULT_SUITE,
        available: 11,
        leased: 1,
        consumed: 1,
        lastResort: true,
        nextExpiresAt: (await domain.packageRow(soon)).not_after,
        needsReplenish: false,
      },
      {
        deviceId: 'tablet',
        cipherSuite: OTHER_SUITE,
        available: 2,
        leased: 0,
        consumed: 0,
        lastResort: false,
        nextExpiresAt: expect.any(Date),
        needsReplenish: true,
      },
    ])
  })

  test('has a device that never published, and none that was deleted', async () => {
    const device = await domain.newDevice()
    const [did, deviceId] = [device.did as Did, device.deviceId as DeviceId]
    await registerDevice(domain, {
      did,
      deviceId,
      signatureKey: device.publicKey,
      keyPackages: [],
    })
    expect(await keyPackageStatus(domain, { did })).toEqual([
      {
        deviceId,
        cipherSuite: DEFAULT_SUITE,
        available: 0,
        leased: 0,
        consumed: 0,
        lastResort: false,
        needsReplenish: true,
      },
    ])
    await deleteDevice(domain, { did, deviceId })
    expect(await keyPackageStatus(domain, { did })).toEqual([])
  })
})

describe('syncKeyPackages', () => {
  test('deletes what is available or leased and not listed, never what is consumed', async () => {
    const { device, did, deviceId, packages } = await domain.publishedDevice(4)
    const resort = await device.keyPackage({ lastResort: true })
    await domain.publish(device, [resort])
    const consumed = await consumeOne(did)
    const leased = await leaseOne(did)
    const [kept, lost] = packages
      .map(({ ref }) => ref)
      .filter((r) => r !== consumed && r !== leased)
    const answer = await syncKeyPackages(domain, { did, deviceId, kept: [kept!, consumed] })
    expect(answer).toEqual({ deleted: [leased, lost, resort.ref].toSorted(), unknown: [] })
    expect(await keyPackageStatus(domain, { did })).toMatchObject([
      { available: 1, leased: 0, consumed: 1, lastResort: false },
    ])
    await expect(consume(leased)).rejects.toBeInstanceOf(InvalidKeyPackageError)
  })

  test('again gives the same answer, also after another list came in between', async () => {
    const { did, deviceId, packages } = await domain.publishedDevice(3)
    const [a, b, c] = packages.map(({ ref }) => ref) as [string, string, string]
    const sync = (...kept: string[]) => syncKeyPackages(domain, { did, deviceId, kept })
    const first = await sync(a, b)
    expect(first).toEqual({ deleted: [c], unknown: [] })
    expect(await sync(b, a, a)).toEqual(first)
    const second = await sync(a)
    expect(second).toEqual({ deleted: [b], unknown: [] })
    expect(await sync(a)).toEqual(second)
    expect(await sync(a, b)).toEqual(first)
    const repeated = await Promise.all(Array.from({ length: 8 }, () => sync(a)))
    expect(repeated).toEqual(Array(8).fill(second))
  })

  test('many at the same time give one answer', async () => {
    const { did, deviceId, packages } = await domain.publishedDevice(5)
    const answers = await Promise.all(
      Array.from({ length: 8 }, () => syncKeyPackages(domain, { did, deviceId, kept: [] })),
    )
    const deleted = packages.map(({ ref }) => ref).toSorted()
    expect(answers).toEqual(Array(8).fill({ deleted, unknown: [] }))
  })

  test('the same list deletes what came since, and then answers that', async () => {
    const { device, did, deviceId } = await domain.publishedDevice(1)
    const sync = () => syncKeyPackages(domain, { did, deviceId, kept: [] })
    await sync()
    const fresh = await device.keyPackage()
    await domain.publish(device, [fresh])
    domain.skewMs = 1000
    try {
      expect(await sync()).toEqual({ deleted: [fresh.ref], unknown: [] })
      expect(await sync()).toEqual({ deleted: [fresh.ref], unknown: [] })
    } finally {
      domain.skewMs = 0
    }
  })

  test('names what it never knew of this device, or no longer', async () => {
    const { did, deviceId, packages } = await domain.publishedDevice(2)
    const foreign = await domain.publishedDevice(1)
    const sibling = await domain.publishedDevice(1, { did, deviceId: 'tablet' })
    const [old, recent] = packages.map(({ ref }) => ref) as [string, string]
    await domain.setNotAfter(old, -31 * 24 * 3600)
    await domain.setNotAfter(recent, -29 * 24 * 3600)
    const never = '00'.repeat(32)
    const others = [foreign.packages[0]!.ref, sibling.packages[0]!.ref]
    const { unknown } = await syncKeyPackages(domain, {
      did,
      deviceId,
      kept: [old, recent, never, ...others],
    })
    expect(unknown).toEqual([old, never, ...others].toSorted())
    expect(await domain.packageRow(others[0]!)).toMatchObject({ deleted_at: null })
    expect(await domain.packageRow(others[1]!)).toMatchObject({ deleted_at: null })
  })

  test('is for live devices of the caller', async () => {
    const { did, deviceId, packages } = await domain.publishedDevice(1)
    const sync = (owner: Did) => syncKeyPackages(domain, { did: owner, deviceId, kept: [] })
    await expect(sync(alice)).rejects.toBeInstanceOf(DeviceUnknownError)
    expect(await domain.packageRow(packages[0]!.ref)).toMatchObject({ deleted_at: null })
    await deleteDevice(domain, { did, deviceId })
    await expect(sync(did)).rejects.toBeInstanceOf(DeviceUnknownError)
  })
})

async function leaseOne(did: Did): Promise<string> {
  const convoId = randomConvoId()
  const { keyPackages } = await leaseKeyPackages(domain, { caller: alice, dids: [did], convoId })
  return keyPackages[0]!.keyPackageRef
}

async function consumeOne(did: Did): Promise<string> {
  const { keyPackages } = await leaseKeyPackages(domain, { caller: alice, dids: [did] })
  await consume(keyPackages[0]!.keyPackageRef)
  return keyPackages[0]!.keyPackageRef
}

function consume(ref: string) {
  const commit = { refs: [ref], by: alice, convoId: randomConvoId(), now: domain.clock() }
  return inTx(domain.db, (tx) => consumeKeyPackages(tx, domain, commit))
}
