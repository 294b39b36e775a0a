import { randomBytes } from 'node:crypto'
import type * as FileSystem from 'node:fs/promises'
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest'
import { keysIn } from '../support/blob-stores.js'
import { inPieces } from '../support/blob-store-suite.js'
import { download, outcome, rawUpload, upload } from '../support/client-blobs.js'
import { ConvoStage, OPENS_WITHIN_MS } from '../support/convo-stage.js'

/** While set, new files are opened here: on a device that is full, or not at all. */
const disk = vi.hoisted(() => ({ instead: undefined as string | undefined }))
vi.mock('node:fs/promises', async (original) => {
  const real = await original<typeof FileSystem>()
  const open: typeof real.open = (path, flags, mode) =>
    flags === 'wx' && disk.instead ? real.open(disk.instead, 'w') : real.open(path, flags, mode)
  return { ...real, open }
})

let stage: ConvoStage
beforeAll(async () => {
  stage = await ConvoStage.open()
}, OPENS_WITHIN_MS)
afterAll(() => stage?.[Symbol.asyncDispose]())
afterEach(() => {
  disk.instead = undefined
})

test.each([
  ['is full', '/dev/full'],
  ['takes no files', '/nowhere/to/be/found'],
])('a disk that %s is a 503 that leaves nothing, and all else goes on', async (_how, instead) => {
  const { convoId, people, convos } = await stage.met(2)
  const [alice, bob] = people
  const before = await upload(alice!.api, convoId, randomBytes(10_000))
  const [stored, keys] = [await blobTables(), await keysIn(stage.service.context.blobs)]

  disk.instead = instead
  for (const size of [1, 10_000, 5_000_000]) {
    const bytes = randomBytes(size)
    await expect(upload(alice!.api, convoId, bytes)).rejects.toMatchObject({
      status: 503,
      error: 'ServiceUnavailable',
    })
    expect(await rawUpload(alice!.api, convoId, {}, inPieces(bytes))).toMatchObject({ status: 503 })
  }
  expect([await blobTables(), await keysIn(stage.service.context.blobs)]).toEqual([stored, keys])
  // What is there can be read, and messages go on.
  expect(await outcome(await download(bob!.api, convoId, before.blobId))).toBe(10_000)
  await convos[0]!.send('still here')
  expect((await fetch(`${stage.service.url}/health/ready`)).status).toBe(200)

  disk.instead = undefined
  const after = await upload(alice!.api, convoId, randomBytes(10_000))
  expect(await outcome(await download(bob!.api, convoId, after.blobId))).toBe(10_000)
})

async function blobTables() {
  const { blobs, blob_places, loose_objects, blob_usage } = await stage.stored()
  return { blobs, blob_places, loose_objects, blob_usage }
}
