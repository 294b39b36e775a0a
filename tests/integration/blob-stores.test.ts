import { mkdtemp, readdir, rename, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { CreateMultipartUploadCommand, S3Client } from '@aws-sdk/client-s3'
import { expect, test } from 'vitest'
import { openDiskStore } from '../../src/blobs/disk-store.js'
import { openS3Store } from '../../src/blobs/s3-store.js'
import { openTemporaryStore } from '../support/blob-stores.js'
import { inPieces, testBlobStore, type TestedStore } from '../support/blob-store-suite.js'
import { startS3 } from '../support/s3.js'

testBlobStore('disk', async (): Promise<TestedStore> => {
  const store = await openTemporaryStore()
  const unfinished = join(store.directory, 'unfinished')
  return {
    store,
    unfinished: async () => (await readdir(unfinished)).length,
    leaveUnfinished: (key) => writeFile(join(unfinished, key), 'half'),
    async broken() {
      // As when the volume is not there any more: a file stands where the directory was.
      const aside = `${store.directory}-aside`
      await rename(store.directory, aside)
      await writeFile(store.directory, '')
      let broken = true
      return {
        store,
        async [Symbol.asyncDispose]() {
          if (!broken) return
          broken = false
          await rm(store.directory)
          await rename(aside, store.directory)
        },
      }
    },
    [Symbol.asyncDispose]: () => store[Symbol.asyncDispose](),
  }
})

testBlobStore('S3', async (): Promise<TestedStore> => {
  const s3 = await startS3()
  const store = await openS3Store(s3.options)
  return {
    store,
    unfinished: async () => (await s3.unfinished()).length,
    async leaveUnfinished(key) {
      const { endpoint, region, bucket: Bucket, ...credentials } = s3.options
      const client = new S3Client({
        endpoint: endpoint!,
        region,
        credentials,
        forcePathStyle: true,
      })
      await client.send(new CreateMultipartUploadCommand({ Bucket, Key: `blobs/${key}` }))
      client.destroy()
    },
    async broken() {
      s3.failing = () => 503
      return {
        store,
        async [Symbol.asyncDispose]() {
          s3.failing = () => undefined
        },
      }
    },
    async [Symbol.asyncDispose]() {
      await store[Symbol.asyncDispose]()
      await s3[Symbol.asyncDispose]()
    },
  }
})

test('S3 takes a body no faster than it stores it: two parts are in memory at most', async () => {
  await using s3 = await startS3()
  await using store = await openS3Store(s3.options)
  let release = () => {}
  s3.held = new Promise((resolve) => (release = resolve))
  const piece = Buffer.alloc(64 * 1024)
  let given = 0
  async function* body() {
    for (let i = 0; i < 480; i++) {
      given += piece.length
      yield piece
    }
  }
  const done = store.put('ab'.repeat(16), body())
  await expect.poll(() => s3.requests.length).toBeGreaterThan(1)
  let before = -1
  while (before !== given) {
    before = given
    await sleep(100)
  }
  expect(given).toBeLessThanOrEqual(11 * 1024 * 1024)
  release()
  await done
  expect(given).toBe(480 * piece.length)
})

test('an upload to S3 that fails in a part gives up its parts', async () => {
  await using s3 = await startS3()
  await using store = await openS3Store(s3.options)
  s3.failing = (request) =>
    request.startsWith('PUT partNumber') && s3.requests.length > 3 ? 503 : undefined
  await expect(store.put('ab'.repeat(16), inPieces(Buffer.alloc(12 << 20)))).rejects.toMatchObject({
    error: 'ServiceUnavailable',
  })
  expect(s3.requests).toContain('DELETE uploadId')
  expect(await s3.unfinished()).toEqual([])
})

test('a bucket that is not there stops the start, in words for the operator', async () => {
  await using s3 = await startS3()
  await expect(openS3Store({ ...s3.options, bucket: 'nothing-here' })).rejects.toMatchObject({
    name: 'BucketError',
    message: 'S3_BUCKET does not exist at S3_ENDPOINT',
  })
})

test.each([
  [301, /^S3_BUCKET is in another region/],
  [401, /^S3_ACCESS_KEY_ID and/],
  [403, /^S3_ACCESS_KEY_ID and/],
])('so does an S3 server that answers %i', async (status, words) => {
  await using s3 = await startS3()
  s3.failing = () => status
  await expect(openS3Store(s3.options)).rejects.toMatchObject({
    name: 'BucketError',
    message: expect.stringMatching(words) as string,
  })
  s3.failing = () => undefined
  await using store = await openS3Store(s3.options)
  expect(store.description).not.toContain(s3.options.secretAccessKey)
})

test('an S3 server that does not answer does not stop the start', async () => {
  const s3 = await startS3()
  await s3[Symbol.asyncDispose]()
  await using store = await openS3Store(s3.options)
  await expect(store.get('ab'.repeat(16))).rejects.toMatchObject({ error: 'ServiceUnavailable' })
})

test('a directory for blobs is made, and belongs to its owner alone', async () => {
  const parent = await mkdtemp(join(tmpdir(), 'catbird-blobs-'))
  const directory = join(parent, 'deep', 'blobs')
  await using store = await openDiskStore(directory)
  await store.put('ab'.repeat(16), inPieces(Buffer.from('x')))
  expect((await stat(directory)).mode & 0o077).toBe(0)
  expect((await stat(join(directory, 'ab', 'ab'.repeat(16)))).mode & 0o077).toBe(0)
  await rm(parent, { recursive: true })
})
