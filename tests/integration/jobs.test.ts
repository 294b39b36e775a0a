import { randomBytes } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { sql } from 'kysely'
import { pino } from 'pino'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { forgetEvents } from '../../src/jobs/forget-events.js'
import { forgetKeyPackages } from '../../src/jobs/forget-key-packages.js'
import { forgetMessages } from '../../src/jobs/forget-messages.js'
import { forgetWelcomes } from '../../src/jobs/forget-welcomes.js'
import { type Job, type JobRun, startJobs } from '../../src/jobs/index.js'
import { inBatches } from '../../src/jobs/in-batches.js'
import type { ConvoId, DeviceId, Did, Epoch, Seq } from '../../src/lib/ids.js'
import { NO_BLOBS } from '../support/blob-stores.js'
import { Filled } from '../support/filled.js'
import { people, StreamStage } from '../support/stream-stage.js'

const RETENTION = { events: 7, welcomes: 30, messages: 90 }
const DAY_MS = 86_400_000

let stage: StreamStage
let ALICE: Did, BOB: Did
beforeAll(async () => {
  stage = await StreamStage.open()
})
afterAll(() => stage[Symbol.asyncDispose]())
beforeEach(() => {
  ;({ ALICE, BOB } = people())
})

test('events beyond the window go, from the beginning of the stream up to the first that stays', async () => {
  const convoId = await stage.convo(ALICE)
  await stage.send(convoId, 6)
  const ids = await eventIds()
  const [first, second, third, fourth] = ids.slice(-6)
  await age('event_stream', sql`id <= ${second} or id = ${fourth}`, 8)
  expect(await run(forgetEvents)).toBe(ids.length - 4)
  // The fourth is old too, and stays: behind it a cursor would lose it without a word.
  expect(await eventIds()).toEqual(ids.slice(-4))
  expect(await run(forgetEvents)).toBe(0)
  expect([first, third]).not.toContain(undefined)
})

test('old events go in batches', async () => {
  const convoId = await stage.convo(ALICE)
  const rows = Array.from({ length: 1_203 }, () => ({
    kind: 'convo',
    convo_id: convoId,
    seq: 1 as Seq,
    payload: '{"action":"updated"}',
  }))
  await stage.database.db.insertInto('event_stream').values(rows).execute()
  await age('event_stream', sql`true`, 8)
  const count = (await eventIds()).length
  expect(await run(forgetEvents)).toBe(count)
  expect(await eventIds()).toEqual([])
})

test('application entries lose their ciphertext and keep everything else', async () => {
  const convoId = await stage.convo(ALICE, BOB)
  await stage.send(convoId, 3)
  await stage.add(convoId, people().CAROL)
  await age('messages', sql`convo_id = ${convoId} and seq <> 3`, 91)
  const before = await entries()
  expect(await run(forgetMessages)).toBe(2)
  const after = await entries()
  expect(after.map(({ ciphertext }) => ciphertext !== null)).toEqual([false, false, true, true])
  expect(after.map((row) => ({ ...row, ciphertext: null }))).toEqual(
    before.map((row) => ({ ...row, ciphertext: null })),
  )
  expect(await run(forgetMessages)).toBe(0)

  function entries() {
    const log = stage.database.db.selectFrom('messages').selectAll().orderBy('seq')
    return log.where('convo_id', '=', convoId).execute()
  }
})

test('without a retention messages stay for ever', async () => {
  const convoId = await stage.convo(ALICE)
  await stage.send(convoId)
  await age('messages', sql`convo_id = ${convoId}`, 9_999)
  const ctx = { db: stage.database.db, blobs: NO_BLOBS, retention: { ...RETENTION, messages: 0 } }
  expect(await forgetMessages.run(ctx, new AbortController().signal)).toBe(0)
})

