import { createHash, randomBytes } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { gunzipSync, gzipSync } from 'node:zlib'
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { BackupError, fileKind, loadDump, writeDump } from '../../src/db/backup/index.js'
import { CopiedRows } from '../../src/db/backup/copied-rows.js'
import { findProgram } from '../../src/db/backup/programs.js'
import { openIncarnation } from '../../src/db/incarnation.js'
import { executedMigrations } from '../../src/db/migrate.js'
import type { Database, Db } from '../../src/db/types.js'
import type { DeviceId, Did } from '../../src/lib/ids.js'
import { openTestDatabase } from '../support/database.js'
import { people, StreamStage } from '../support/stream-stage.js'

const VERSION = '9.9.9'

let directory: string
let source: Database
/** Of `source`, in which there is some of everything. */
let file: string
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'catbird-dump-'))
  source = await openTestDatabase()
  await fill(source)
  file = join(directory, 'source.jsonl.gz')
  await writeDump(source.db, VERSION, file)
})
afterAll(async () => {
  await source[Symbol.asyncDispose]()
  await rm(directory, { recursive: true, force: true })
})

describe('a dump', () => {
  it('says what it is of, and how much', async () => {
    const header = JSON.parse(linesOf(file)[0]!)
    expect(header).toMatchObject({ format: 'catbird-mls-dump', version: 1, service: VERSION })
    expect(header.migrations).toEqual(await executedMigrations(source.db))
    const rows = Object.fromEntries(header.tables.map((t: Table) => [t.name, t.rows]))
    expect(rows).toMatchObject({ conversations: 1, messages: 1_100, devices: 5 })
    expect(Object.keys(rows)).not.toContain('service_state')
    expect(linesOf(file)).toHaveLength(Object.values<number>(rows).reduce((a, b) => a + b) + 2)
  })

  it('is restored to the last bit, whatever the values are', async () => {
    await using target = await openTestDatabase()
    await loadDump(target.db, file)
    const again = join(directory, 'again.jsonl.gz')
    await writeDump(target.db, VERSION, again)
    expect(linesOf(again).slice(1, -1)).toEqual(linesOf(file).slice(1, -1))
    expect(await rowsOf(target.db)).toEqual(await rowsOf(source.db))
  })

  it('begins another life: no event has the transaction it had, and ids go on', async () => {
    await using target = await openTestDatabase()
    const before = await openIncarnation(target.db)
    await loadDump(target.db, file)
    const incarnation = await openIncarnation(target.db)
    expect(incarnation).not.toBe(before)
    expect(incarnation).not.toBe(await openIncarnation(source.db))
    const { rows } = await sql<{ xids: number; newest: number }>`
      select count(distinct xid)::int as xids, max(id) as newest from event_stream`.execute(
      target.db,
    )
    expect(rows[0]!.xids).toBe(1)
    const next = await target.db
      .insertInto('event_stream')
      .values({ kind: 'convo', payload: '{}' })
      .returning('id')
      .executeTakeFirstOrThrow()
    expect(next.id).toBe(rows[0]!.newest + 1)
  })

  it('is one state, whoever writes meanwhile', async () => {
    // A writer of two tables is seen in both or in neither.
    const writing = new AbortController()
    const writer = writePairs(source.db, writing.signal)
    for (let i = 0; i < 3; i++) {
      const path = join(directory, `busy-${i}.jsonl.gz`)
      await writeDump(source.db, VERSION, path)
      const text = linesOf(path).join('\n')
      const [ours, theirs] = [/"pair-a-\d+"/g, /"pair-b-\d+"/g].map((p) => text.match(p)?.length)
      expect(ours).toBe(theirs)
    }
    writing.abort()
    expect(await writer).toBeGreaterThan(0)
  })

  it('overwrites nothing', async () => {
    const before = readFileSync(file)
    await expect(writeDump(source.db, VERSION, file)).rejects.toThrow(/exists already/)
    expect(readFileSync(file).equals(before)).toBe(true)
  })

  it('that cannot be written leaves nothing, and says so', async () => {
    const path = join(file, 'below-a-file.jsonl.gz')
    await expect(writeDump(source.db, VERSION, path)).rejects.toThrow(
      /^The backup cannot be written: /,
    )
    expect(existsSync(path)).toBe(false)
  })
})

