import { afterAll, beforeAll, expect, test } from 'vitest'
import { inTx } from '../../src/db/tx.js'
import { deleteDevice } from '../../src/devices/delete.js'
import { listDevices } from '../../src/devices/list.js'
import { requireLiveDevice } from '../../src/devices/live.js'
import { DeviceNotFoundError, DeviceUnknownError } from '../../src/errors.js'
import { consumeKeyPackages } from '../../src/keys/consume.js'
import { leaseKeyPackages } from '../../src/keys/lease.js'
import type { DeviceId, Did, Epoch, Seq } from '../../src/lib/ids.js'
import { putWelcomes } from '../../src/welcomes/put.js'
import { type DeviceDomain, openDeviceDomain, randomConvoId } from '../support/device-domain.js'
import { randomPlcDid } from '../support/plc.js'

let domain: DeviceDomain
beforeAll(async () => void (domain = await openDeviceDomain()))
afterAll(() => domain[Symbol.asyncDispose]())

test('all that is unused goes with the device, and what was used is not counted', async () => {
  const { device, did, deviceId } = await domain.publishedDevice(3)
  await domain.publish(device, [await device.keyPackage({ lastResort: true })])
  const [alice, convoId] = [randomPlcDid(), randomConvoId()]
  const { keyPackages } = await leaseKeyPackages(domain, { caller: alice, dids: [did], convoId })
  await leaseKeyPackages(domain, { caller: randomPlcDid(), dids: [did] })
  await inTx(domain.db, (tx) =>
    consumeKeyPackages(tx, domain, {
      refs: keyPackages.map(({ keyPackageRef }) => keyPackageRef),
      by: alice,
      convoId,
      now: domain.clock(),
    }),
  )
  expect(await deleteDevice(domain, { did, deviceId })).toEqual({ keyPackagesDeleted: 3 })
  const rows = await domain.db
    .selectFrom('key_packages')
    .select(['key_package', 'deleted_at', 'consumed_at'])
    .where('did', '=', did)
    .execute()
  expect(rows.every(({ key_package }) => key_package === null)).toBe(true)
  expect(rows.filter(({ deleted_at }) => deleted_at !== null)).toHaveLength(3)
  expect(rows.filter(({ consumed_at }) => consumed_at !== null)).toHaveLength(1)
  expect(await listDevices(domain, { caller: did, did })).toEqual([])
})

test('its leaves are pending in every conversation, its welcomes are gone, and all are told', async () => {
  const { device, did, deviceId } = await domain.publishedDevice(1)
  const tablet = await domain.publishedDevice(1, { did, deviceId: 'tablet' })
  const convoIds = []
  for (let i = 0; i < 3; i++) {
    convoIds.push(await domain.insertConvo({ members: [did], leaves: [tablet.device, device] }))
  }
  const untouched = await domain.insertConvo({ members: [did], leaves: [tablet.device] })
  for (const recipient of [deviceId, tablet.deviceId]) await welcome(convoIds[0]!, did, recipient)

  expect(await deleteDevice(domain, { did, deviceId })).toEqual({ keyPackagesDeleted: 1 })
  const leaves = await domain.db
    .selectFrom('leaves')
    .select(['convo_id', 'device_id', 'pending_reason'])
    .where('did', '=', did)
    .execute()
  for (const leaf of leaves) {
    const pending = leaf.device_id === deviceId ? 'deviceDeleted' : null
    expect(leaf).toMatchObject({ pending_reason: pending })
  }
  expect(leaves).toHaveLength(7)
  const welcomes = await domain.db
    .selectFrom('welcomes')
    .select(['device_id', 'state'])
    .where('did', '=', did)
    .orderBy('device_id')
    .execute()
  expect(welcomes).toEqual([
    { device_id: 'phone', state: 'removed' },
    { device_id: 'tablet', state: 'pending' },
  ])
  const changes = (await domain.events('membershipChange')).filter(({ subject }) => subject === did)
  expect(changes.map(({ convoId, action, deviceId: id }) => ({ convoId, action, id }))).toEqual(
    convoIds.toSorted().map((convoId) => ({ convoId, action: 'deviceRemoved', id: deviceId })),
  )
  expect(changes.some(({ convoId }) => convoId === untouched)).toBe(false)
  expect(await deviceEvents(did, deviceId)).toEqual(['registered', 'deleted'])
})