test('Welcomes that nobody can ask for lose their bytes; rows go later, with what names them', async () => {
  const convoId = await stage.convo(ALICE)
  await welcome(convoId, 1, 'pending', 1)
  await welcome(convoId, 2, 'joined', 1)
  await welcome(convoId, 3, 'joined', 31)
  await welcome(convoId, 4, 'pending', 31, { leaf: true })
  await welcome(convoId, 5, 'pending', 31)
  await welcome(convoId, 6, 'superseded', 31)
  expect(await run(forgetWelcomes)).toBe(5 + 3 + 3)
  expect(await left()).toEqual([
    { seq: 1, bytes: 9, state: 'pending' },
    { seq: 2, bytes: 0, state: 'joined' },
    { seq: 4, bytes: 0, state: 'pending' },
  ])
  expect(await run(forgetWelcomes)).toBe(0)

  async function left() {
    const { rows } = await sql`
      select w.seq, octet_length(m.welcome) as bytes, w.state from welcome_messages m
      left join welcomes w using (convo_id, seq) where convo_id = ${convoId} order by w.seq
    `.execute(stage.database.db)
    return rows
  }
})

test('Welcomes that stay keep none from being found behind them', async () => {
  const convoId = await stage.convo(ALICE)
  const staying = 120
  for (let seq = 1; seq <= staying; seq++) await welcome(convoId, seq, 'pending', 1)
  await welcome(convoId, staying + 1, 'joined', 1)
  await welcome(convoId, staying + 2, 'joined', 31)
  expect(await run(forgetWelcomes)).toBe(2 + 1 + 1)
  expect(await run(forgetWelcomes)).toBe(0)
  const { rows } = await sql<{ seq: number }>`
    select seq from welcome_messages where convo_id = ${convoId} and octet_length(welcome) > 0
  `.execute(stage.database.db)
  expect(rows).toHaveLength(staying)
})

test('key packages go 30 days after their end, leases 30 days after theirs', async () => {
  const device = await stage.device(ALICE, 'phone')
  await keyPackage('alive', { endsIn: 10 })
  await keyPackage('expired', { endsIn: -29 })
  await keyPackage('forgotten', { endsIn: -31 })
  await keyPackage('leased', { endsIn: 10, leaseEndsIn: -29 })
  await keyPackage('lease forgotten', { endsIn: 10, leaseEndsIn: -31 })
  expect(await run(forgetKeyPackages)).toBe(2)
  const rows = await stage.database.db
    .selectFrom('key_packages')
    .select(['ref', 'leased_to'])
    .where('did', '=', ALICE)
    .orderBy('ref')
    .execute()
  expect(rows).toEqual([
    { ref: 'alive', leased_to: null },
    { ref: 'expired', leased_to: null },
    { ref: 'lease forgotten', leased_to: null },
    { ref: 'leased', leased_to: BOB },
  ])

  async function keyPackage(
    ref: string,
    { endsIn, leaseEndsIn }: { endsIn: number; leaseEndsIn?: number },
  ): Promise<void> {
    const inDays = (days: number) => new Date(Date.now() + days * DAY_MS)
    await stage.database.db
      .insertInto('key_packages')
      .values({
        ref,
        did: ALICE,
        device_id: device,
        cipher_suite: 's',
        key_package: Buffer.alloc(1),
        init_key: randomBytes(8),
        not_after: inDays(endsIn),
        last_resort: false,
        leased_to: leaseEndsIn === undefined ? null : BOB,
        leased_convo: null,
        leased_until: leaseEndsIn === undefined ? null : inDays(leaseEndsIn),
        consumed_at: null,
        deleted_at: null,
      })
      .execute()
  }
})

test('ended leases are found wherever they lie', async () => {
  const { db } = stage.database
  const strangers = Array.from({ length: 2_000 }, (_, i) => `did:web:lender${i}.test`)
  await Filled.on(db).packages(strangers, 5)
  const { rows: sizes } = await sql<{ mib: number }>`
    select pg_relation_size('key_packages') / 1048576 as mib`.execute(db)
  expect(sizes[0]!.mib, 'more than one transaction looks at').toBeGreaterThanOrEqual(5)
  const { numAffectedRows } = await sql`
    update key_packages set leased_to = ${BOB}, leased_until = now() - interval '31 days'
    where ref in (
      select ref from (select ref, row_number() over (order by ctid) as n from key_packages) placed
      where n % 97 = 0)`.execute(db)
  expect(await run(forgetKeyPackages)).toBe(Number(numAffectedRows))
  const { rows: left } = await sql`
    select ref from key_packages where leased_to = ${BOB} and leased_until < now()`.execute(db)
  expect(left).toEqual([])
})

