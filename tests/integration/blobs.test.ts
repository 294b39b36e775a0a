import { createHash, randomBytes } from 'node:crypto'
import { request } from 'node:http'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { limits } from '../../src/config/limits.js'
import { download, outcome, rawUpload, upload } from '../support/client-blobs.js'
import type { ClientConvo } from '../support/client-convo.js'
import type { ClientDevice } from '../support/client-device.js'
import { keysIn } from '../support/blob-stores.js'
import { inPieces } from '../support/blob-store-suite.js'
import { ConvoStage, OPENS_WITHIN_MS } from '../support/convo-stage.js'

const KIB = 1024
const NOTHING = 'ab'.repeat(32)

let stage: ConvoStage
let convoId: string
let alice: ClientDevice, bob: ClientDevice, carol: ClientDevice
let ours: ClientConvo
beforeAll(async () => {
  stage = await ConvoStage.open()
}, OPENS_WITHIN_MS)
afterAll(() => stage?.[Symbol.asyncDispose]())
/** Alice is admin, Bob and Carol are members. */
beforeEach(async () => {
  const met = await stage.met(3)
  convoId = met.convoId
  ;[alice, bob, carol] = met.people as [ClientDevice, ClientDevice, ClientDevice]
  ;[ours] = met.convos as [ClientConvo]
})

describe('uploadBlob and getBlob', () => {
  test('what a member uploads, all members get, byte for byte', async () => {
    const bytes = randomBytes(300 * KIB)
    const blob = await upload(bob.api, convoId, bytes)
    expect(blob).toEqual({
      blobId: expect.stringMatching(/^[0-9a-f]{64}$/) as string,
      size: bytes.length,
      sha256: createHash('sha256').update(bytes).digest('hex'),
    })
    for (const reader of [alice, bob, carol]) {
      const response = await download(reader.api, convoId, blob.blobId)
      expect(response.status).toBe(200)
      expect(Buffer.from(await response.arrayBuffer())).toEqual(bytes)
    }
  })

  test('it is bytes to be saved, never a page, and no cache keeps it', async () => {
    const page = Buffer.from('<script>alert(1)</script>')
    const { blobId } = await upload(bob.api, convoId, page)
    const { headers } = await download(bob.api, convoId, blobId)
    expect(Object.fromEntries(headers)).toMatchObject({
      'content-type': 'application/octet-stream',
      'content-length': String(page.length),
      'content-disposition': 'attachment',
      'x-content-type-options': 'nosniff',
      'content-security-policy': expect.stringContaining("default-src 'none'") as string,
      'cache-control': 'no-store',
      'accept-ranges': 'bytes',
    })
  })

  test('whatever type it is sent as, it is not looked into', async () => {
    const json = Buffer.from('{"not": "parsed"')
    for (const type of ['application/json', 'image/png', 'text/plain; charset=utf-16']) {
      const answer = await alice.api.send('POST', 'uploadBlob', {
        params: { convoId },
        body: Buffer.concat([json, Buffer.from(type)]),
        headers: { 'content-type': type },
      })
      expect(answer).toMatchObject({ blob: { size: json.length + type.length } })
    }
  })

  test('the same bytes by the same account have one id, and count once', async () => {
    const bytes = randomBytes(100 * KIB)
    const first = await upload(bob.api, convoId, bytes)
    const used = await usageOf(bob)
    const stored = await keysIn(stage.service.context.blobs)
    expect(await stage.changesNothing(() => upload(bob.api, convoId, bytes))).toEqual(first)
    const other = await bob.createConvo([carol.did])
    expect(await upload(bob.api, other.convoId, bytes)).toEqual(first)
    expect(await usageOf(bob)).toBe(used)
    expect(await keysIn(stage.service.context.blobs)).toEqual(stored)
    expect(await outcome(await download(carol.api, other.convoId, first.blobId))).toBe(bytes.length)

    const { blobId } = await upload(carol.api, convoId, bytes)
    expect(blobId).not.toBe(first.blobId)
    expect(await usageOf(carol)).toBe(bytes.length)
  })

  test('the same bytes sent many times at once are stored once', async () => {
    const before = (await keysIn(stage.service.context.blobs)).length
    const bytes = randomBytes(100 * KIB)
    const blobs = await Promise.all(
      Array.from({ length: 6 }, () => upload(bob.api, convoId, bytes)),
    )
    expect(new Set(blobs.map(({ blobId }) => blobId)).size).toBe(1)
    expect(await usageOf(bob)).toBe(bytes.length)
    expect((await keysIn(stage.service.context.blobs)).length).toBe(before + 1)
    expect(await looseOf()).toEqual([])
  })

  test('without a byte there is no blob', async () => {
    await stage.refuses(
      () => upload(bob.api, convoId, Buffer.alloc(0)),
      'InvalidRequest',
      /one byte/,
    )
    const chunked = await rawUpload(bob.api, convoId, {}, inPieces(Buffer.alloc(0)))
    expect(chunked).toMatchObject({ status: 400, body: { error: 'InvalidRequest' } })
    expect(await looseOf()).toEqual([])
  })
})

