import { afterAll, beforeAll, expect, test } from 'vitest'
import { deleteAccount } from '../../src/account/delete.js'
import { leaseKeyPackages } from '../../src/keys/lease.js'
import { publishKeyPackages } from '../../src/keys/publish.js'
import { finishDeletions } from '../../src/jobs/finish-deletions.js'
import { inTx } from '../../src/db/tx.js'
import type { ConvoId, Did, Epoch, Seq } from '../../src/lib/ids.js'
import { KeyedQueue } from '../../src/lib/keyed-queue.js'
import { putWelcomes } from '../../src/welcomes/put.js'
import { NO_BLOBS } from '../support/blob-stores.js'
import { Crash, crashingAt } from '../support/crashing-db.js'
import { type DeviceDomain, openDeviceDomain } from '../support/device-domain.js'
import { searchTables } from '../support/search-tables.js'

/** More than the steps of the account below; the last runs show that none is left out. */
const STEPS_MAX = 20
const EVENTS = ['event_stream.did', 'event_stream.payload']

let domain: DeviceDomain
beforeAll(async () => void (domain = await openDeviceDomain()))
afterAll(() => domain[Symbol.asyncDispose]())

test('a crash before any of its steps is mended by doing it again', async () => {
  const control = await account()
  expect((await searchTables(domain.db, control.did)).text.length).toBeGreaterThan(10)
  await deleteAccount(deps(), control.did)
  const expected = await outcome(control)
  expect(expected).toEqual({
    text: [...EVENTS, 'leaves.did'],
    changes: ['left', 'left', 'left'],
    devices: ['registered', 'deleted'],
    ends: ['deleted'],
    members: ['peer', 'peer', 'peer'],
    leased: [null, null],
  })

  let crashes = 0
  for (let step = 1; step <= STEPS_MAX; step++) {
    const victim = await account()
    const error = await deleteAccount(deps(step), victim.did).catch((thrown: unknown) => thrown)
    if (error === undefined) break
    expect(error).toBeInstanceOf(Crash)
    crashes += 1
    await deleteAccount(deps(), victim.did)
    expect(await outcome(victim), `a crash before step ${step}`).toEqual(expected)
  }
  // Begin, three conversations, leases twice, the rest.
  expect(crashes).toBeGreaterThanOrEqual(7)
  expect(crashes).toBeLessThan(STEPS_MAX)
})

test('what a crash has left is taken up by a job, and meanwhile nobody comes back in', async () => {
  const { did, peer, device, convoIds } = await account()
  await expect(deleteAccount(deps(3), did)).rejects.toBeInstanceOf(Crash)

  const packages = await device.keyPackages(1)
  const publish = () =>
    publishKeyPackages(domain, { did, offered: [{ bytes: packages[0]!.bytes, place: 'it' }] })
  await expect(publish()).rejects.toMatchObject({ customErrorName: 'DeviceUnknown' })
  const tablet = await domain.newDevice({ did, deviceId: 'tablet' })
  await expect(domain.publish(tablet, await tablet.keyPackages(1))).rejects.toMatchObject({
    customErrorName: 'DeviceUnknown',
  })
  const { keyPackages } = await leaseKeyPackages(domain, { caller: peer, dids: [did] })
  expect(keyPackages).toEqual([])

  const job = finishDeletions(deps())
  const run = () =>
    job.run(
      { db: domain.db, blobs: NO_BLOBS, retention: NO_RETENTION },
      new AbortController().signal,
    )
  expect(await run()).toBe(0)
  domain.skewMs = 120_000
  expect(await run()).toBe(1)
  domain.skewMs = 0
  expect((await searchTables(domain.db, did)).text).toEqual([...EVENTS, 'leaves.did'])
  expect(await membersOf(convoIds)).toEqual([peer, peer, peer])
  expect(await run()).toBe(0)

  // It may come back, with a device of its own that nobody had before.
  await domain.publish(tablet, await tablet.keyPackages(1))
  await expect(publish()).rejects.toMatchObject({ customErrorName: 'DeviceUnknown' })
})

