import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { lockConvos } from '../../src/convo/lock.js'
import { inTx } from '../../src/db/tx.js'
import { deleteDevice } from '../../src/devices/delete.js'
import {
  DeviceUnknownError,
  InvalidCursorError,
  WelcomeAlreadyAckedError,
  WelcomeNotFoundError,
} from '../../src/errors.js'
import type { ConvoId, DeviceId, Did, Epoch, Seq } from '../../src/lib/ids.js'
import { ackWelcome, type WelcomeOutcome } from '../../src/welcomes/ack.js'
import { type EndedWelcomes, endWelcomes } from '../../src/welcomes/end.js'
import { listWelcomes } from '../../src/welcomes/list.js'
import { type NewWelcome, putWelcomes } from '../../src/welcomes/put.js'
import { type DeviceDomain, openDeviceDomain } from '../support/device-domain.js'
import { randomPlcDid } from '../support/plc.js'

const DAY_MS = 24 * 3600 * 1000
const MIB = 1024 * 1024

let domain: DeviceDomain
beforeAll(async () => void (domain = await openDeviceDomain()))
afterAll(() => domain[Symbol.asyncDispose]())

const alice = randomPlcDid()

test('a welcome is stored once and waits for exactly the devices that it names', async () => {
  const did = randomPlcDid()
  const phone = await domain.publishedDevice(1, { did })
  const tablet = await domain.publishedDevice(1, { did, deviceId: 'tablet' })
  const carol = await domain.publishedDevice(1)
  const convoId = await domain.insertConvo()
  const now = await put(convoId, [phone, carol], { seq: 7, epoch: 3, welcome: Buffer.from('hi') })

  const { welcomes, ...page } = await list(phone)
  expect(page).toEqual({})
  expect(
    welcomes.map(({ welcome, groupId, ...rest }) => ({
      ...rest,
      groupId: hex(groupId),
      welcome: hex(welcome),
    })),
  ).toEqual([
    {
      welcomeId: expect.stringMatching(/^[0-9a-f]{32}$/),
      convoId,
      groupId: convoId,
      generation: 0,
      epoch: 3,
      seq: 7,
      welcome: hex(Buffer.from('hi')),
      addedBy: alice,
      createdAt: now,
      expiresAt: expect.any(Date),
    },
  ])
  expect((await list(tablet)).welcomes).toEqual([])
  expect((await list(carol)).welcomes).toHaveLength(1)
  const stored = await domain.db
    .selectFrom('welcome_messages')
    .select('seq')
    .where('convo_id', '=', convoId)
    .execute()
  expect(stored).toEqual([{ seq: 7 }])
  const events = (await domain.events('welcome')).filter((event) => event.convoId === convoId)
  expect(events).toEqual([
    welcomeEvent(convoId, phone, welcomes[0]!.welcomeId),
    welcomeEvent(convoId, carol, (await list(carol)).welcomes[0]!.welcomeId),
  ])
})

test('it waits for 30 days, or as long as the package lives', async () => {
  const phone = await domain.publishedDevice(1)
  const now = await put(await domain.insertConvo(), [phone], { packageDays: 60 })
  await put(await domain.insertConvo(), [phone], { packageDays: 10, now: new Date(+now + 1) })
  const { welcomes } = await list(phone)
  expect(welcomes.map(({ expiresAt }) => Math.round((+expiresAt - +now) / DAY_MS))).toEqual([
    30, 10,
  ])

  domain.skewMs = 11 * DAY_MS
  try {
    expect((await list(phone)).welcomes.map(idOf)).toEqual([idOf(welcomes[0]!)])
    await expect(ack(phone.did, idOf(welcomes[1]!))).rejects.toBeInstanceOf(WelcomeNotFoundError)
    domain.skewMs = 31 * DAY_MS
    expect((await list(phone)).welcomes).toEqual([])
  } finally {
    domain.skewMs = 0
  }
})