test('a run stops between two batches when it is told to', async () => {
  const stopping = new AbortController()
  let batches = 0
  const ctx = { db: stage.database.db, blobs: NO_BLOBS, retention: RETENTION }
  const rows = await inBatches(ctx, stopping.signal, { name: 'test', size: 10 }, async () => {
    batches += 1
    if (batches === 3) stopping.abort()
    return 10
  })
  expect([batches, rows]).toEqual([3, 30])
})

test('jobs run again and again, also after one failed, and stop with the process', async () => {
  const runs: JobRun[] = []
  const job: Job = {
    name: 'sometimes',
    intervalMs: 10,
    run: async () => {
      if (runs.length === 1) throw new Error('once')
      return 7
    },
  }
  const ctx = { db: stage.database.db, blobs: NO_BLOBS, retention: RETENTION }
  const jobs = startJobs(ctx, pino({ level: 'silent' }), (each) => runs.push(each), [job])
  await expect.poll(() => runs.length).toBeGreaterThanOrEqual(3)
  await jobs[Symbol.asyncDispose]()
  const stoppedAt = runs.length
  await sleep(50)
  expect(runs).toHaveLength(stoppedAt)
  expect(runs.slice(0, 3).map(({ ok, rows }) => ({ ok, rows }))).toEqual([
    { ok: true, rows: 7 },
    { ok: false, rows: 0 },
    { ok: true, rows: 7 },
  ])
})

function run(job: Job): Promise<number> {
  const ctx = { db: stage.database.db, blobs: NO_BLOBS, retention: RETENTION }
  return job.run(ctx, new AbortController().signal)
}

async function age(table: string, which: ReturnType<typeof sql>, days: number): Promise<void> {
  await sql`update ${sql.table(table)} set created_at = now() - make_interval(days => ${days})
    where ${which}`.execute(stage.database.db)
}

async function eventIds(): Promise<number[]> {
  const rows = await stage.database.db
    .selectFrom('event_stream')
    .select('id')
    .orderBy('event_stream.xid')
    .orderBy('id')
    .execute()
  return rows.map(({ id }) => id)
}

/** What became of a Welcome, how old it is, whether the device has its leaf. */
async function welcome(
  convoId: ConvoId,
  seq: number,
  state: 'pending' | 'joined' | 'superseded',
  days: number,
  { leaf = false } = {},
): Promise<void> {
  const { db } = stage.database
  const created = new Date(Date.now() - days * DAY_MS)
  const deviceId = `device${seq}` as DeviceId
  const place = { convo_id: convoId, seq: seq as Seq }
  await db
    .insertInto('welcome_messages')
    .values({ ...place, welcome: Buffer.from('welcome..') })
    .execute()
  await db
    .insertInto('welcomes')
    .values({
      ...place,
      welcome_id: `${convoId}/${seq}`,
      did: BOB,
      device_id: deviceId,
      key_package_ref: `${seq}`,
      group_id: Buffer.alloc(16),
      generation: 0,
      epoch: seq as Epoch,
      added_by: ALICE,
      created_at: created,
      expires_at: new Date(created.getTime() + 30 * DAY_MS),
      state,
      reason: null,
      ended_at: state === 'pending' ? null : created,
    })
    .execute()
  if (!leaf) return
  await sql`
    insert into leaves (convo_id, leaf_index, did, device_id, signature_key, added_seq)
    values (${convoId}, ${seq}, ${BOB}, ${deviceId}, ${Buffer.alloc(32)}, ${seq})`.execute(db)
}
