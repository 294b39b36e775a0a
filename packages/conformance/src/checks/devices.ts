import { createDevice } from '../mls/index.js'
import { group } from '../suite/check.js'
import { expect, expectEqual, expectRefusal } from '../suite/finding.js'

/** An account's devices. */
export const devices = group('devices', {
  register: {
    promise: 'a device is registered once, and the same again is the same answer',
    contract: '§4 devices, §2.8',
    hint: 'the device is named by (account, deviceId); what is there already is answered',
    async run(stage) {
      const person = await stage.stranger()
      const input = {
        deviceId: person.deviceId,
        signaturePublicKey: person.mls.publicKey,
        name: 'Phone',
      }
      const first = await person.call('registerDevice', input)
      const again = await person.call('registerDevice', input)
      expectEqual(again.device.createdAt, first.device.createdAt, 'createdAt, registered again')
      const { devices: own } = await person.call('listDevices')
      const mine = own.filter(({ deviceId }) => deviceId === person.deviceId)
      expectEqual(
        mine.map(({ deviceId, signaturePublicKey, name }) => ({
          deviceId,
          signaturePublicKey,
          name,
        })),
        [input],
        'the device in the list of its account',
      )
    },
  },
  'key-is-fixed': {
    promise: 'a device has one signature key for ever',
    contract: '§1, §7',
    hint: 'another key under a known deviceId is DeviceKeyMismatch, also by a key package',
    async run(stage) {
      const [person] = await stage.people(1)
      const other = await createDevice({ did: person!.did, deviceId: person!.deviceId })
      const input = { deviceId: person!.deviceId, signaturePublicKey: other.publicKey }
      const wanted = 'DeviceKeyMismatch'
      await expectRefusal(person!.call('registerDevice', input), wanted, 'another key')
      const { bytes } = await other.keyPackage()
      const publishing = person!.call('publishKeyPackage', { keyPackage: bytes })
      const either = [wanted, 'InvalidKeyPackage']
      await expectRefusal(publishing, either, 'a key package with another key')
    },
  },
  'id-form': {
    promise: 'a deviceId is 1 to 64 letters, digits, ., _ and -',
    contract: '§1',
    hint: 'refuse everything else, so that <did>#<deviceId> can be read back',
    async run(stage) {
      const person = await stage.stranger()
      for (const deviceId of ['', 'a b', 'a#b', 'ä', 'x'.repeat(65), '../x']) {
        const input = { deviceId, signaturePublicKey: person.mls.publicKey }
        await expectRefusal(person.call('registerDevice', input), 'InvalidRequest', `“${deviceId}”`)
      }
    },
  },
  'by-key-package': {
    promise: 'the first key package registers its device',
    contract: '§4 devices',
    hint: 'the key in the package’s leaf becomes the device’s',
    async run(stage) {
      const person = await stage.stranger()
      const { bytes } = await person.mls.keyPackage()
      await person.call('publishKeyPackage', { keyPackage: bytes })
      const { devices: own } = await person.call('listDevices')
      const mine = own.find(({ deviceId }) => deviceId === person.deviceId)
      expectEqual(mine?.signaturePublicKey, person.mls.publicKey, 'the key of the device')
    },
  },
  'others-see-keys-only': {
    promise: 'of others’ devices one sees id and key, not names or times',
    contract: '§4 devices',
    hint: 'name, createdAt, lastSeenAt and stock are for the account itself',
    async run(stage) {
      const [alice, bob] = await stage.people(2)
      const { devices: seen } = await bob!.call('listDevices', { did: alice!.did })
      const hers = seen.find(({ deviceId }) => deviceId === alice!.deviceId)
      const fields = Object.keys(hers ?? {}).filter((name) => name !== '$type')
      expectEqual(fields.toSorted(), ['deviceId', 'signaturePublicKey'], 'what others see')
    },
  },
  'deleted-for-good': {
    promise: 'a deleted deviceId or key is never registered again',
    contract: '§4 devices',
    hint: 'keep the id and the key of a deleted device: DeviceUnknown for either',
    async run(stage) {
      const [person] = await stage.people(1)
      const { deviceId, mls } = person!
      const gone = await person!.call('deleteDevice', { deviceId })
      expect(gone.keyPackagesDeleted > 0, 'its key packages deleted', gone)
      const { devices: left } = await person!.call('listDevices')
      expect(!left.some((one) => one.deviceId === deviceId), 'no such device in the list', left)
      const again = { deviceId, signaturePublicKey: mls.publicKey }
      await expectRefusal(person!.call('registerDevice', again), 'DeviceUnknown', 'the same id')
      const renamed = { deviceId: `${deviceId}-2`, signaturePublicKey: mls.publicKey }
      await expectRefusal(person!.call('registerDevice', renamed), 'DeviceUnknown', 'the same key')
      const { bytes } = await mls.keyPackage()
      const publishing = person!.call('publishKeyPackage', { keyPackage: bytes })
      await expectRefusal(publishing, 'DeviceUnknown', 'a key package of it')
    },
  },
  'of-the-account': {
    promise: 'what names a device names one of the caller’s own',
    contract: '§3, §7',
    hint: 'a deviceId counts within its account: another’s is DeviceUnknown',
    async run(stage) {
      const [alice, bob] = await stage.people(2)
      const theirs = { deviceId: alice!.deviceId }
      await expectRefusal(
        bob!.call('getWelcomes', theirs),
        'DeviceUnknown',
        'welcomes of another’s',
      )
      const sync = bob!.call('syncKeyPackages', { ...theirs, keyPackageRefs: [] })
      await expectRefusal(sync, 'DeviceUnknown', 'key packages of another’s')
      const ticket = bob!.call('getSubscriptionTicket', theirs)
      await expectRefusal(ticket, 'DeviceUnknown', 'a ticket for another’s')
      await expectRefusal(bob!.call('deleteDevice', theirs), 'DeviceNotFound', 'deleting another’s')
    },
  },
})
