import { randomBytes } from 'node:crypto'
import { utimes } from 'node:fs/promises'
import { join } from 'node:path'
import { sql } from 'kysely'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { BlobStore } from '../../src/blobs/blob-store.js'
import { Uploads } from '../../src/blobs/uploads.js'
import { limits } from '../../src/config/limits.js'
import { deleteBlob } from '../../src/convo/blobs/delete.js'
import type { BlobDeps } from '../../src/convo/blobs/deps.js'
import { openBlob } from '../../src/convo/blobs/open.js'
import { uploadBlob } from '../../src/convo/blobs/upload.js'
import { ServiceUnavailableError } from '../../src/errors.js'
import { forgetBlobs } from '../../src/jobs/forget-blobs.js'
import { reconcileBlobs } from '../../src/jobs/reconcile-blobs.js'
import { removeLooseObjects } from '../../src/jobs/remove-loose-objects.js'
import type { Job } from '../../src/jobs/index.js'
import type { BlobId, ConvoId, Did } from '../../src/lib/ids.js'
import { keysIn, openTemporaryStore } from '../support/blob-stores.js'
import { inPieces } from '../support/blob-store-suite.js'
import { people, StreamStage } from '../support/stream-stage.js'

const RETENTION = { events: 7, welcomes: 30, messages: 90 }
const HOUR_MS = 3_600_000

let stage: StreamStage
let store: Awaited<ReturnType<typeof openTemporaryStore>>
let deps: BlobDeps
let ALICE: Did, BOB: Did
let convoId: ConvoId
beforeAll(async () => {
  stage = await StreamStage.open()
})
afterAll(() => stage[Symbol.asyncDispose]())
beforeEach(async () => {
  for (const table of ['blobs', 'blob_places', 'loose_objects', 'blob_usage', 'blob_store']) {
    await sql`delete from ${sql.table(table)}`.execute(stage.database.db)
  }
  store = await openTemporaryStore()
  deps = depsWith(store)
  ;({ ALICE, BOB } = people())
  convoId = await stage.convo(ALICE, BOB)
  await stage.send(convoId)
  return () => store[Symbol.asyncDispose]()
})

test('blobs go with the retention of messages, and their bytes with the next run', async () => {
  const old = await upload(ALICE, 5000)
  const fresh = await upload(ALICE, 5000)
  await age('blob_places', sql`blob_id = ${old}`, 91)
  expect(await run(forgetBlobs)).toBe(1)
  expect(await read(BOB, old)).toBe('BlobNotFound')
  expect(await read(BOB, fresh)).toBe(5000)
  expect(await usage(ALICE)).toBe(5000)
  expect(await keysIn(store)).toHaveLength(2)
  expect(await run(removeLooseObjects)).toBe(1)
  expect(await keysIn(store)).toHaveLength(1)
  expect([await run(forgetBlobs), await run(removeLooseObjects)]).toEqual([0, 0])
})

test('one that was sent again lives as long as the last time', async () => {
  const bytes = randomBytes(5000)
  const blobId = await upload(ALICE, bytes)
  await age('blob_places', sql`blob_id = ${blobId}`, 91)
  await stage.send(convoId)
  await upload(ALICE, bytes)
  expect(await run(forgetBlobs)).toBe(1)
  expect(await read(BOB, blobId)).toBe(5000)
})

test('without a retention blobs stay for ever', async () => {
  const blobId = await upload(ALICE, 5000)
  await age('blob_places', sql`true`, 9_999)
  expect(await run(forgetBlobs, { ...RETENTION, messages: 0 })).toBe(0)
  expect(await read(BOB, blobId)).toBe(5000)
})

test('many old ones of several accounts go in batches', async () => {
  for (let i = 0; i < 120; i++) await upload(i % 2 ? ALICE : BOB, 10)
  await age('blob_places', sql`true`, 91)
  expect(await run(forgetBlobs)).toBe(120)
  expect([await usage(ALICE), await usage(BOB)]).toEqual([0, 0])
  expect(await run(removeLooseObjects)).toBe(120)
  expect(await keysIn(store)).toEqual([])
})

test('deleted places are forgotten after 30 days', async () => {
  const blobId = await upload(ALICE, 10)
  await deleteBlob(deps, { did: ALICE, convoId, blobId })
  expect(await run(forgetBlobs)).toBe(0)
  await sql`update blob_places set deleted_at = now() - interval '31 days'`.execute(db())
  expect(await run(forgetBlobs)).toBe(1)
  await expect(deleteBlob(deps, { did: ALICE, convoId, blobId })).rejects.toMatchObject({
    error: 'BlobNotFound',
  })
})