describe('what is refused leaves the database empty', () => {
  let empty: Database
  beforeAll(async () => {
    empty = await openTestDatabase()
  })
  afterAll(() => empty[Symbol.asyncDispose]())

  it.each<[string, (lines: string[]) => string[] | Buffer, RegExp]>([
    ['a row that was altered', (lines) => alter(lines, 'messages-1'), /checksum/],
    ['a row too many', (lines) => lines.toSpliced(5, 0, lines[5]!), /checksum/],
    ['a row too few', (lines) => lines.toSpliced(5, 1), /damaged/],
    ['something after its end', (lines) => [...lines, '{}'], /comes after its end/],
    ['no end', (lines) => lines.slice(0, -1), /ends too early/],
    ['a cut off file', () => readFileSync(file).subarray(0, -100), /damaged/],
    ['a flipped bit', () => flipped(readFileSync(file)), /damaged|checksum/],
    ['another header', (lines) => ['{"format":"other"}', ...lines.slice(1)], /no backup of this/],
    ['no header', (lines) => ['nonsense', ...lines.slice(1)], /no backup of this/],
    ['a newer form', (lines) => withHeader(lines, { version: 2 }), /newer version/],
    [
      'a newer schema',
      (lines) => sealed(withHeader(lines.slice(0, -1), { migrations: ['29990101_001_new'] })),
      /newer version/,
    ],
  ])('%s', async (_name, change, message) => {
    const path = join(directory, `bad-${randomBytes(4).toString('hex')}.gz`)
    const changed = change(linesOf(file))
    writeFileSync(path, Buffer.isBuffer(changed) ? changed : zipped(changed))
    const outcome = await loadDump(empty.db, path).catch((error: unknown) => error)
    expect(outcome).toBeInstanceOf(BackupError)
    expect((outcome as Error).message).toMatch(message)
    expect(Object.values(await rowsOf(empty.db)).flat()).toEqual([])
  })

  it('other columns than the schema has, although the checksum is right', async () => {
    const [first, ...rest] = linesOf(file).slice(0, -1)
    const header = JSON.parse(first!) as { tables: Table[] }
    header.tables[0]!.columns[0] = 'x)); drop table devices; --'
    const path = join(directory, 'columns.gz')
    writeFileSync(path, zipped(sealed([JSON.stringify(header), ...rest])))
    await expect(loadDump(empty.db, path)).rejects.toThrow(/other tables or columns/)
  })

  it('and the control: the same file unaltered is taken', async () => {
    await using target = await openTestDatabase()
    const path = join(directory, 'control.gz')
    writeFileSync(path, zipped(sealed(linesOf(file).slice(0, -1))))
    expect((await loadDump(target.db, path)).service).toBe(VERSION)
  })
})

it('a database that is not empty is refused, and stays as it is', async () => {
  const before = await rowsOf(source.db)
  await expect(loadDump(source.db, file)).rejects.toThrow(/not empty: \w+ has \d+ rows/)
  expect(await rowsOf(source.db)).toEqual(before)
})

it('a file is known by how it begins', async () => {
  const path = join(directory, 'kind')
  writeFileSync(path, 'PGDMP\u0001\u000e')
  expect([await fileKind(path), await fileKind(file)]).toEqual(['archive', 'dump'])
  writeFileSync(path, 'PG')
  await expect(fileKind(path)).rejects.toThrow(/no backup of this service/)
  await expect(fileKind(`${path}-gone`)).rejects.toThrow(/cannot be read: ENOENT/)
})

it('programs that are missing or too old are named, with what to install', async () => {
  await expect(findProgram('pg_dump', 99)).rejects.toThrow(
    /pg_dump of version 99 or newer .*apt-get install postgresql-client-99.*--logical/,
  )
})

it('the rows of a restore script are counted, however it is cut into pieces', () => {
  const script = [
    'SET x = 1;',
    'COPY public.kysely_migration (name, "timestamp") FROM stdin;',
    '20261123_001_spine\t2026',
    '\\.',
    'COPY "other schema".messages (convo_id, seq) FROM stdin;',
    `a\t${'x'.repeat(10_000)}`,
    'COPY public.b (c) FROM stdin;',
    '\\.',
    '',
    'COPY public.devices (did) FROM stdin;',
    '\\.',
    '',
  ].join('\n')
  for (const size of [1, 7, 1_000, 100_000]) {
    const copied = new CopiedRows()
    const bytes = Buffer.from(script)
    for (let at = 0; at < bytes.length; at += size) copied.take(bytes.subarray(at, at + size))
    expect(Object.fromEntries(copied.counts)).toEqual({
      kysely_migration: 1,
      messages: 2,
      devices: 0,
    })
    expect(copied.migrations).toEqual(['20261123_001_spine'])
  }
})