describe('who may read', () => {
  test('an outsider knows of no conversation, and a wrong id is no blob', async () => {
    const stranger = await stage.device()
    const bytes = randomBytes(10)
    const { blobId } = await upload(bob.api, convoId, bytes)
    await stage.refuses(() => upload(stranger.api, convoId, bytes), 'ConvoNotFound')
    expect(await outcome(await download(stranger.api, convoId, blobId))).toBe('ConvoNotFound')
    expect(await outcome(await download(bob.api, convoId, NOTHING))).toBe('BlobNotFound')
    expect(await outcome(await download(bob.api, convoId, 'x'.repeat(64)))).toBe('InvalidRequest')
    const other = await alice.createConvo([bob.did])
    expect(await outcome(await download(bob.api, other.convoId, blobId))).toBe('BlobNotFound')
  })

  test('one that came before a member did is not for it, until it is sent again', async () => {
    const bytes = randomBytes(10)
    const { blobId } = await upload(bob.api, convoId, bytes)
    const dave = await stage.device()
    await ours.add([dave.did])
    expect(await outcome(await download(dave.api, convoId, blobId))).toBe('BlobNotFound')
    expect(await outcome(await download(carol.api, convoId, blobId))).toBe(10)
    await upload(bob.api, convoId, bytes)
    expect(await outcome(await download(dave.api, convoId, blobId))).toBe(10)
  })

  test('who was removed reads what came before, not what came after, and uploads nothing', async () => {
    const before = await upload(bob.api, convoId, randomBytes(10))
    await ours.send('in between')
    await ours.remove([carol.did])
    // The seq is that of the removal, which Carol may read; the blob she may not.
    const after = await upload(bob.api, convoId, randomBytes(11))
    expect(await outcome(await download(carol.api, convoId, before.blobId))).toBe(10)
    expect(await outcome(await download(carol.api, convoId, after.blobId))).toBe('BlobNotFound')
    expect(await outcome(await download(bob.api, convoId, after.blobId))).toBe(11)
    await stage.refuses(() => upload(carol.api, convoId, randomBytes(10)), 'NotMember')
  })

  test('who left reads nothing that came after, and what came before', async () => {
    const before = await upload(bob.api, convoId, randomBytes(10))
    await carol.api.procedure('leaveConvo', { convoId })
    const after = await upload(bob.api, convoId, randomBytes(11))
    expect(await outcome(await download(carol.api, convoId, before.blobId))).toBe(10)
    expect(await outcome(await download(carol.api, convoId, after.blobId))).toBe('BlobNotFound')
  })

  test('who came again has a gap', async () => {
    const first = await upload(bob.api, convoId, randomBytes(10))
    await ours.remove([carol.did])
    await ours.send('without Carol')
    const second = await upload(bob.api, convoId, randomBytes(11))
    await ours.add([carol.did])
    const third = await upload(bob.api, convoId, randomBytes(12))
    const read = [first, second, third].map(async ({ blobId }) =>
      outcome(await download(carol.api, convoId, blobId)),
    )
    expect(await Promise.all(read)).toEqual([10, 'BlobNotFound', 12])
  })

  test('before the first entry the founder is alone with it', async () => {
    const fresh = await alice.createConvo([])
    const { blobId } = await upload(alice.api, fresh.convoId, randomBytes(10))
    expect(await outcome(await download(alice.api, fresh.convoId, blobId))).toBe(10)
    await fresh.add([bob.did])
    expect(await outcome(await download(bob.api, fresh.convoId, blobId))).toBe('BlobNotFound')
    expect(await outcome(await download(alice.api, fresh.convoId, blobId))).toBe(10)
  })

  test('who leaves while it uploads has uploaded nothing', async () => {
    async function* slowly() {
      yield randomBytes(100 * KIB)
      await expect.poll(() => looseOf()).toHaveLength(1)
      await carol.api.procedure('leaveConvo', { convoId })
      yield randomBytes(100 * KIB)
    }
    expect(await rawUpload(carol.api, convoId, {}, slowly())).toMatchObject({
      status: 403,
      body: { error: 'NotMember' },
    })
    expect(await looseOf()).toEqual([])
    expect(await usageOf(carol)).toBe(0)
  })
})