test('an upload whose process died is given up after a quarter of an hour: its room and its bytes', async () => {
  // The process dies between the object and the row: nothing after the store's `put` happens.
  const dying = {
    ...store,
    put: async (key: string, body: AsyncIterable<Uint8Array>) => {
      await store.put(key, body)
      return new Promise<void>(() => {})
    },
  }
  void upload(ALICE, 5000, depsWith(dying))
  await expect.poll(() => keysIn(store)).toHaveLength(1)
  expect(await usage(ALICE)).toBe(5000)
  expect(await run(removeLooseObjects)).toBe(0)
  expect(await keysIn(store)).toHaveLength(1)
  await sql`update loose_objects set created_at = now() - interval '16 minutes'`.execute(db())
  expect(await run(removeLooseObjects)).toBe(1)
  expect(await keysIn(store)).toEqual([])
  expect(await usage(ALICE)).toBe(0)
  expect(await loose()).toBe(0)
})

test('an upload that was given up while it went on is no blob', async () => {
  let begun = () => {}
  const started = new Promise<void>((resolve) => (begun = resolve))
  let goOn = () => {}
  const held = new Promise<void>((resolve) => (goOn = resolve))
  async function* body() {
    yield randomBytes(1000)
    begun()
    await held
    yield randomBytes(1000)
  }
  const late = uploadBlob(deps, { did: ALICE, convoId, length: 2000, body: body() })
  await started
  await sql`update loose_objects set created_at = now() - interval '16 minutes'`.execute(db())
  expect(await run(removeLooseObjects)).toBe(1)
  goOn()
  await expect(late).rejects.toMatchObject({ error: 'ServiceUnavailable' })
  expect(await usage(ALICE)).toBe(0)
  expect([await loose(), await blobKeys()]).toEqual([0, []])
})

test('a deletion whose object could not be removed is done all the same, and finished by the job', async () => {
  const blobId = await upload(ALICE, 5000)
  let broken = true
  const failing = {
    ...store,
    remove: (key: string) =>
      broken ? Promise.reject(new ServiceUnavailableError('away')) : store.remove(key),
  }
  await deleteBlob(depsWith(failing), { did: ALICE, convoId, blobId })
  expect(await read(BOB, blobId)).toBe('BlobNotFound')
  expect([await usage(ALICE), await loose(), (await keysIn(store)).length]).toEqual([0, 1, 1])
  await expect(run(removeLooseObjects, RETENTION, failing)).rejects.toMatchObject({
    error: 'ServiceUnavailable',
  })
  expect(await loose()).toBe(1)
  broken = false
  expect(await run(removeLooseObjects, RETENTION, failing)).toBe(1)
  expect([await loose(), (await keysIn(store)).length]).toEqual([0, 0])
})

test('a store that fails in an upload costs nothing, whatever it had written', async () => {
  const failing = {
    ...store,
    put: async (key: string, body: AsyncIterable<Uint8Array>) => {
      await store.put(key, body)
      throw new ServiceUnavailableError('full')
    },
  }
  await expect(upload(ALICE, 5000, depsWith(failing))).rejects.toMatchObject({
    error: 'ServiceUnavailable',
  })
  expect([await usage(ALICE), await loose(), (await keysIn(store)).length]).toEqual([0, 0, 0])
})

test('after a restore both sides are compared: what only one of them knows goes', async () => {
  expect(await run(reconcileBlobs)).toBe(0)
  const kept = await upload(ALICE, 5000)
  const lost = await upload(ALICE, 6000)
  const unknown = await upload(ALICE, 7000)
  const recent = await upload(ALICE, 8000)
  await age('blobs', sql`blob_id <> ${recent}`, 2)
  for (const blobId of [kept, lost, unknown]) await ageObject(await keyOf(blobId), 25)
  await store.remove(await keyOf(lost))
  await store.remove(await keyOf(recent))
  await sql`delete from blobs where blob_id = ${unknown}`.execute(db())

  expect(await run(reconcileBlobs)).toBe(2)
  expect(await blobKeys()).toEqual([await keyOf(kept)])
  expect(await read(BOB, kept)).toBe(5000)
  expect(await read(BOB, lost)).toBe('BlobNotFound')
  expect(await run(reconcileBlobs)).toBe(0)
  // What is not a day old may be an upload under way elsewhere.
  const rows = await db().selectFrom('blobs').select('blob_id').execute()
  expect(rows.map(({ blob_id }) => blob_id).sort()).toEqual([kept, recent].sort())
})