describe('pending no more', () => {
  test('for a newer welcome of the same device and conversation', async () => {
    const [phone, carol] = [await domain.publishedDevice(1), await domain.publishedDevice(1)]
    const convoId = await domain.insertConvo()
    await put(convoId, [phone, carol], { seq: 1 })
    const older = (await list(phone)).welcomes[0]!
    await put(convoId, [phone], { seq: 2 })
    await put(await domain.insertConvo(), [phone], { seq: 1 })
    const now = (await list(phone)).welcomes
    expect(now.map(({ seq }) => seq).toSorted()).toEqual([1, 2])
    expect(now.map(idOf)).not.toContain(idOf(older))
    expect((await list(carol)).welcomes).toMatchObject([{ seq: 1 }])
    await expect(ack(phone.did, idOf(older))).rejects.toBeInstanceOf(WelcomeNotFoundError)
  })

  test.each<[string, (did: Did, deviceId: DeviceId) => Omit<EndedWelcomes, 'convoId'>, number[]]>([
    ['of a device', (did, deviceId) => ({ did, deviceId, state: 'removed' }), [0, 1, 1]],
    ['of an account', (did) => ({ did, state: 'removed' }), [0, 0, 1]],
    ['of all', () => ({ state: 'superseded' }), [0, 0, 0]],
  ])('when the conversation ends those %s', async (_, ended, left) => {
    const did = randomPlcDid()
    const phone = await domain.publishedDevice(1, { did })
    const tablet = await domain.publishedDevice(1, { did, deviceId: 'tablet' })
    const devices = [phone, tablet, await domain.publishedDevice(1)]
    const [convoId, other] = [await domain.insertConvo(), await domain.insertConvo()]
    await put(convoId, devices)
    await put(other, devices)
    const { welcomeId } = (await list(phone)).welcomes.find((one) => one.convoId === convoId)!
    await inTx(domain.db, (tx) => endWelcomes(tx, { convoId, ...ended(did, phone.deviceId) }))
    const pages = await Promise.all(devices.map((device) => list(device)))
    // Those of the other conversation stay.
    expect(pages.map(({ welcomes }) => welcomes.length - 1)).toEqual(left)
    await expect(ack(did, welcomeId)).rejects.toBeInstanceOf(WelcomeNotFoundError)
  })

  test('when the device is deleted', async () => {
    const phone = await domain.publishedDevice(1)
    await put(await domain.insertConvo(), [phone])
    const { welcomeId } = (await list(phone)).welcomes[0]!
    await deleteDevice(domain, phone)
    await expect(list(phone)).rejects.toBeInstanceOf(DeviceUnknownError)
    await expect(ack(phone.did, welcomeId)).rejects.toBeInstanceOf(WelcomeNotFoundError)
  })
})

describe('ackWelcome', () => {
  test.each<[WelcomeOutcome, WelcomeOutcome]>([
    ['joined', 'failed'],
    ['failed', 'joined'],
  ])('%s is the answer for ever, %s is refused then', async (outcome, other) => {
    const { phone, welcomeId } = await pending()
    await ack(phone.did, welcomeId, outcome, 'first')
    expect((await list(phone)).welcomes).toEqual([])
    await ack(phone.did, welcomeId, outcome, 'second')
    await expect(ack(phone.did, welcomeId, other)).rejects.toBeInstanceOf(WelcomeAlreadyAckedError)
    expect(await stateOf(welcomeId)).toEqual({ state: outcome, reason: 'first' })
  })

  test('of many at the same time one outcome wins, and all who said it are answered', async () => {
    const { phone, welcomeId } = await pending()
    const said = Array.from({ length: 20 }, (_, i): WelcomeOutcome => (i % 2 ? 'joined' : 'failed'))
    const outcomes = await Promise.allSettled(said.map((one) => ack(phone.did, welcomeId, one)))
    const { state } = await stateOf(welcomeId)
    expect(outcomes.map(({ status }) => status)).toEqual(
      said.map((one) => (one === state ? 'fulfilled' : 'rejected')),
    )
  })

  test("is for one's own", async () => {
    const { phone, welcomeId } = await pending()
    await expect(ack(alice, welcomeId)).rejects.toBeInstanceOf(WelcomeNotFoundError)
    await expect(ack(phone.did, 'nonsense')).rejects.toBeInstanceOf(WelcomeNotFoundError)
    expect(await stateOf(welcomeId)).toEqual({ state: 'pending', reason: null })
    await ack(phone.did, welcomeId)
    await expect(ack(alice, welcomeId)).rejects.toBeInstanceOf(WelcomeNotFoundError)
  })

  test('against a newer welcome: it is acknowledged or superseded, never both', async () => {
    for (let i = 0; i < 10; i++) {
      const { phone, convoId, welcomeId } = await pending()
      const [acked] = await Promise.allSettled([
        ack(phone.did, welcomeId),
        put(convoId, [phone], { seq: 2 }),
      ])
      const { state } = await stateOf(welcomeId)
      expect(state).toBe(acked.status === 'fulfilled' ? 'joined' : 'superseded')
      expect((await list(phone)).welcomes).toMatchObject([{ seq: 2 }])
    }
  })
})

