import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openEmbedded } from '../../src/db/embedded.js'
import { openPostgres } from '../../src/db/postgres.js'
import type { Db } from '../../src/db/types.js'
import { BackupStory } from '../support/backup-story.js'
import { runCommand } from '../support/command.js'
import { readAsFormerly, rememberLife } from '../support/former-life.js'
import { startPlc, type TestPlc } from '../support/plc.js'
import { startPostgres, type TestPostgres } from '../support/postgres.js'

/** Each starts several services, which takes long on a busy machine. */
const SLOW = { timeout: 360_000 }

let plc: TestPlc
let directory: string
let first: TestPostgres
let second: TestPostgres
beforeAll(async () => {
  plc = await startPlc()
  directory = await mkdtemp(join(tmpdir(), 'catbird-backup-'))
  first = await startPostgres()
  second = await startPostgres()
}, 240_000)
afterAll(async () => {
  await first?.[Symbol.asyncDispose]()
  await second?.[Symbol.asyncDispose]()
  await plc.close()
  await rm(directory, { recursive: true, force: true })
})

test(
  'pg_dump under load, restored to another cluster and beside itself, moved to an embedded database',
  SLOW,
  async () => {
    const home = { DATABASE_URL: await createDatabase(first, 'home') }
    await using story = await BackupStory.begin(plc, home)
    const archive = join(directory, 'home.pgdump')
    const dump = join(directory, 'home.jsonl.gz')
    await story.write()
    const before = await story.backUp(archive)
    const beforeDump = await story.backUp(dump, '--logical')

    // Nothing is restored over a service that runs, nor into a database that holds something.
    expect(await runCommand(['restore', dump], story.place)).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/^A service is connected to the database [^\n]+\n$/),
    })
    const { cursor } = await story.end()
    const life = await inDatabase(home.DATABASE_URL, rememberLife)
    for (const [file, words] of [
      [archive, /has a table/],
      [dump, /has \d+ rows/],
    ] as const) {
      expect(await runCommand(['restore', file], story.place)).toMatchObject({
        code: 1,
        stderr: expect.stringMatching(words),
      })
    }

    // Another cluster: transaction ids begin anew.
    const away = { DATABASE_URL: await createDatabase(second, 'away') }
    await story.goesOn({
      from: archive,
      env: away,
      dataDir: join(directory, 'away'),
      before: before,
      cursor,
    })
    // The control: with the old incarnation, new events lie before the cursors that clients have.
    expect(await inDatabase(away.DATABASE_URL, (db) => readAsFormerly(db, life, cursor))).toEqual({
      verdict: 'future',
      delivered: false,
    })

    // The same cluster: its transaction ids go on, and so nothing else tells that this is another life.
    const beside = { DATABASE_URL: await createDatabase(first, 'beside') }
    await story.goesOn({
      from: archive,
      env: beside,
      dataDir: join(directory, 'beside'),
      before: before,
      cursor,
    })
    const control = await inDatabase(beside.DATABASE_URL, (db) => readAsFormerly(db, life, cursor))
    expect(control.verdict).not.toBe('outdated')

    const dataDir = join(directory, 'embedded')
    expect(await runCommand(['restore', archive], { DATA_DIR: dataDir })).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/^A backup by pg_dump goes into a PostgreSQL server/),
    })
    await story.goesOn({ from: dump, dataDir: dataDir, before: beforeDump, cursor })
  },
)

test('from an embedded database to a server', SLOW, async () => {
  await using story = await BackupStory.begin(plc)
  const file = join(directory, 'embedded.jsonl.gz')
  await story.write()
  const before = await story.backUp(file)
  const { cursor } = await story.end()
  const life = await inEmbedded(story.service.dataDir, rememberLife)
  // What a migration Job or a first start has left does not count as something.
  const home = { DATABASE_URL: await createDatabase(second, 'moved') }
  expect((await runCommand(['migrate'], home)).code).toBe(0)
  await story.goesOn({
    from: file,
    env: home,
    dataDir: join(directory, 'moved'),
    before: before,
    cursor,
  })
  const control = await inDatabase(home.DATABASE_URL, (db) => readAsFormerly(db, life, cursor))
  expect(control.verdict).not.toBe('outdated')
})

test(
  'an archive that is damaged, or of something else, is refused, and nothing is made of it',
  SLOW,
  async () => {
    const home = { DATABASE_URL: await createDatabase(first, 'other') }
    await inDatabase(home.DATABASE_URL, async (db) => {
      await db.schema.createTable('elsewhere').addColumn('a', 'text').execute()
    })
    const file = join(directory, 'other.pgdump')
    await promisify(execFile)('pg_dump', ['-Fc', '-f', file, home.DATABASE_URL])
    const target = { DATABASE_URL: await createDatabase(first, 'target') }
    expect(await runCommand(['restore', file], target)).toMatchObject({
      code: 1,
      stderr: `${file} is no backup of this service.\n`,
    })
    await promisify(execFile)('truncate', ['-s', '-20', file])
    expect(await runCommand(['restore', file], target)).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/cannot be read: pg_restore failed/),
    })
    expect(await inDatabase(target.DATABASE_URL, (db) => db.introspection.getTables())).toEqual([])
  },
)

test('a password is given to no program where others could read it, and told to nobody', async () => {
  const url = new URL(await createDatabase(first, 'secret'))
  url.password = 'hunter2'
  const DATABASE_URL = url.toString()
  expect((await runCommand(['migrate'], { DATABASE_URL })).code).toBe(0)
  const spy = join(directory, 'bin')
  await promisify(execFile)('sh', [
    '-ec',
    `mkdir ${spy}; for p in pg_dump pg_restore; do
       printf '#!/bin/sh\\necho "$0 $* [$PGPASSWORD]" >> ${spy}/log; exec %s "$@"\\n' $(command -v $p) > ${spy}/$p
       chmod +x ${spy}/$p
     done`,
  ])
  const file = join(directory, 'secret.pgdump')
  const PATH = `${spy}:${process.env.PATH}`
  const outcome = await runCommand(['backup', file], { DATABASE_URL, PATH })
  expect(outcome).toMatchObject({ code: 0 })
  const { stdout: log } = await promisify(execFile)('cat', [`${spy}/log`])
  const call = log.split('\n').find((line) => line.includes('--format=custom'))!
  expect(call).toMatch(/ \[hunter2\]$/)
  expect(call.replace(/ \[hunter2\]$/, '')).not.toContain('hunter2')
  expect(outcome.stdout + outcome.stderr).not.toContain('hunter2')
})

async function createDatabase(server: TestPostgres, name: string): Promise<string> {
  await inDatabase(server.url, (db) => sql`create database ${sql.id(name)}`.execute(db))
  const url = new URL(server.url)
  url.pathname = `/${name}`
  return url.toString()
}

async function inDatabase<T>(url: string, use: (db: Db) => Promise<T>): Promise<T> {
  await using database = openPostgres({ url, poolSize: 2, onError: () => {} })
  return await use(database.db)
}

async function inEmbedded<T>(dataDir: string, use: (db: Db) => Promise<T>): Promise<T> {
  await using database = await openEmbedded(dataDir)
  return await use(database.db)
}
