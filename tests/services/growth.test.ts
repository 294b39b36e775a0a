import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { forgetEvents } from '../../src/jobs/forget-events.js'
import { forgetMessages } from '../../src/jobs/forget-messages.js'
import type { Job } from '../../src/jobs/index.js'
import { patiently } from '../support/client-retry.js'
import type { ClientDevice } from '../support/client-device.js'
import { ConvoStage, type Met, OPENS_WITHIN_MS } from '../support/convo-stage.js'
import { scaled } from '../support/scale.js'
import { startPostgres, type TestPostgres } from '../support/postgres.js'

/** Entries of all conversations together, and events as many. */
const ROWS = scaled(120_000, 1_000_000)
const ROWS_PER_CONVO = 100
const TIMES = 20
const RETENTION = { events: 7, welcomes: 30, messages: 90 }

let postgres: TestPostgres
let admin: pg.Client
let stage: ConvoStage
let hot: Met
let quiet: Met
/** Of a reader of the quiet conversation, before the others wrote. */
let cursor: string
beforeAll(async () => {
  postgres = await startPostgres({ fsync: 'off' })
  stage = await ConvoStage.open({ env: { DATABASE_URL: postgres.url } })
  admin = new pg.Client({ connectionString: postgres.url })
  await admin.connect()
  hot = await stage.met(3)
  quiet = await stage.met(2)
  cursor = await cursorOf(quiet)
  await fill()
  await admin.query('vacuum analyze')
}, OPENS_WITHIN_MS)
afterAll(async () => {
  await admin?.end()
  await stage?.[Symbol.asyncDispose]()
  await postgres?.[Symbol.asyncDispose]()
})

/** What each may read: about twice of what it does, and nothing of it for how much others have written. */
test.each<[string, Limits, () => Promise<void>]>([
  ['send, in a conversation of many', { rows: 15, blocks: 120 }, () => send(hot)],
  ['send, in one of few', { rows: 15, blocks: 120 }, () => send(quiet)],
  ['the newest page of a log', { rows: 50, blocks: 60 }, () => page(hot, {})],
  ['the first page of a log', { rows: 50, blocks: 60 }, () => page(hot, { sinceSeq: 0 })],
  ['a page from the middle', { rows: 50, blocks: 60 }, () => page(hot, { beforeSeq: ROWS / 8 })],
  ['my conversations', { rows: 60, blocks: 150 }, () => list(hot)],
  ['how far I have read', { rows: 10, blocks: 30 }, () => read(hot)],
  ['a stream that comes back to a few events', { rows: 150, blocks: 800 }, () => resume()],
  ['the events job, with nothing to do', { rows: 600, blocks: 60 }, () => run(forgetEvents)],
  ['the messages job, with nothing to do', { rows: 10, blocks: 40 }, () => run(forgetMessages)],
])('%s: what it costs does not depend on what is stored', async (name, limits, operation) => {
  const cost = await costOf(operation)
  console.log(`${ROWS} entries, ${name}: ${cost.rows} rows, ${cost.blocks} blocks`)
  expect(cost.scans).toEqual([])
  expect(cost.rows).toBeLessThan(limits.rows)
  expect(cost.blocks).toBeLessThan(limits.blocks)
})

test('control: what reads a whole table is seen', async () => {
  const scan = await costOf(async () => {
    await admin.query('select count(*) from messages where epoch = 77')
  })
  expect(scan.scans).toContain('messages')
  expect(scan.rows).toBeGreaterThan(ROWS)
})

test('jobs that have much to do read what they take, and not the rest', async () => {
  const due = 2_000
  await admin.query(
    `update event_stream set created_at = now() - interval '8 days' where (xid, id) in
      (select xid, id from event_stream order by xid, id limit ${due})`,
  )
  await admin.query(
    `update messages set created_at = now() - interval '91 days' where (convo_id, seq) in
      (select convo_id, seq from messages where kind = 1 limit ${due})`,
  )
  for (const job of [forgetEvents, forgetMessages]) {
    const cost = await costOf(() => run(job), 1)
    // Each row is read as one that is due, as one that is changed, and by what refers to it.
    expect(cost.rows).toBeLessThan(due * 6)
    expect(cost.scans).toEqual([])
  }
})

/** What the server has read for one operation: the mean of some. */
async function costOf(operation: () => Promise<void>, times = TIMES): Promise<Cost> {
  await writeStatistics()
  await admin.query('select pg_stat_reset()')
  for (let i = 0; i < times; i++) await operation()
  await writeStatistics()
  const { rows } = await admin.query<Record<'table' | 'scans' | 'rows' | 'blocks', string>>(`
    select s.relname as "table", s.seq_scan as scans,
      s.seq_tup_read + coalesce(s.idx_tup_fetch, 0) as rows,
      heap_blks_read + heap_blks_hit + coalesce(idx_blks_read + idx_blks_hit, 0) as blocks
    from pg_stat_user_tables s join pg_statio_user_tables io using (relid)`)
  const sum = (name: 'rows' | 'blocks') =>
    Math.round(rows.reduce((total, row) => total + Number(row[name]), 0) / times)
  const scanned = rows.filter((row) => WATCHED.has(row.table) && Number(row.scans) > 0)
  return { rows: sum('rows'), blocks: sum('blocks'), scans: scanned.map(({ table }) => table) }
}