describe('getWelcomes', () => {
  test('pages are stable while welcomes end and come', async () => {
    const phone = await domain.publishedDevice(1)
    const now = Date.now() - 60_000
    for (let i = 0; i < 7; i++) {
      // Two of each time: the id decides between them.
      const at = new Date(now + Math.floor(i / 2))
      await put(await domain.insertConvo(), [phone], { now: at })
    }
    const all = (await list(phone)).welcomes.map(idOf)
    expect(new Set(all).size).toBe(7)
    const first = await list(phone, { limit: 3 })
    expect(first.welcomes.map(idOf)).toEqual(all.slice(0, 3))
    await ack(phone.did, all[1]!)
    await ack(phone.did, all[4]!)
    await put(await domain.insertConvo(), [phone])
    const second = await list(phone, { limit: 3, cursor: first.cursor! })
    expect(second.welcomes.map(idOf).slice(0, 3)).toEqual([all[3], all[5], all[6]])
    const third = await list(phone, { limit: 3, cursor: second.cursor! })
    expect(third.welcomes).toHaveLength(1)
    expect(third.cursor).toBeUndefined()
  })

  test('a page stays under 6 MiB, and holds one at least', async () => {
    const phone = await domain.publishedDevice(1)
    for (const [i, size] of [4 * MIB, 4 * MIB, MIB, 0.5 * MIB].entries()) {
      const now = new Date(Date.now() - 60_000 + i)
      await put(await domain.insertConvo(), [phone], { welcome: Buffer.alloc(size, 1), now })
    }
    const sizes = []
    let cursor: string | undefined
    do {
      const page = await list(phone, { cursor })
      sizes.push(page.welcomes.map(({ welcome }) => welcome.length / MIB))
      cursor = page.cursor
    } while (cursor !== undefined)
    expect(sizes).toEqual([[4], [4, 1, 0.5]])
  })

  test.each(['', 'x', 'MQ', Buffer.from('1.zz').toString('base64url'), '00000000-0000'])(
    'a cursor of its own making only: %o',
    async (cursor) => {
      const phone = await domain.publishedDevice(1)
      await expect(list(phone, { cursor })).rejects.toBeInstanceOf(InvalidCursorError)
    },
  )

  test('is for live devices of the caller', async () => {
    const { phone } = await pending()
    const strange = { did: alice, deviceId: phone.deviceId }
    await expect(list(strange)).rejects.toBeInstanceOf(DeviceUnknownError)
    expect((await list(phone)).welcomes).toHaveLength(1)
  })
})

interface Device {
  did: Did
  deviceId: DeviceId
}

async function pending() {
  const phone = await domain.publishedDevice(1)
  const convoId = await domain.insertConvo()
  await put(convoId, [phone])
  return { phone, convoId, welcomeId: (await list(phone)).welcomes[0]!.welcomeId }
}

/** Puts a welcome for `devices`, as a commit at `seq` does. */
async function put(
  convoId: ConvoId,
  devices: Device[],
  { seq = 1, epoch = 1, packageDays = 60, ...more }: PutOptions = {},
): Promise<Date> {
  const now = more.now ?? domain.clock()
  const expiresAt = new Date(+now + packageDays * DAY_MS)
  await inTx(domain.db, async (tx) => {
    await lockConvos(tx, [convoId])
    await putWelcomes(tx, domain.outbox, {
      convoId,
      groupId: Buffer.from(convoId, 'hex'),
      generation: 0,
      epoch: epoch as Epoch,
      seq: seq as Seq,
      welcome: more.welcome ?? Buffer.of(1),
      addedBy: alice,
      recipients: devices.map(({ did, deviceId }) => ({
        did,
        deviceId,
        keyPackageRef: '00',
        expiresAt,
      })),
      now,
    })
  })
  return now
}

type PutOptions = Partial<Pick<NewWelcome, 'welcome' | 'now'>> & {
  seq?: number
  epoch?: number
  packageDays?: number
}

function list(
  { did, deviceId }: Device,
  { limit = 50, cursor }: { limit?: number; cursor?: string | undefined } = {},
) {
  return listWelcomes(domain, { did, deviceId, limit, cursor })
}

function ack(did: Did, welcomeId: string, outcome: WelcomeOutcome = 'joined', reason?: string) {
  return ackWelcome(domain, { did, welcomeId, outcome, reason })
}

function stateOf(welcomeId: string) {
  return domain.db
    .selectFrom('welcomes')
    .select(['state', 'reason'])
    .where('welcome_id', '=', welcomeId)
    .executeTakeFirstOrThrow()
}

function welcomeEvent(convoId: ConvoId, { did, deviceId }: Device, welcomeId: string) {
  return { kind: 'welcome', convoId, did, deviceId, welcomeId, seq: 7 }
}

function idOf({ welcomeId }: { welcomeId: string }): string {
  return welcomeId
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex')
}