describe('ranges', () => {
  const bytes = randomBytes(1000)
  let blobId: string
  beforeEach(async () => {
    blobId = (await upload(bob.api, convoId, bytes)).blobId
  })

  test('a part comes as 206, what is not there is 416, and what is no range is all of it', async () => {
    const part = await download(bob.api, convoId, blobId, { range: 'bytes=10-19' })
    expect(part.status).toBe(206)
    expect(part.headers.get('content-range')).toBe('bytes 10-19/1000')
    expect(part.headers.get('content-length')).toBe('10')
    expect(Buffer.from(await part.arrayBuffer())).toEqual(bytes.subarray(10, 20))

    const behind = await download(bob.api, convoId, blobId, { range: 'bytes=1000-' })
    expect(behind.status).toBe(416)
    expect(behind.headers.get('content-range')).toBe('bytes */1000')
    expect(await outcome(behind)).toBe('RangeNotSatisfiable')

    const many = Array.from({ length: 1000 }, (_, i) => `${i}-`).join(',')
    const all = await download(bob.api, convoId, blobId, { range: `bytes=${many}` })
    expect(all.status).toBe(200)
    expect(Buffer.from(await all.arrayBuffer())).toEqual(bytes)
  })

  test('a part is for who has the rest of the same', async () => {
    const etag = (await download(bob.api, convoId, blobId)).headers.get('etag')!
    const range = { range: 'bytes=0-9' }
    const same = await download(bob.api, convoId, blobId, { ...range, 'if-range': etag })
    expect([same.status, await outcome(same)]).toEqual([206, 10])
    const other = await download(bob.api, convoId, blobId, { ...range, 'if-range': '"other"' })
    expect([other.status, await outcome(other)]).toEqual([200, 1000])
  })

  test('a reader that goes away in the middle harms nobody', async () => {
    const large = await upload(bob.api, convoId, randomBytes(8 * KIB * KIB))
    const response = await download(bob.api, convoId, large.blobId)
    await response.body!.cancel()
    expect(await outcome(await download(bob.api, convoId, large.blobId))).toBe(8 * KIB * KIB)
  })
})

describe('deleteBlob', () => {
  test('its uploader deletes it for everybody; again has no further effect', async () => {
    const { blobId } = await upload(bob.api, convoId, randomBytes(5000))
    expect(await usageOf(bob)).toBe(5000)
    expect(await remove(bob, blobId)).toEqual({})
    for (const reader of [alice, bob]) {
      expect(await outcome(await download(reader.api, convoId, blobId))).toBe('BlobNotFound')
    }
    expect(await usageOf(bob)).toBe(0)
    expect(await stage.changesNothing(() => remove(bob, blobId))).toEqual({})
  })

  test('an admin may, another member may not, and what is not seen is not there', async () => {
    const { blobId } = await upload(bob.api, convoId, randomBytes(5000))
    const dave = await stage.device()
    await ours.add([dave.did])
    await stage.refuses(() => remove(carol, blobId), 'Forbidden')
    await stage.refuses(() => remove(dave, blobId), 'BlobNotFound')
    await stage.refuses(() => remove(carol, NOTHING), 'BlobNotFound')
    const stranger = await stage.device()
    await stage.refuses(() => remove(stranger, blobId), 'ConvoNotFound')
    expect(await remove(alice, blobId)).toEqual({})
    expect(await usageOf(bob)).toBe(0)
  })

  test('who has left may still delete what it uploaded, and nothing else', async () => {
    const own = await upload(carol.api, convoId, randomBytes(10))
    const other = await upload(bob.api, convoId, randomBytes(10))
    await carol.api.procedure('leaveConvo', { convoId })
    await stage.refuses(() => remove(carol, other.blobId), 'NotMember')
    expect(await remove(carol, own.blobId)).toEqual({})
    expect(await outcome(await download(bob.api, convoId, own.blobId))).toBe('BlobNotFound')
  })

  test('in one conversation, it stays in the other; with the last place its bytes go', async () => {
    const bytes = randomBytes(5000)
    const { blobId } = await upload(bob.api, convoId, bytes)
    const other = await bob.createConvo([carol.did])
    await upload(bob.api, other.convoId, bytes)
    const key = await keyOf(blobId)
    await remove(alice, blobId)
    expect(await outcome(await download(carol.api, other.convoId, blobId))).toBe(5000)
    expect(await keysIn(stage.service.context.blobs)).toContain(key)
    await bob.api.send('POST', 'deleteBlob', { input: { convoId: other.convoId, blobId } })
    expect(await keysIn(stage.service.context.blobs)).not.toContain(key)
    expect(await looseOf()).toEqual([])
  })

  test('what was deleted can be sent again, by the same id', async () => {
    const bytes = randomBytes(5000)
    const first = await upload(bob.api, convoId, bytes)
    await remove(bob, first.blobId)
    expect(await upload(bob.api, convoId, bytes)).toEqual(first)
    expect(await outcome(await download(alice.api, convoId, first.blobId))).toBe(5000)
    expect(await usageOf(bob)).toBe(5000)
  })
})

