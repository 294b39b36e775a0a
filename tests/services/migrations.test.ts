import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { sql } from 'kysely'
import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { executedMigrations } from '../../src/db/migrate.js'
import { openPostgres } from '../../src/db/postgres.js'
import type { Database } from '../../src/db/types.js'
import { ClientDevice } from '../support/client-device.js'
import { runCommand } from '../support/command.js'
import { makeNewerVersion } from '../support/newer-version.js'
import { startPlc, type TestPlc } from '../support/plc.js'
import { startPostgres, type TestPostgres } from '../support/postgres.js'
import { ServiceProcess, startProcess } from '../support/service-process.js'
import { SteadyLoad } from '../support/steady-load.js'

/** Services start and stop in there, which takes long on a busy machine. */
const SLOW = { timeout: 300_000 }
const SERVICE_DID = 'did:web:mls.versions.test'
/** Longer than a request may take (`STATEMENT_TIMEOUT_MS`), and than it may wait for a lock. */
const LONG_S = 6
const ENOUGH = 200

let plc: TestPlc
let postgres: TestPostgres
let directory: string
beforeAll(async () => {
  plc = await startPlc()
  postgres = await startPostgres()
  directory = await mkdtemp(join(tmpdir(), 'catbird-versions-'))
}, 240_000)
afterAll(async () => {
  await postgres?.[Symbol.asyncDispose]()
  await plc.close()
  await rm(directory, { recursive: true, force: true })
})

test(
  'several that start at once run each migration once, and wait for one that takes long',
  SLOW,
  async () => {
    const DATABASE_URL = await createDatabase()
    await using newer = await makeNewerVersion(`SELECT pg_sleep(${LONG_S});\n`)
    const outcomes = await Promise.all(
      Array.from({ length: 3 }, () =>
        runCommand(['migrate'], { DATABASE_URL, DATA_DIR: directory }, newer.entry),
      ),
    )
    expect(outcomes.map(({ code, stderr }) => [code, stderr])).toEqual(Array(3).fill([0, '']))
    await using database = open(DATABASE_URL)
    const all = await executedMigrations(database.db)
    expect(all).toContain(newer.migration)
    const ran = outcomes.flatMap(({ stdout }) => stdout.match(/(?<=^ran )\w+/gm) ?? [])
    expect(ran.sort()).toEqual(all)

    // The version before it does not start on that database, and says why.
    for (const command of ['serve', 'migrate']) {
      expect(await runCommand([command], { DATABASE_URL, DATA_DIR: directory })).toEqual({
        code: 1,
        stdout: '',
        stderr: expect.stringMatching(
          /^The database was migrated by a newer version [^\n]+29990101_001_next[^\n]+\n$/,
        ),
      })
    }
  },
)

test('a new version is rolled out under load: no request fails', SLOW, async () => {
  await using stage = await Stage.open()
  await using newer = await makeNewerVersion(`
    ALTER TABLE messages ADD COLUMN next_note text NOT NULL DEFAULT '-';
    CREATE TABLE next_notes (convo_id text REFERENCES conversations (convo_id), note text);
    CREATE INDEX next_by_kind ON messages (convo_id, kind, seq);
  `)
  const { load } = stage
  await load.goOn(ENOUGH)
  // Two at once, while the old one serves.
  const started = await Promise.all([stage.start(newer.entry), stage.start(newer.entry)])
  load.doors.push(...started.map(({ url }) => url))
  await load.goOn(ENOUGH)
  const health = await fetch(`${stage.old.url}/health`)
  expect([health.status, await health.json()]).toMatchObject([200, { status: 'healthy' }])
  // The old one ends, and then nobody comes to it any more.
  load.doors.shift()
  await load.goOn(ENOUGH)
  await stage.old.stop()
  // And back again, by the operator's word.
  load.doors.push((await stage.start(undefined, { ALLOW_NEWER_SCHEMA: 'true' })).url)
  await load.goOn(ENOUGH)
  await load.stop()
  expect(load.failures).toEqual([])
  expect(await executedMigrations(stage.database.db)).toContain(newer.migration)
  await stage.checkLog()
})