test('again, and many times at once, the answer is the same and nothing more happens', async () => {
  const { device, did, deviceId } = await domain.publishedDevice(4)
  await domain.insertConvo({ members: [did], leaves: [device] })
  const answers = await Promise.all(
    Array.from({ length: 10 }, () => deleteDevice(domain, { did, deviceId })),
  )
  answers.push(await deleteDevice(domain, { did, deviceId }))
  expect(answers).toEqual(Array(11).fill({ keyPackagesDeleted: 4 }))
  expect(await deviceEvents(did, deviceId)).toEqual(['registered', 'deleted'])
})

test('a device of another account, or of none, is not found', async () => {
  const { did, deviceId } = await domain.publishedDevice(1)
  const other = { did: randomPlcDid(), deviceId }
  await expect(deleteDevice(domain, other)).rejects.toBeInstanceOf(DeviceNotFoundError)
  await expect(
    deleteDevice(domain, { did, deviceId: 'tablet' as DeviceId }),
  ).rejects.toBeInstanceOf(DeviceNotFoundError)
  expect(await listDevices(domain, { caller: did, did })).toHaveLength(1)
})

test('whoever names the device is told that it is unknown', async () => {
  const { device, did, deviceId } = await domain.publishedDevice(1)
  const { publicKey } = await domain.newDevice()
  const live = (id: string, key?: Uint8Array) =>
    requireLiveDevice(domain.db, did, id as DeviceId, key)
  expect(await live(deviceId, device.publicKey)).toMatchObject({ did, device_id: deviceId })
  await expect(live(deviceId, publicKey)).rejects.toBeInstanceOf(DeviceUnknownError)
  await expect(live('tablet')).rejects.toBeInstanceOf(DeviceUnknownError)
  await deleteDevice(domain, { did, deviceId })
  await expect(live(deviceId)).rejects.toBeInstanceOf(DeviceUnknownError)
})

test('others see names and keys of live devices, their owner sees more', async () => {
  const did = randomPlcDid()
  const phone = await domain.publishedDevice(2, { did })
  const tablet = await domain.publishedDevice(1, { did, deviceId: 'tablet' })
  const gone = await domain.publishedDevice(1, { did, deviceId: 'watch' })
  await deleteDevice(domain, { did, deviceId: gone.deviceId })

  const toOthers = await listDevices(domain, { caller: randomPlcDid(), did })
  expect(
    toOthers.map(({ signaturePublicKey, ...rest }) => [hex(signaturePublicKey), rest]),
  ).toEqual([
    [hex(phone.device.publicKey), { deviceId: 'phone' }],
    [hex(tablet.device.publicKey), { deviceId: 'tablet' }],
  ])
  expect(await listDevices(domain, { caller: did, did })).toMatchObject([
    { deviceId: 'phone', keyPackagesAvailable: 2, createdAt: expect.any(Date) },
    { deviceId: 'tablet', keyPackagesAvailable: 1, lastSeenAt: expect.any(Date) },
  ])
})

async function welcome(
  convoId: Awaited<ReturnType<DeviceDomain['insertConvo']>>,
  did: Did,
  deviceId: DeviceId,
) {
  const seq = (deviceId === 'phone' ? 1 : 2) as Seq
  await inTx(domain.db, (tx) =>
    putWelcomes(tx, domain.outbox, {
      convoId,
      groupId: Buffer.from(convoId, 'hex'),
      generation: 0,
      epoch: 1 as Epoch,
      seq,
      welcome: Buffer.of(1, 2, 3),
      addedBy: did,
      recipients: [
        { did, deviceId, keyPackageRef: '00', expiresAt: new Date(Date.now() + 86_400_000) },
      ],
      now: domain.clock(),
    }),
  )
}

async function deviceEvents(did: Did, deviceId: DeviceId): Promise<string[]> {
  const events = await domain.events('device')
  return events
    .filter((event) => event.subject === did && event.deviceId === deviceId)
    .map(({ action }) => action)
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex')
}