/** Sessions tell what they have read when they end, at the latest; the service opens others. */
async function writeStatistics(): Promise<void> {
  const sessions = `from pg_stat_activity where application_name like 'catbird-mls%'`
  const { rows } = await admin.query<{ pids: number[] }>(
    `select coalesce(array_agg(pid), '{}') as pids, count(pg_terminate_backend(pid)) ${sessions}`,
  )
  const gone = async () => {
    const { rowCount } = await admin.query('select 1 from pg_stat_activity where pid = any($1)', [
      rows[0]!.pids,
    ])
    return rowCount === 0
  }
  while (!(await gone())) await sleep(10)
  await admin.query('select pg_stat_force_next_flush()')
  await admin.query('select pg_stat_clear_snapshot()')
}

function person(met: Met): ClientDevice {
  return met.people[0]!
}

async function send(met: Met): Promise<void> {
  const { group, convoId } = met.convos[0]!
  const ciphertext = await group.encrypt('one more')
  const message = { convoId, msgId: randomUUID(), epoch: group.epoch, ciphertext }
  await patiently(() => person(met).api.procedure('sendMessage', message))
}

async function page(met: Met, range: { sinceSeq?: number; beforeSeq?: number }): Promise<void> {
  const query = { convoId: met.convoId, limit: 20, ...range }
  await patiently(() => person(met).api.query('getMessages', query))
}

async function list(met: Met): Promise<void> {
  await patiently(() => person(met).api.query('getConvos', { limit: 50 }))
}

async function read({ convoId, people }: Met): Promise<void> {
  await patiently(() => people[0]!.api.procedure('updateCursor', { convoId, seq: 2 }))
}

async function cursorOf(met: Met): Promise<string> {
  await using stream = await person(met).api.subscribe()
  await send(met)
  await stream.until((event) => event.type === 'messageEvent')
  return stream.cursor!
}

async function resume(): Promise<void> {
  await using stream = await patiently(() => person(quiet).api.subscribe({ cursor }))
  await stream.until((event) => event.type === 'messageEvent')
}

async function run(job: Job): Promise<void> {
  const ctx = { db: stage.db, retention: RETENTION } as Parameters<Job['run']>[0]
  await patiently(() => job.run(ctx, new AbortController().signal))
}

/** Conversations of others, and entries in the hot one: a transaction for each thousand rows. */
async function fill(): Promise<void> {
  const convos = Math.ceil((ROWS * 3) / 4 / ROWS_PER_CONVO)
  for (let first = 0; first < convos; first += 10) {
    await admin.query(`
      with names as (
        select md5('convo' || c) as id, c from generate_series(${first}, ${Math.min(first + 9, convos - 1)}) c
      ), created as (
        insert into conversations (convo_id, kind, group_id, epoch, last_seq, application_count, hash,
          cipher_suite, commit_framing, creator, policy)
        select id, 'group', decode(id, 'hex'), 0, ${ROWS_PER_CONVO}, ${ROWS_PER_CONVO}, sha256('a'),
          'suite', 'public', 'did:web:a' || c || '.test', '{}' from names
      ), joined as (
        insert into members (convo_id, did, joined_seq, role, status, joined_application_count)
        select id, 'did:web:' || who || c || '.test', 1, 'admin', 'accepted', 0
        from names cross join unnest(array['a', 'b']) who
      ), written as (
        insert into messages (convo_id, seq, kind, generation, epoch, message_id, ciphertext,
          content_hash, previous_hash, hash, application_count)
        select id, seq, 1, 0, 0, gen_random_uuid(), sha256('a'), sha256('b'), sha256('c'), sha256('d'), seq
        from names cross join generate_series(1, ${ROWS_PER_CONVO}) seq
      )
      insert into event_stream (kind, convo_id, seq, payload)
      select 'message', id, seq, '{}' from names cross join generate_series(1, ${ROWS_PER_CONVO}) seq`)
  }
  const id = hot.convoId
  for (let left = ROWS / 4; left > 0; left -= 1_000) {
    const rows = Math.min(left, 1_000)
    await admin.query(`
      with head as (
        update conversations set last_seq = last_seq + ${rows},
          application_count = application_count + ${rows}
        where convo_id = '${id}'
        returning last_seq - ${rows} as seq, application_count - ${rows} as applications, epoch
      ), written as (
        insert into messages (convo_id, seq, kind, generation, epoch, message_id, ciphertext,
          content_hash, previous_hash, hash, application_count)
        select '${id}', seq + i, 1, 0, epoch, gen_random_uuid(), sha256('a'), sha256('b'), sha256('c'),
          sha256('d'), applications + i
        from head cross join generate_series(1, ${rows}) i
      )
      insert into event_stream (kind, convo_id, seq, payload)
      select 'message', '${id}', seq + i, '{}' from head cross join generate_series(1, ${rows}) i`)
  }
}

/** Those that grow with every message. */
const WATCHED = new Set(['messages', 'event_stream'])

type Limits = Pick<Cost, 'rows' | 'blocks'>

interface Cost {
  /** Read from tables. */
  rows: number
  /** Pages of tables and indexes. */
  blocks: number
  /** Which of the tables that grow were read from one end to the other. */
  scans: string[]
}
