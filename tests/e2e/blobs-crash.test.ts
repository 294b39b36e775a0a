import { createHash, randomBytes } from 'node:crypto'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { openDiskStore } from '../../src/blobs/disk-store.js'
import { openEmbedded } from '../../src/db/embedded.js'
import { removeLooseObjects } from '../../src/jobs/remove-loose-objects.js'
import { keysIn } from '../support/blob-stores.js'
import { inPieces } from '../support/blob-store-suite.js'
import { ClientDevice } from '../support/client-device.js'
import { download, rawUpload } from '../support/client-blobs.js'
import type { TestClient } from '../support/client.js'
import { OPENS_WITHIN_MS } from '../support/convo-stage.js'
import { startPlc } from '../support/plc.js'
import { startProcess } from '../support/service-process.js'

const KILLS = 3
const BYTES = 200_000

test(
  'a process that is killed while it stores keeps what it acknowledged, and nothing else for long',
  { timeout: OPENS_WITHIN_MS },
  async () => {
    await using plc = await startPlc()
    const env = { DATABASE_URL: '', REDIS_URL: '' }
    await using service = await startProcess({ plcUrl: plc.url, env })
    const blobs = join(service.dataDir, 'blobs')
    const acknowledged: Acknowledged[] = []

    for (let kill = 0; kill < KILLS; kill++) {
      // Uploads that died count as under way for a while: each time it is another account.
      const alice = await ClientDevice.create(await plc.createAccount(), 'phone', service)
      await alice.register(1)
      const { convoId } = await alice.createConvo([])
      const place = { client: alice.api, convoId }
      const drafts = async () => (await readdir(join(blobs, 'unfinished'))).length
      const before = await drafts()
      const hanging = rawUpload(alice.api, convoId, {}, endless())
      await expect.poll(drafts).toBe(before + 1)
      const many = Array.from({ length: 6 }, () => storeOne(place))
      await sleep(20 + Math.random() * 100)
      await service.kill()
      await hanging
      await service.start()
      acknowledged.push(...(await Promise.all(many)).flat())
      // Tokens of the same second may count as older than the store of used ones.
      await expect
        .poll(async () => acknowledged.push(...(await storeOne(place))))
        .toBeGreaterThan(kill)
    }
    expect(acknowledged.length).toBeGreaterThanOrEqual(KILLS)
    for (const { client, convoId, blobId, sha256 } of acknowledged) {
      const bytes = Buffer.from(await (await download(client, convoId, blobId)).arrayBuffer())
      expect(createHash('sha256').update(bytes).digest('hex')).toBe(sha256)
    }
    await service.stop()

    await using database = await openEmbedded(service.dataDir)
    await using store = await openDiskStore(blobs)
    const { db } = database
    const loose = () => db.selectFrom('loose_objects').select('object_key').execute()
    // The control: the killed ones have left something.
    expect((await loose()).length).toBeGreaterThanOrEqual(KILLS)
    expect((await readdir(join(blobs, 'unfinished'))).length).toBeGreaterThanOrEqual(KILLS)
    await sql`update loose_objects set created_at = now() - interval '31 minutes'`.execute(db)
    const retention = { events: 7, welcomes: 30, messages: 0 }
    await removeLooseObjects.run({ db, blobs: store, retention }, new AbortController().signal)

    const rows = await db.selectFrom('blobs').select(['object_key', 'size']).execute()
    expect(rows.length).toBeGreaterThanOrEqual(acknowledged.length)
    expect(await keysIn(store)).toEqual(rows.map(({ object_key }) => object_key).sort())
    expect(await readdir(join(blobs, 'unfinished'))).toEqual([])
    expect(await loose()).toEqual([])
    const usage = await db.selectFrom('blob_usage').select('bytes').execute()
    const sum = (sizes: number[]) => sizes.reduce((total, size) => total + size, 0)
    expect(sum(usage.map(({ bytes }) => bytes))).toBe(sum(rows.map(({ size }) => size)))
  },
)

/** None where the process died before it answered. */
async function storeOne(place: Place): Promise<Acknowledged[]> {
  const content = randomBytes(BYTES)
  const length = { 'content-length': String(BYTES) }
  const sent = await rawUpload(place.client, place.convoId, length, inPieces(content))
  if (sent.status !== 200) return []
  const { blobId, sha256 } = (sent.body as { blob: { blobId: string; sha256: string } }).blob
  expect(sha256).toBe(createHash('sha256').update(content).digest('hex'))
  return [{ ...place, blobId, sha256 }]
}

async function* endless(): AsyncIterable<Uint8Array> {
  for (;;) {
    yield randomBytes(1000)
    await sleep(20)
  }
}

interface Place {
  client: TestClient
  convoId: string
}

interface Acknowledged extends Place {
  blobId: string
  sha256: string
}
