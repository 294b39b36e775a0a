import { setTimeout as sleep } from 'node:timers/promises'
import { sql } from 'kysely'
import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openPostgres } from '../../src/db/postgres.js'
import { OPENS_WITHIN_MS } from '../support/convo-stage.js'
import { ClientDevice } from '../support/client-device.js'
import { startPlc } from '../support/plc.js'
import { startPostgres, type TestPostgres } from '../support/postgres.js'
import { type ServiceProcess, startProcess } from '../support/service-process.js'

/** A small pool, so that a few slow statements take it all. */
const POOL_SIZE = 3
const LOCK_MS = 2_000
const POOL_WAIT_MS = 2_000
const STATEMENT_MS = 5_000
const IDLE_IN_TRANSACTION_MS = 5_000
/** What a loaded machine adds. */
const LATE_MS = 15_000

const cleanUp = new AsyncDisposableStack()
let postgres: TestPostgres
let service: ServiceProcess
let alice: ClientDevice
let convoId: string
let intruder: pg.Client

beforeAll(async () => {
  const plc = cleanUp.use(await startPlc())
  postgres = cleanUp.use(await startPostgres())
  const env = { DATABASE_URL: postgres.url, DATABASE_POOL_SIZE: String(POOL_SIZE) }
  service = cleanUp.use(await startProcess({ plcUrl: plc.url, env }))
  alice = await ClientDevice.create(await plc.createAccount(), 'phone', service)
  await alice.register(2)
  convoId = (await alice.createConvo([])).convoId
  intruder = new pg.Client({ connectionString: postgres.url })
  await intruder.connect()
  cleanUp.defer(() => intruder.end())
}, OPENS_WITHIN_MS)
afterAll(() => cleanUp.disposeAsync())

test('a table that somebody locks is a 503 within the time for locks, and then all is well', async () => {
  await intruder.query('begin; lock table members in access exclusive mode')
  try {
    const { error, ms } = await timed(() => alice.api.query('getConvo', { convoId }))
    expect(error).toMatchObject({ status: 503, error: 'ServiceUnavailable' })
    expect((error as { headers: Headers }).headers.get('retry-after')).toBe('1')
    expect(ms).toBeGreaterThanOrEqual(LOCK_MS * 0.9)
    expect(ms).toBeLessThan(LOCK_MS + LATE_MS)
  } finally {
    await intruder.query('rollback')
  }
  await alice.api.query('getConvo', { convoId })
})

test('who finds no connection free is told so soon, however many they are', async () => {
  await intruder.query('begin; lock table members in access exclusive mode')
  try {
    const calls = Array.from({ length: 30 }, () =>
      timed(() => alice.api.query('getConvo', { convoId })),
    )
    for (const { error, ms } of await Promise.all(calls)) {
      expect(error).toMatchObject({ status: 503, error: 'ServiceUnavailable' })
      // At worst the wait for a connection, and then that for the lock.
      expect(ms).toBeLessThan(POOL_WAIT_MS + LOCK_MS + LATE_MS)
    }
  } finally {
    await intruder.query('rollback')
  }
  await alice.api.query('getConvo', { convoId })
  expect((await fetch(`${service.url}/health/ready`)).status).toBe(200)
})

test('a statement that does not end is a 503, and changes nothing', async () => {
  await intruder.query(`
    create function dawdle() returns trigger language plpgsql as
      $$ begin perform pg_sleep(60); return new; end $$;
    create trigger dawdle before update on members for each row execute function dawdle()`)
  try {
    const { error, ms } = await timed(() => alice.api.procedure('muteConvo', { convoId }))
    expect(error).toMatchObject({ status: 503, error: 'ServiceUnavailable' })
    expect(ms).toBeGreaterThanOrEqual(STATEMENT_MS * 0.9)
    expect(ms).toBeLessThan(60_000)
  } finally {
    await intruder.query('drop function dawdle cascade')
  }
  expect(await alice.api.query('getConvo', { convoId })).toMatchObject({ convo: { muted: false } })
})

test('a transaction that is left alone is ended, so that it holds nobody up', async () => {
  await using database = openPostgres({ url: postgres.url, poolSize: 1, onError: () => {} })
  const left = database.db.transaction().execute(async (tx) => {
    await sql`lock table members in access exclusive mode`.execute(tx)
    await sleep(IDLE_IN_TRANSACTION_MS + 2_000)
    await sql`select 1`.execute(tx)
  })
  await expect(left).rejects.toThrow()
  // The control: what it had locked is free.
  await alice.api.procedure('muteConvo', { convoId })
})

async function timed(call: () => Promise<unknown>): Promise<{ error: unknown; ms: number }> {
  const begunMs = performance.now()
  const error = await call().then(
    () => undefined,
    (failure: unknown) => failure,
  )
  return { error, ms: performance.now() - begunMs }
}