describe('limits', () => {
  const { blobBytes, blobQuotaBytes } = limits

  test('the largest blob is taken, with and without a declared length', async () => {
    const bytes = randomBytes(blobBytes)
    const { blobId, size } = await upload(alice.api, convoId, bytes)
    expect(size).toBe(blobBytes)
    const chunked = await rawUpload(bob.api, convoId, {}, inPieces(bytes))
    expect(chunked).toMatchObject({ status: 200, body: { blob: { size: blobBytes } } })
    expect(await outcome(await download(carol.api, convoId, blobId))).toBe(blobBytes)
    await remove(alice, blobId)
  })

  test('one byte more is too large, and nothing of it stays', async () => {
    const before = await everything()
    const bytes = Buffer.alloc(blobBytes + 1)
    const tooLarge = { status: 413, body: { error: 'TooLarge' } }
    const declared = { 'content-length': String(bytes.length) }
    expect(await rawUpload(bob.api, convoId, declared, inPieces(bytes))).toMatchObject(tooLarge)
    expect(await rawUpload(bob.api, convoId, {}, inPieces(bytes))).toMatchObject(tooLarge)
    expect(await everything()).toEqual(before)
  })

  test('100 times too large is refused by its length alone, and cut off without one', async () => {
    const before = await everything()
    const declared = { 'content-length': String(100 * blobBytes) }
    const refused = await rawUpload(bob.api, convoId, declared, endless())
    expect(refused).toMatchObject({ status: 413, body: { error: 'TooLarge' } })
    expect(refused.sent).toBeLessThan(blobBytes)
    const cut = await rawUpload(bob.api, convoId, {}, endless())
    expect(cut).toMatchObject({ status: 413, body: { error: 'TooLarge' } })
    expect(cut.sent).toBeLessThan(2 * blobBytes)
    expect(await everything()).toEqual(before)
  })

  test('a body shorter than it said is no blob, and gives its room back', async () => {
    const before = await everything()
    const declared = { 'content-length': '1000000' }
    async function* half() {
      yield randomBytes(500_000)
      await expect.poll(() => looseOf()).toHaveLength(1)
      throw new Error('the client goes away')
    }
    const { stopped } = await abandoned(declared, half())
    expect(stopped).toBe('the client goes away')
    await expect.poll(() => looseOf()).toEqual([])
    expect(await everything()).toEqual(before)
  })

  test('the quota holds to the byte, before and during', async () => {
    await setUsage(bob, blobQuotaBytes - 10_000)
    await stage.refuses(() => upload(bob.api, convoId, randomBytes(10_001)), 'QuotaExceeded')
    const chunked = await rawUpload(bob.api, convoId, {}, endless())
    expect(chunked).toMatchObject({ status: 403, body: { error: 'QuotaExceeded' } })
    expect(chunked.sent).toBeLessThan(blobBytes)
    expect(await usageOf(bob)).toBe(blobQuotaBytes - 10_000)
    await upload(bob.api, convoId, randomBytes(10_000))
    await stage.refuses(() => upload(bob.api, convoId, randomBytes(1)), 'QuotaExceeded')
    await stage.refuses(() => upload(bob.api, convoId, randomBytes(blobBytes)), 'QuotaExceeded')
    // Of the others' room it takes nothing.
    await upload(carol.api, convoId, randomBytes(10_000))
  })

  test('an account without room may repeat what it has, and nothing as long', async () => {
    const bytes = randomBytes(10_000)
    const blob = await upload(bob.api, convoId, bytes)
    await setUsage(bob, blobQuotaBytes)
    expect(await stage.changesNothing(() => upload(bob.api, convoId, bytes))).toEqual(blob)
    await stage.refuses(() => upload(bob.api, convoId, randomBytes(10_000)), 'QuotaExceeded')
  })

  test('small blobs count as 4 KiB, so that their number is bounded too', async () => {
    await upload(bob.api, convoId, randomBytes(1))
    expect(await usageOf(bob)).toBe(4096)
  })

  test('eight uploads at once share the quota, a ninth waits', async () => {
    let release = () => {}
    const held = new Promise<void>((resolve) => (release = resolve))
    async function* waiting() {
      yield randomBytes(1000)
      await held
    }
    const eight = Array.from({ length: 8 }, () => rawUpload(bob.api, convoId, {}, waiting()))
    await expect.poll(() => looseOf()).toHaveLength(8)
    expect(await usageOf(bob)).toBe(8 * blobBytes)
    await expect(upload(bob.api, convoId, randomBytes(10))).rejects.toMatchObject({
      status: 429,
      error: 'RateLimitExceeded',
    })
    await upload(carol.api, convoId, randomBytes(10))
    release()
    expect((await Promise.all(eight)).map(({ status }) => status)).toEqual(Array(8).fill(200))
    expect(await usageOf(bob)).toBe(8 * 4096)
    await upload(bob.api, convoId, randomBytes(10))
  })
})