test('in a store that is not its own nothing is removed, and no blob is forgotten', async () => {
  const blobId = await upload(ALICE, 5000)
  expect(await run(reconcileBlobs)).toBe(0)
  await age('blobs', sql`true`, 2)
  // As when the volume is not mounted.
  await using empty = await openTemporaryStore()
  await expect(run(reconcileBlobs, RETENTION, empty)).rejects.toThrow(/another/)
  expect(await keyOf(blobId)).toBeDefined()
  // As when two services were given one bucket.
  await ageObject(await keyOf(blobId), 25)
  await sql`delete from blob_store`.execute(db())
  await sql`delete from blobs`.execute(db())
  await expect(run(reconcileBlobs)).rejects.toThrow(/another/)
  expect(await blobKeys()).toHaveLength(1)
})

test('a store into which the objects were copied becomes its own', async () => {
  const blobId = await upload(ALICE, 5000)
  expect(await run(reconcileBlobs)).toBe(0)
  await using copy = await openTemporaryStore()
  const key = await keyOf(blobId)
  await copy.put(key, (await store.get(key))!)
  expect(await run(reconcileBlobs, RETENTION, copy)).toBe(0)
  expect(await keysIn(copy)).toHaveLength(2)
})

test('more uploads than a process takes are told to come again', async () => {
  const few = { ...deps, uploads: new Uploads(1) }
  let goOn = () => {}
  const held = new Promise<void>((resolve) => (goOn = resolve))
  async function* body() {
    yield randomBytes(10)
    await held
  }
  const first = uploadBlob(few, { did: ALICE, convoId, length: undefined, body: body() })
  await expect.poll(loose).toBe(1)
  await expect(upload(BOB, 10, few)).rejects.toMatchObject({ error: 'ServiceUnavailable' })
  goOn()
  await first
  await upload(BOB, 10, few)
})

function db() {
  return stage.database.db
}

function depsWith(blobs: BlobStore): BlobDeps {
  const config = { limits: { ...limits, membersPerConvo: 1000 } }
  return { config, db: db(), blobs, uploads: new Uploads(), clock: () => new Date() }
}

async function upload(did: Did, content: number | Buffer, by = deps): Promise<BlobId> {
  const bytes = typeof content === 'number' ? randomBytes(content) : content
  const request = { did, convoId, length: bytes.length, body: inPieces(bytes) }
  return (await uploadBlob(by, request)).blobId
}

/** The size, or the name of the error. */
async function read(did: Did, blobId: BlobId): Promise<number | string> {
  try {
    const blob = await openBlob(deps, { did, convoId, blobId })
    let size = 0
    for await (const piece of await blob.read()) size += (piece as Buffer).length
    return size
  } catch (error) {
    return (error as { error: string }).error
  }
}

function run(job: Job, retention = RETENTION, blobs: BlobStore = store): Promise<number> {
  return job.run({ db: db(), blobs, retention }, new AbortController().signal)
}

async function age(table: string, which: ReturnType<typeof sql>, days: number): Promise<void> {
  await sql`update ${sql.table(table)} set created_at = now() - make_interval(days => ${days})
    where ${which}`.execute(db())
}

async function ageObject(key: string, hours: number): Promise<void> {
  const at = new Date(Date.now() - hours * HOUR_MS)
  await utimes(join(store.directory, key.slice(0, 2), key), at, at)
}

async function keyOf(blobId: BlobId): Promise<string> {
  const row = await db()
    .selectFrom('blobs')
    .select('object_key')
    .where('blob_id', '=', blobId)
    .executeTakeFirstOrThrow()
  return row.object_key
}

async function blobKeys(): Promise<string[]> {
  return (await keysIn(store)).filter((key) => !key.startsWith('mark'))
}

async function usage(did: Did): Promise<number> {
  const row = await db()
    .selectFrom('blob_usage')
    .select('bytes')
    .where('did', '=', did)
    .executeTakeFirst()
  return row?.bytes ?? 0
}

async function loose(): Promise<number> {
  return (await db().selectFrom('loose_objects').select('object_key').execute()).length
}