test(
  'a migration that finds its table locked holds nobody up for long, and is done later',
  SLOW,
  async () => {
    await using stage = await Stage.open()
    await using newer = await makeNewerVersion('ALTER TABLE messages ADD COLUMN next_note text;\n')
    const { load } = stage
    await load.goOn(ENOUGH)
    {
      await using reader = await stage.longReader()
      const migrated = runCommand(['migrate'], stage.env, newer.entry)
      await stage.someoneWaits()
      await sleep(LONG_S * 1000)
      await reader.end()
      expect(await migrated).toMatchObject({ code: 0, stderr: '' })
    }
    await load.goOn(ENOUGH)
    expect(load.failures).toEqual([])

    // The control: an ALTER that waits for as long as it takes makes everybody behind it wait, too.
    {
      await using reader = await stage.longReader()
      const client = new pg.Client({ connectionString: stage.env.DATABASE_URL })
      await client.connect()
      const altered = client.query('alter table messages add column locking text')
      await sleep(LONG_S * 1000)
      await reader.end()
      await altered
      await client.end()
    }
    await load.stop()
    expect(load.failures.length).toBeGreaterThan(0)
    expect(load.failures.join('\n')).toMatch(/database cannot be reached or is too busy/)
  },
)

/** A service of this version, with people who use it all the time. */
class Stage implements AsyncDisposable {
  readonly #others: ServiceProcess[] = []

  private constructor(
    readonly database: Database,
    readonly env: { DATABASE_URL: string; SERVICE_DID: string; DATA_DIR: string },
    readonly old: ServiceProcess,
    readonly convoId: string,
    readonly load: SteadyLoad,
  ) {}

  static async open(): Promise<Stage> {
    const env = { DATABASE_URL: await createDatabase(), SERVICE_DID }
    const old = await startProcess({ plcUrl: plc.url, env })
    const person = async () => {
      const device = await ClientDevice.create(await plc.createAccount(), 'phone', old)
      await device.register(2)
      return device
    }
    const people = await Promise.all([person(), person(), person()])
    const [creator, ...others] = people
    const { convoId } = await creator!.createConvo(others.map(({ did }) => did))
    for (const other of others) await other.join()
    const load = new SteadyLoad(people, convoId, [old.url])
    const database = open(env.DATABASE_URL)
    return new Stage(database, { ...env, DATA_DIR: directory }, old, convoId, load)
  }

  /** @param entry the program of another version. */
  async start(entry?: string, more: Record<string, string> = {}): Promise<ServiceProcess> {
    const { DATABASE_URL } = this.env
    const env = { DATABASE_URL, SERVICE_DID, ...more }
    const service = await startProcess({
      plcUrl: plc.url,
      env,
      ...(entry !== undefined && { entry }),
    })
    this.#others.push(service)
    return service
  }

  /** Somebody who reads the log in a transaction that does not end, as a backup does. */
  async longReader(): Promise<AsyncDisposable & { end(): Promise<void> }> {
    const client = new pg.Client({ connectionString: this.env.DATABASE_URL })
    await client.connect()
    await client.query('begin; select count(*) from messages')
    let ended: Promise<void> | undefined
    const end = () => (ended ??= client.end())
    return { end, [Symbol.asyncDispose]: end }
  }

  async someoneWaits(): Promise<void> {
    const waiting = async () => {
      const { rows } = await sql<{ n: number }>`
        select count(*)::int as n from pg_locks where not granted and mode = 'AccessExclusiveLock'`.execute(
        this.database.db,
      )
      return rows[0]!.n
    }
    await expect.poll(waiting, { timeout: 60_000, interval: 20 }).toBeGreaterThan(0)
  }

  /** One entry for each seq. */
  async checkLog(): Promise<void> {
    const entries = await this.database.db
      .selectFrom('messages')
      .select('seq')
      .orderBy('seq')
      .execute()
    expect(entries.map(({ seq }) => seq)).toEqual(entries.map((_, i) => i + 1))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.load.stop()
    for (const service of [this.old, ...this.#others]) await service[Symbol.asyncDispose]()
    await this.database[Symbol.asyncDispose]()
  }
}

function open(url: string): Database {
  return openPostgres({ url, poolSize: 2, onError: () => {} })
}

async function createDatabase(): Promise<string> {
  const name = `versions_${randomBytes(4).toString('hex')}`
  await using server = open(postgres.url)
  await sql`create database ${sql.id(name)}`.execute(server.db)
  const url = new URL(postgres.url)
  url.pathname = `/${name}`
  return url.toString()
}