function remove(device: ClientDevice, blobId: string): Promise<unknown> {
  return device.api.send('POST', 'deleteBlob', { input: { convoId, blobId } })
}

async function usageOf({ did }: ClientDevice): Promise<number> {
  const row = await stage.db
    .selectFrom('blob_usage')
    .select('bytes')
    .where('did', '=', did as never)
    .executeTakeFirst()
  return row?.bytes ?? 0
}

/** As after many uploads. */
async function setUsage({ did }: ClientDevice, bytes: number): Promise<void> {
  await stage.db
    .insertInto('blob_usage')
    .values({ did: did as never, bytes })
    .onConflict((conflict) => conflict.column('did').doUpdateSet({ bytes }))
    .execute()
}

function looseOf() {
  return stage.db.selectFrom('loose_objects').select('object_key').execute()
}

async function keyOf(blobId: string): Promise<string> {
  const { object_key } = await stage.db
    .selectFrom('blobs')
    .select('object_key')
    .where('blob_id', '=', blobId as never)
    .executeTakeFirstOrThrow()
  return object_key
}

/** Tables (an account that has nothing aside) and store. */
async function everything() {
  const { blob_usage: usage = [], ...tables } = await stage.stored()
  const used = usage.filter((row) => !row.includes('"bytes":0'))
  return { ...tables, used, keys: await keysIn(stage.service.context.blobs) }
}

async function* endless(): AsyncIterable<Uint8Array> {
  const piece = Buffer.alloc(64 * KIB)
  for (;;) yield piece
}

/** Sends what `feed` gives and cuts the connection where it throws. */
async function abandoned(headers: Record<string, string>, feed: AsyncIterable<Uint8Array>) {
  const token = await bob.api.token('blue.catbird.mls.uploadBlob')
  const req = request(`${bob.api.url}/xrpc/blue.catbird.mls.uploadBlob?convoId=${convoId}`, {
    method: 'POST',
    agent: false,
    headers: { authorization: `Bearer ${token}`, 'content-type': 'image/png', ...headers },
  })
  req.on('error', () => undefined)
  try {
    for await (const piece of feed) req.write(piece)
    return { stopped: undefined }
  } catch (error) {
    return { stopped: (error as Error).message }
  } finally {
    req.destroy()
  }
}