test('one that fails again and again holds up no other', async () => {
  const [broken, ...others] = [await account(), await account(), await account()]
  for (const { did } of [broken!, ...others]) {
    await expect(deleteAccount(deps(3), did)).rejects.toBeInstanceOf(Crash)
  }
  const sound = deps()
  const failing: typeof sound = {
    ...sound,
    outbox: {
      ...sound.outbox,
      append: async (tx, events) => {
        if (events.some((event) => 'subject' in event && event.subject === broken!.did)) {
          throw new Error('it fails')
        }
        await sound.outbox.append(tx, events)
      },
    },
  }
  const run = (from: typeof sound) =>
    finishDeletions(from).run(
      { db: domain.db, blobs: NO_BLOBS, retention: NO_RETENTION },
      new AbortController().signal,
    )
  domain.skewMs = 120_000
  await expect(run(failing)).rejects.toThrow('1 deletions failed, 2 are complete')
  for (const { did } of others) {
    expect((await searchTables(domain.db, did)).text).toEqual([...EVENTS, 'leaves.did'])
  }
  expect(await run(sound)).toBe(1)
  domain.skewMs = 0
  expect((await searchTables(domain.db, broken!.did)).text).toEqual([...EVENTS, 'leaves.did'])
})

test('many at once end as one', async () => {
  const victim = await account()
  const control = await account()
  await deleteAccount(deps(), control.did)
  await Promise.all(Array.from({ length: 5 }, () => deleteAccount(deps(), victim.did)))
  expect(await outcome(victim)).toEqual(await outcome(control))
})

/** What a deletion has to come to, whatever happened on the way. */
async function outcome({ did, peer, convoIds }: Account) {
  const found = await searchTables(domain.db, did)
  const changes = (await domain.events('membershipChange')).filter(({ subject }) => subject === did)
  const devices = (await domain.events('device')).filter(({ subject }) => subject === did)
  const ends = (await domain.events('account')).filter((event) => event.did === did)
  const peers = await membersOf(convoIds)
  const leased = await domain.db
    .selectFrom('key_packages')
    .select('leased_to')
    .where('did', '=', peer)
    .execute()
  return {
    text: found.text,
    changes: changes.map(({ action }) => action),
    devices: devices.map(({ action }) => action),
    ends: ends.map(({ action }) => action),
    members: peers.map((member) => (member === peer ? 'peer' : 'other')),
    leased: leased.map(({ leased_to }) => leased_to),
  }
}

async function membersOf(convoIds: readonly ConvoId[]): Promise<Did[]> {
  const rows = await domain.db
    .selectFrom('members')
    .select('did')
    .where('convo_id', 'in', convoIds)
    .execute()
  return rows.map(({ did }) => did)
}

/** An account that has a trace in every table that it can have one in. */
async function account(): Promise<Account> {
  const { device, did } = await domain.publishedDevice(2)
  const peer = await domain.publishedDevice(1)
  await domain.publish(peer.device, [await peer.device.keyPackage({ lastResort: true })])
  const members = [did, peer.did]
  const leaves = [device, peer.device]
  const convoIds: ConvoId[] = []
  for (let i = 0; i < 3; i++) convoIds.push(await domain.insertConvo({ members, leaves }))
  for (const convoId of [convoIds[0]!, undefined]) {
    await leaseKeyPackages(domain, { caller: did, dids: [peer.did], ...(convoId && { convoId }) })
  }
  await inTx(domain.db, (tx) =>
    putWelcomes(tx, domain.outbox, {
      convoId: convoIds[0]!,
      groupId: Buffer.from(convoIds[0]!, 'hex'),
      generation: 0,
      epoch: 1 as Epoch,
      seq: 1 as Seq,
      welcome: Buffer.of(1),
      addedBy: did,
      recipients: [did, peer.did].map((each) => ({
        did: each,
        deviceId: device.deviceId as never,
        keyPackageRef: '00',
        expiresAt: new Date(Date.now() + 86_400_000),
      })),
      now: domain.clock(),
    }),
  )
  await domain.db
    .insertInto('cursors')
    .values({ convo_id: convoIds[1]!, did, seq: 0 as Seq, application_count: 0 })
    .execute()
  return { did, device, peer: peer.did, convoIds }
}

function deps(crashAt = Infinity) {
  const { db, outbox } = domain
  const clock = () => domain.clock()
  return { db: crashingAt(db, crashAt), outbox, lanes: new KeyedQueue<ConvoId>(), clock }
}

const NO_RETENTION = { events: 7, welcomes: 30, messages: 0 }

interface Account {
  did: Did
  device: Awaited<ReturnType<DeviceDomain['newDevice']>>
  peer: Did
  convoIds: ConvoId[]
}
