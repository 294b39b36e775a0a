import {
  basicCredential,
  flipBit,
  lifetimeFromNow,
  withLongLength,
  withTrailingByte,
} from '../mls/index.js'
import type { Person } from '../stage/person.js'
import { group } from '../suite/check.js'
import { expect, expectEqual, expectRefusal } from '../suite/finding.js'

const DAY_S = 86_400
const INVALID = ['InvalidKeyPackage', 'InvalidMlsMessage']

/** Key packages: what is accepted, who gets which, and that each is used once. */
export const keyPackages = group('key-packages', {
  published: {
    promise: 'a published package is answered by its RFC 9420 reference, the same again the same',
    contract: '§4 devices, §2.8',
    hint: 'KeyPackageRef is RefHash of the inner KeyPackage (RFC 9420 §5.2), not of the MLSMessage',
    async run(stage) {
      const [person] = await stage.people(1)
      const { bytes, ref } = await person!.mls.keyPackage()
      const { keyPackage } = await person!.call('publishKeyPackage', { keyPackage: bytes })
      expectEqual(keyPackage.keyPackageRef, ref, 'the reference')
      expectEqual(keyPackage.deviceId, person!.deviceId, 'the device')
      const before = await stockOf(person!)
      const again = await person!.call('publishKeyPackage', { keyPackage: bytes })
      expectEqual(again.keyPackage, keyPackage, 'the answer to the same again')
      expectEqual((await stockOf(person!)).available, before.available, 'how many are available')
    },
  },
  'all-or-none': {
    promise: 'of a batch all are taken or none, and the error names which is wrong',
    contract: '§4 devices',
    hint: 'one transaction; the message says the index',
    async run(stage) {
      const [person] = await stage.people(1)
      const before = await stockOf(person!)
      const [one, two] = await person!.mls.keyPackages(2)
      const bad = flipBit(two!.bytes, -1)
      const call = person!.call('publishKeyPackages', { keyPackages: [one!.bytes, bad] })
      const { message = '' } = await expectRefusal(call, 'InvalidKeyPackage', 'a bad second one')
      expect(/\b1\b/.test(message), 'the index 1 in the message', message)
      expectEqual((await stockOf(person!)).available, before.available, 'how many are available')
    },
  },
  'trailing-byte': {
    promise: 'a package with bytes after it is refused',
    contract: '§4: bytes hold a complete MLSMessage, with no bytes after it',
    hint: 'compare what the decoder consumed with the length',
    async run(stage) {
      const person = await stage.stranger()
      const { bytes } = await person.mls.keyPackage()
      await refuses(person, withTrailingByte(bytes), 'a byte after it')
      await refuses(person, bytes.subarray(0, -1), 'a byte less')
    },
  },
  canonical: {
    promise: 'a package that is not encoded as RFC 9420 says is refused',
    contract: '§4 devices: decodes exactly',
    hint: 'RFC 9420 §2.1.2 forbids lengths in more bytes than needed; signatures do not cover them all',
    async run(stage) {
      const person = await stage.stranger()
      const { bytes } = await person.mls.keyPackage()
      await refuses(person, withLongLength(bytes), 'a length in two bytes where one does')
      await refuses(person, new Uint8Array(), 'nothing')
      await refuses(person, new TextEncoder().encode('not MLS'), 'no MLSMessage')
    },
  },
  signatures: {
    promise: 'both signatures of a package hold',
    contract: '§4 devices',
    hint: 'verify the leaf node’s signature and the key package’s, with the leaf’s key',
    async run(stage) {
      const person = await stage.stranger()
      const other = await stage.stranger()
      const { signKey } = other.mls
      const leaf = await person.mls.keyPackage({ leafSignKey: signKey })
      await refuses(person, leaf.bytes, 'a leaf signed by another key')
      const whole = await person.mls.keyPackage({ signKey })
      await refuses(person, whole.bytes, 'a package signed by another key')
      const same = await person.mls.keyPackage({ sameKeys: true })
      await refuses(person, same.bytes, 'init key and leaf key that are the same')
    },
  },
  credential: {
    promise: 'a package is taken from the account that its credential names only',
    contract: '§1, §4 devices',
    hint: 'the identity is <did>#<deviceId>, with the did of the token',
    async run(stage) {
      const [alice, bob] = await stage.people(2)
      const hers = await alice!.mls.keyPackage()
      await refuses(bob!, hers.bytes, 'another’s package')
      for (const identity of [alice!.mls.name, bob!.did, `${bob!.did}#a b`, '']) {
        const { bytes } = await bob!.mls.keyPackage({ credential: basicCredential(identity) })
        await refuses(bob!, bytes, `the identity “${identity}”`, [...INVALID, 'DeviceKeyMismatch'])
      }
    },
  },
  lifetime: {
    promise: 'the lifetime holds now and is at most 90 days',
    contract: '§4 devices',
    hint: 'not_before and not_after of the leaf, the whole length counted',
    async run(stage) {
      const person = await stage.stranger()
      const nowMs = Date.now()
      const past = await person.mls.keyPackage({
        lifetime: lifetimeFromNow(DAY_S, nowMs - 10 * DAY_S * 1000),
      })
      await refuses(person, past.bytes, 'a lifetime that is over')
      const future = await person.mls.keyPackage({
        lifetime: lifetimeFromNow(DAY_S, nowMs + 10 * DAY_S * 1000),
      })
      await refuses(person, future.bytes, 'a lifetime that has not begun')
      const long = await person.mls.keyPackage({ lifetime: lifetimeFromNow(91 * DAY_S) })
      await refuses(person, long.bytes, 'a lifetime of 91 days')
    },
  },
  'every-device': {
    promise: 'getKeyPackages leases one package of every device, the caller’s own included',
    contract: '§4 getKeyPackages',
    hint: 'not one per account: whoever is added has all devices added',
    async run(stage) {
      const [alice, bob] = await stage.people(2)
      const laptop = await stage.device(bob!.caller.account)
      const dids = [alice!.did, bob!.did]
      const { keyPackages: leased } = await alice!.call('getKeyPackages', { dids })
      for (const { did, deviceId } of [alice!, bob!, laptop]) {
        const count = leased.filter((one) => one.did === did && one.deviceId === deviceId).length
        expectEqual(count, 1, `packages of ${did}#${deviceId}`)
      }
      const only = { dids: [bob!.did], deviceIds: [laptop.deviceId] }
      const { keyPackages: chosen } = await alice!.call('getKeyPackages', only)
      const named = chosen.map(({ deviceId }) => deviceId)
      expectEqual(named, [laptop.deviceId], 'devices, where deviceIds names one')
    },
  },
  'lease-repeats': {
    promise: 'the same lease asked for again is the same packages',
    contract: '§4 getKeyPackages, §2.4',
    hint: 'a lease is of (caller, conversation): a repeated GET must not use up the stock',
    async run(stage) {
      const [alice, bob] = await stage.people(2)
      const params = { dids: [bob!.did], convoId: 'ab'.repeat(16) }
      const first = await alice!.call('getKeyPackages', params)
      const again = await alice!.call('getKeyPackages', params)
      expectEqual(refsOf(again), refsOf(first), 'the packages leased again')
    },
  },
  'leased-once': {
    promise: 'a package is leased to one (caller, conversation) at a time',
    contract: '§2.4',
    hint: 'take packages with a lock (FOR UPDATE SKIP LOCKED), also under many callers at once',
    async run(stage) {
      const [target, ...callers] = await stage.people(5, 8)
      const dids = [target!.did]
      const answers = await Promise.all([
        ...callers.map((one) => one.call('getKeyPackages', { dids, convoId: 'cd'.repeat(16) })),
        callers[0]!.call('getKeyPackages', { dids, convoId: 'ef'.repeat(16) }),
      ])
      const leased = answers.flatMap(({ keyPackages: given }) =>
        given.filter(({ lastResort }) => !lastResort).map((one) => one.keyPackageRef),
      )
      expectEqual(leased.length, callers.length + 1, 'leases of packages that are not last resort')
      expectEqual(new Set(leased).size, leased.length, 'different packages among them')
    },
  },
  'last-resort': {
    promise: 'when a device has none left, its last-resort package is given, again and again',
    contract: '§2.4, §4 getKeyPackages',
    hint: 'only the package with the extension last_resort may be leased twice',
    async run(stage) {
      const [target, ...callers] = await stage.people(4, 1)
      const dids = [target!.did]
      const given = []
      for (const caller of callers) {
        const { keyPackages: leased } = await caller.call('getKeyPackages', { dids })
        given.push(leased[0])
      }
      const marks = given.map((one) => one?.lastResort)
      expectEqual(marks, [false, true, true], 'lastResort of the packages that three callers get')
      expectEqual(given[2]?.keyPackageRef, given[1]?.keyPackageRef, 'the package given again')
    },
  },
  missing: {
    promise: 'missing names who has no package',
    contract: '§4 getKeyPackages',
    hint: 'an account without a device, and a device without a package',
    async run(stage) {
      const [caller] = await stage.people(1)
      const [nobody] = await stage.people(1, 0)
      const dids = [nobody!.did, caller!.did]
      const { keyPackages: leased, missing } = await caller!.call('getKeyPackages', { dids })
      expect(!leased.some(({ did }) => did === nobody!.did), 'no package of it', leased)
      expect(
        missing.some(({ did }) => did === nobody!.did),
        `${nobody!.did} in missing`,
        missing,
      )
    },
  },
  'consumed-once': {
    promise: 'a package that a commit used is not taken again',
    contract: '§2.4',
    hint: 'the commit consumes the lease in its own transaction; InvalidKeyPackage afterwards',
    async run(stage) {
      const { convoId, people, convos } = await stage.met(2)
      const [alice] = people
      const [carol] = await stage.people(1)
      const packages = await convos[0]!.lease([carol!.did])
      await convos[0]!.commit({ add: packages }, 'addMembers')
      const second = await alice!.createConvo([])
      const change = await second.group.commit({ add: packages })
      const call = alice!.call('addMembers', { convoId: second.convoId, change })
      await expectRefusal(call, 'InvalidKeyPackage', 'the package of a member added before')
      const { keyPackages: leased } = await alice!.call('getKeyPackages', {
        dids: [carol!.did],
        convoId: second.convoId,
      })
      const given = leased.map((one) => Buffer.from(one.keyPackage).toString('hex'))
      const used = packages.map((one) => Buffer.from(one).toString('hex'))
      expect(!given.some((one) => used.includes(one)), 'another package at the next lease', convoId)
    },
  },
  'lease-is-needed': {
    promise: 'a commit uses packages that its sender has leased',
    contract: '§4 getKeyPackages',
    hint: 'not another’s lease, nor a package that was never published: InvalidKeyPackage',
    async run(stage) {
      const { convoId, people, convos } = await stage.met(2)
      const [carol] = await stage.people(1)
      const [alice, bob] = people
      const theirs = await bob!.call('getKeyPackages', { dids: [carol!.did], convoId })
      const leased = theirs.keyPackages.map(({ keyPackage }) => keyPackage)
      const own = [(await carol!.mls.keyPackage()).bytes]
      for (const [what, add] of [
        ['another’s lease', leased],
        ['none at all', own],
      ] as const) {
        const change = await convos[0]!.group.commit({ add: [...add] })
        const call = alice!.call('addMembers', { convoId, change })
        await expectRefusal(call, 'InvalidKeyPackage', `a package with ${what}`)
        convos[0]!.group.drop()
      }
    },
  },
  status: {
    promise: 'getKeyPackageStatus counts what is available, leased and consumed',
    contract: '§4 getKeyPackageStatus',
    hint: 'the last-resort package is counted apart',
    async run(stage) {
      const [alice, bob] = await stage.people(2, 4)
      const fresh = await stockOf(bob!)
      expectEqual([fresh.available, fresh.lastResort], [4, true], 'available and lastResort')
      const convo = await alice!.createConvo([])
      await convo.add([bob!.did])
      await alice!.call('getKeyPackages', { dids: [bob!.did], convoId: 'aa'.repeat(16) })
      const { available, leased, consumed } = await stockOf(bob!)
      expectEqual([available, leased, consumed], [2, 1, 1], 'available, leased, consumed')
    },
  },
  sync: {
    promise:
      'syncKeyPackages deletes what the device has no private key of, and tells what is unknown',
    contract: '§4 syncKeyPackages',
    hint: 'available and leased ones that are not listed go; a reference never published is unknown',
    async run(stage) {
      const [person] = await stage.people(1, 0)
      const packages = await person!.mls.keyPackages(3)
      const bytes = packages.map((one) => one.bytes)
      await person!.call('publishKeyPackages', { keyPackages: bytes })
      const [keep, ...lost] = packages.map(({ ref }) => ref)
      const unheard = 'ab'.repeat(32)
      const input = { deviceId: person!.deviceId, keyPackageRefs: [keep, unheard] }
      const { deleted, unknown } = await person!.call('syncKeyPackages', input)
      expectEqual(deleted.toSorted(), lost.toSorted(), 'deleted')
      expectEqual(unknown, [unheard], 'unknown')
      const again = await person!.call('syncKeyPackages', input)
      expectEqual(again.deleted.toSorted(), deleted.toSorted(), 'deleted, the second time')
      expectEqual((await stockOf(person!)).available, 1, 'how many are available')
    },
  },
})

async function refuses(
  person: Person,
  keyPackage: Uint8Array,
  what: string,
  names: string[] = INVALID,
): Promise<void> {
  const call = person.call('publishKeyPackage', { keyPackage })
  await expectRefusal(call, [...names, 'InvalidRequest'], what)
}

async function stockOf(person: Person) {
  const { devices } = await person.call('getKeyPackageStatus')
  const own = devices.filter(({ deviceId }) => deviceId === person.deviceId)
  const sum = (count: (one: (typeof own)[0]) => number) =>
    own.reduce((total, one) => total + count(one), 0)
  return {
    available: sum((one) => one.available),
    leased: sum((one) => one.leased),
    consumed: sum((one) => one.consumed),
    lastResort: own.some(({ lastResort }) => lastResort),
  }
}

function refsOf({ keyPackages: leased }: { keyPackages: { keyPackageRef: string }[] }): string[] {
  return leased.map(({ keyPackageRef }) => keyPackageRef).toSorted()
}
