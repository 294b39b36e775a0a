import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type HealthQuery, convoHealth } from '../../src/convo/read/health.js'
import type { WelcomeState } from '../../src/db/schema.js'
import { inTx } from '../../src/db/tx.js'
import type { Db } from '../../src/db/types.js'
import { ConvoNotFoundError, DeviceUnknownError, NotMemberError } from '../../src/errors.js'
import type { ConvoId, DeviceId, Did, Epoch } from '../../src/lib/ids.js'
import { createOutbox } from '../../src/outbox/append.js'
import { endWelcomes } from '../../src/welcomes/end.js'
import { putWelcomes } from '../../src/welcomes/put.js'
import { ConvoLog, didOf, keyOf } from '../support/convo-log.js'
import { openTestDatabase } from '../support/database.js'

const [alice, bob, carol] = 'abc'.split('').map(didOf) as [Did, Did, Did]
const DAY_MS = 24 * 60 * 60 * 1000

let database: Awaited<ReturnType<typeof openTestDatabase>>
let db: Db
beforeAll(async () => {
  database = await openTestDatabase()
  db = database.db
  for (const did of [alice, bob, carol]) await register(did, 'phone')
  await register(bob, 'tablet')
})
afterAll(() => database[Symbol.asyncDispose]())

async function register(did: Did, deviceId: string): Promise<void> {
  const device = { did, device_id: deviceId as DeviceId, signature_key: keyOf(did, deviceId) }
  await db.insertInto('devices').values(device).execute()
}

/** A conversation of alice whose last commit has added bob's phone by a welcome. */
async function withBob(): Promise<ConvoLog> {
  const log = await ConvoLog.create(db, alice)
  await log.commit({ add: [[carol, 'phone']] })
  await addBob(log)
  return log
}

async function addBob(log: ConvoLog): Promise<void> {
  const seq = await log.commit({ add: [[bob, 'phone']] })
  const { group_id, generation, epoch } = await log.row()
  await inTx(db, (tx) =>
    putWelcomes(
      tx,
      createOutbox(() => {}),
      {
        convoId: log.convoId,
        groupId: group_id,
        generation,
        epoch,
        seq,
        welcome: randomBytes(10),
        addedBy: alice,
        recipients: [
          {
            did: bob,
            deviceId: 'phone' as DeviceId,
            keyPackageRef: randomBytes(32).toString('hex'),
            expiresAt: new Date(Date.now() + 20 * DAY_MS),
          },
        ],
        now: new Date(),
      },
    ),
  )
}

async function setWelcomes(log: ConvoLog, state: WelcomeState): Promise<void> {
  await db.updateTable('welcomes').set({ state }).where('convo_id', '=', log.convoId).execute()
}

async function problems(log: ConvoLog, asked: Partial<HealthQuery> = {}, inDays = 0) {
  const clock = () => new Date(Date.now() + inDays * DAY_MS)
  const query = { convoId: log.convoId, did: bob, deviceId: 'phone' as DeviceId, ...asked }
  const found = await convoHealth({ db, clock }, query)
  return found.map(({ problem, remedy }) => `${problem} -> ${remedy}`)
}

