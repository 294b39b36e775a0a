import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { ClientDevice } from '../support/client-device.js'
import { ConvoStage, OPENS_WITHIN_MS } from '../support/convo-stage.js'

const COLLECTION = 'blue.catbird.mls.device'

let stage: ConvoStage
beforeAll(async () => {
  stage = await ConvoStage.open()
}, OPENS_WITHIN_MS)
afterAll(() => stage?.[Symbol.asyncDispose]())

/** Each way in which a device or its packages come to the service. */
const WAYS: [string, (device: ClientDevice) => Promise<unknown>][] = [
  ['registerDevice', register],
  ['publishKeyPackage', publish],
  [
    'publishKeyPackages',
    async ({ api, mls }) => {
      const packages = await mls.keyPackages(2)
      const keyPackages = packages.map(({ bytes }) => bytes)
      return api.procedure('publishKeyPackages', { keyPackages })
    },
  ],
]

describe.each(WAYS)('%s', (_method, comeIn) => {
  test('is refused where the account’s own repository has another key; nothing changes', async () => {
    const device = await stage.service.device()
    record(stage, device, randomBytes(32))
    await stage.refuses(
      () => comeIn(device),
      'DeviceKeyMismatch',
      /blue\.catbird\.mls\.device\/phone/,
    )
    // Control: as soon as the record is right.
    record(stage, device, device.mls.publicKey)
    await comeIn(device)
    expect(await idsOf(device)).toEqual(['phone'])
  })

  test('goes on without a record, and where the repository cannot be read', async () => {
    const [silent, away] = [await stage.service.device(), await stage.service.device()]
    await comeIn(silent)
    stage.service.plc.repos.down = true
    try {
      await comeIn(away)
    } finally {
      stage.service.plc.repos.down = false
    }
    expect([await idsOf(silent), await idsOf(away)]).toEqual([['phone'], ['phone']])
  })
})

test('a record that is written later shuts a device out that was registered before', async () => {
  const device = await stage.device()
  record(stage, device, randomBytes(32))
  // The service believes for a minute that there is none.
  const { deviceRecord } = stage.service.context.outside
  stage.service.context.outside.deviceRecord = (did, deviceId) =>
    deviceRecord(did, deviceId, { anew: true })
  try {
    await stage.refuses(() => publish(device), 'DeviceKeyMismatch')
  } finally {
    stage.service.context.outside.deviceRecord = deviceRecord
  }
})

describe('where records are required', () => {
  let strict: ConvoStage
  beforeAll(async () => {
    strict = await ConvoStage.open({ env: { REQUIRE_DEVICE_RECORDS: 'true' } })
  }, OPENS_WITHIN_MS)
  afterAll(() => strict?.[Symbol.asyncDispose]())

  test.each(WAYS)('%s waits for the record, and then goes on at once', async (_method, comeIn) => {
    const device = await strict.service.device()
    await strict.refuses(() => comeIn(device), 'DeviceRecordMissing', /into the account's repo/)
    record(strict, device, device.mls.publicKey)
    await comeIn(device)
    expect(await idsOf(device)).toEqual(['phone'])
  })

  test.each(WAYS)('%s is not answered while nobody knows', async (_method, comeIn) => {
    const device = await strict.service.device()
    record(strict, device, device.mls.publicKey)
    strict.service.plc.repos.down = true
    try {
      await strict.refuses(() => comeIn(device), 'ServiceUnavailable')
    } finally {
      strict.service.plc.repos.down = false
    }
  })

  test('describeServer says so; elsewhere it says that they are not', async () => {
    const [here, elsewhere] = [await strict.service.client(), await stage.service.client()]
    expect(await here.query('describeServer')).toMatchObject({ requiresDeviceRecords: true })
    expect(await elsewhere.query('describeServer')).toMatchObject({ requiresDeviceRecords: false })
  })
})

function register({ api, mls }: ClientDevice) {
  return api.procedure('registerDevice', { deviceId: 'phone', signaturePublicKey: mls.publicKey })
}

async function publish({ api, mls }: ClientDevice) {
  const { bytes } = await mls.keyPackage()
  return api.procedure('publishKeyPackage', { keyPackage: bytes })
}

function record({ service }: ConvoStage, { did }: ClientDevice, key: Uint8Array): void {
  service.plc.repos.setRecord(did, COLLECTION, 'phone', {
    signaturePublicKey: { $bytes: Buffer.from(key).toString('base64').replace(/=+$/, '') },
    createdAt: '2026-01-01T00:00:00.000Z',
  })
}

async function idsOf({ api }: ClientDevice): Promise<string[]> {
  const { devices } = await api.query('listDevices')
  return devices.map(({ deviceId }) => deviceId)
}