/** More than a batch of messages, and values that are hard to write down. */
async function fill(database: Database): Promise<void> {
  await using stage = await StreamStage.open({ database })
  const { ALICE, BOB } = people()
  const convoId = await stage.convo(ALICE, BOB)
  await database.db
    .insertInto('messages')
    .values(
      Array.from({ length: 1_100 }, (_, i) => ({
        convo_id: convoId,
        seq: (i + 1) as never,
        kind: 1,
        generation: 0,
        epoch: 0 as never,
        message_id: `messages-${i}`,
        // From nothing over what base64 breaks into lines to what is stored out of line.
        ciphertext: i % 5 === 0 ? null : randomBytes([0, 1, 57, 300, 9_000][i % 5]!),
        content_hash: randomBytes(32),
        previous_hash: Buffer.alloc(32),
        hash: randomBytes(32),
        application_count: i,
        created_at: new Date(1_700_000_000_123 + i),
      })),
    )
    .execute()
  const names = ['', 'line\nbreak\ttab', `quotes ' " \\ \\N \\. {null}`, 'Ω 🐦 \u0001', null]
  for (const [i, name] of names.entries()) {
    await database.db
      .insertInto('devices')
      .values({
        did: ALICE,
        device_id: `device-${i}` as DeviceId,
        signature_key: Buffer.alloc(i, 255),
        name,
        created_at: sql`timestamptz '2026-02-03 04:05:06.789012+05:30'`,
        deleted_at: i === 0 ? sql`timestamptz 'infinity'` : null,
        key_packages_deleted: i,
      })
      .execute()
  }
  await stage.announce({ kind: 'read', convoId, did: 'did:web:"q".test' as Did, seq: 7 as never })
}

/** Every row of every table as text, the life of the database and transaction ids aside. */
async function rowsOf(db: Db): Promise<Record<string, string[]>> {
  const tables: Record<string, string[]> = {}
  for (const { name } of JSON.parse(linesOf(file)[0]!).tables as Table[]) {
    const { rows } = await sql<{ row: string }>`
      select (to_jsonb(t) - 'xid')::text as row from ${sql.table(name)} t`.execute(db)
    tables[name] = rows.map(({ row }) => row).sort()
  }
  return tables
}

async function writePairs(db: Db, signal: AbortSignal): Promise<number> {
  let pairs = 0
  for (; !signal.aborted; pairs++) {
    await db.transaction().execute(async (tx) => {
      const device = { did: 'did:web:pair.test' as Did, signature_key: randomBytes(32) }
      const row = { ...device, name: null, deleted_at: null, key_packages_deleted: null }
      await tx
        .insertInto('devices')
        .values({ ...row, device_id: `pair-a-${pairs}` as DeviceId })
        .execute()
      await tx
        .insertInto('event_stream')
        .values({ kind: `pair-b-${pairs}`, payload: '{}' })
        .execute()
    })
    // The embedded database answers without I/O: nothing else of this process would get its turn.
    await sleep(1)
  }
  return pairs
}

function linesOf(path: string): string[] {
  return gunzipSync(readFileSync(path)).toString().trimEnd().split('\n')
}

function zipped(lines: string[]): Buffer {
  return gzipSync(lines.map((line) => `${line}\n`).join(''))
}

/** With the trailer that belongs to these lines. */
function sealed(lines: string[]): string[] {
  const sha256 = createHash('sha256').update(lines.map((line) => `${line}\n`).join(''))
  return [...lines, JSON.stringify({ rows: lines.length - 1, sha256: sha256.digest('hex') })]
}

function alter(lines: string[], part: string): string[] {
  const at = lines.findIndex((line) => line.includes(part))
  return lines.with(at, lines[at]!.replace(part, part.toUpperCase()))
}

function withHeader(lines: string[], values: object): string[] {
  return lines.with(0, JSON.stringify({ ...JSON.parse(lines[0]!), ...values }))
}

function flipped(bytes: Buffer): Buffer {
  const copy = Buffer.from(bytes)
  copy[copy.length >> 1]! ^= 0x10
  return copy
}

interface Table {
  name: string
  columns: string[]
  rows: number
}