describe('a device that', () => {
  test('founded the group is well', async () => {
    const log = await withBob()
    expect(await problems(log, { did: alice })).toEqual([])
  })

  test('came in by itself is well', async () => {
    const log = await withBob()
    expect(await problems(log, { did: carol })).toEqual([])
  })

  test('has not taken its welcome', async () => {
    const log = await withBob()
    expect(await problems(log)).toEqual(['welcomePending -> getWelcomes'])
    expect(await problems(log, {}, 19)).toEqual(['welcomePending -> getWelcomes'])
  })

  test('has taken it is well, also after the welcome’s end', async () => {
    const log = await withBob()
    await setWelcomes(log, 'joined')
    expect(await problems(log)).toEqual([])
    expect(await problems(log, {}, 21)).toEqual([])
  })

  test('let it expire', async () => {
    const log = await withBob()
    expect(await problems(log, {}, 21)).toEqual(['welcomeExpired -> joinConvo'])
  })

  test('could not use it, until it has joined by itself', async () => {
    const log = await withBob()
    await setWelcomes(log, 'failed')
    expect(await problems(log)).toEqual(['welcomeFailed -> joinConvo'])
    await rejoin(log)
    expect(await problems(log)).toEqual([])
  })

  test('was added again has the newer welcome to take', async () => {
    const log = await withBob()
    await log.commit({ remove: [bob] })
    await addBob(log)
    expect(await problems(log)).toEqual(['welcomePending -> getWelcomes'])
  })

  test('is not in the tree', async () => {
    const log = await withBob()
    const tablet = { deviceId: 'tablet' as DeviceId }
    expect(await problems(log, tablet)).toEqual(['leafMissing -> joinConvo'])
    await log.commit({ add: [[bob, 'tablet']] })
    expect(await problems(log, tablet)).toEqual([])
  })

  test('waits to be removed and added again', async () => {
    const log = await withBob()
    await db
      .updateTable('leaves')
      .set({ pending_reason: 'left', pending_since: new Date() })
      .where('convo_id', '=', log.convoId)
      .where('did', '=', bob)
      .execute()
    expect(await problems(log)).toEqual(['leafPendingRemoval -> addMembers'])
  })

  test('is in the tree with another key', async () => {
    const log = await withBob()
    await setWelcomes(log, 'joined')
    await db
      .updateTable('leaves')
      .set({ signature_key: randomBytes(32) })
      .where('convo_id', '=', log.convoId)
      .where('did', '=', bob)
      .execute()
    expect(await problems(log)).toEqual(['leafKeyMismatch -> joinConvo'])
  })

  test('lost its leaf, and a welcome that it had not taken, to a reset', async () => {
    const log = await withBob()
    await log.reset(alice)
    await inTx(db, (tx) => endWelcomes(tx, { convoId: log.convoId, state: 'superseded' }))
    expect(await problems(log)).toEqual([
      'groupReset -> joinConvo',
      'welcomeSuperseded -> joinConvo',
      'leafMissing -> joinConvo',
    ])
    expect(await problems(log, { did: carol })).toEqual([
      'groupReset -> joinConvo',
      'leafMissing -> joinConvo',
    ])
    expect(await problems(log, { did: alice })).toEqual([])
    await addBob(log)
    expect(await problems(log)).toEqual(['welcomePending -> getWelcomes'])
  })

  test('came after a reset knows nothing of it', async () => {
    const log = await ConvoLog.create(db, alice)
    await log.commit()
    await log.reset(alice)
    await log.commit({ add: [[bob, 'phone']] })
    expect(await problems(log, { deviceId: 'tablet' as DeviceId })).toEqual([
      'leafMissing -> joinConvo',
    ])
  })
})

describe('a device that says where it is', () => {
  test.each([
    ['in the current epoch', { epoch: 2 }, []],
    ['epochs behind', { epoch: 1 }, ['epochBehind -> getMessages']],
    ['in an epoch that never was', { epoch: 3 }, ['epochAhead -> joinConvo']],
    ['in the current generation', { generation: 0 }, []],
    ['in one that never was', { generation: 1 }, ['epochAhead -> joinConvo']],
  ])('%s', async (_, { epoch, ...rest }: { epoch?: number; generation?: number }, expected) => {
    const log = await withBob()
    await setWelcomes(log, 'joined')
    expect(await problems(log, { ...rest, epoch: epoch as Epoch | undefined })).toEqual(expected)
  })

  test('in the generation before a reset, though it is in the new tree', async () => {
    const log = await ConvoLog.create(db, alice)
    await log.commit()
    await log.reset(alice)
    const before = { did: alice, generation: 0, epoch: 1 as Epoch }
    expect(await problems(log, before)).toEqual(['groupReset -> joinConvo'])
  })

  test('takes its welcome first', async () => {
    const log = await withBob()
    const behind = { epoch: 0 as Epoch }
    expect(await problems(log, behind)).toEqual(['welcomePending -> getWelcomes'])
  })
})

describe('refused', () => {
  test('to a former member, and to an outsider as where there is none', async () => {
    const log = await withBob()
    await log.commit({ remove: [bob] })
    await expect(problems(log)).rejects.toBeInstanceOf(NotMemberError)
    const alone = await ConvoLog.create(db, alice)
    const error = await problems(alone).catch((e: unknown) => e)
    expect(error).toBeInstanceOf(ConvoNotFoundError)
    await expect(problems(alone, { convoId: 'aa'.repeat(16) as ConvoId })).rejects.toEqual(error)
  })

  test('for a device that the account has not, or not any more', async () => {
    const log = await withBob()
    const watch = { deviceId: 'watch' as DeviceId }
    await expect(problems(log, watch)).rejects.toBeInstanceOf(DeviceUnknownError)
    await register(bob, 'watch')
    expect(await problems(log, watch)).toEqual(['leafMissing -> joinConvo'])
    await db
      .updateTable('devices')
      .set({ deleted_at: new Date() })
      .where('device_id', '=', watch.deviceId)
      .execute()
    await expect(problems(log, watch)).rejects.toBeInstanceOf(DeviceUnknownError)
  })
})

/** As `joinConvo` does it: the leaf is replaced by a commit without a welcome. */
async function rejoin(log: ConvoLog): Promise<void> {
  await db.deleteFrom('leaves').where('convo_id', '=', log.convoId).where('did', '=', bob).execute()
  await log.commit({ add: [[bob, 'phone']] })
}
