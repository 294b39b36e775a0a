import { randomBytes } from 'node:crypto'
import { request as requestPlain } from 'node:http'
import { request as requestTls } from 'node:https'
import { jsonToLex } from '@atproto/lexicon'
import type { Outcome } from '../service/caller.js'
import type { Person } from '../stage/person.js'
import { group } from '../suite/check.js'
import { expect, expectEqual, Finding } from '../suite/finding.js'
import { sha256 } from './entry-hash.js'

const SIZE = 20_000

/** Attachments. */
export const blobs = group('blobs', {
  'same-bytes': {
    promise: 'what a member uploads, all members get, byte for byte',
    contract: '§4 uploadBlob, getBlob',
    hint: 'the ciphertext as the body; size and sha256 of it in the answer',
    async run(stage) {
      const { convoId, people } = await stage.met(2)
      const bytes = randomBytes(SIZE)
      const blob = await upload(people[0]!, convoId, bytes)
      const wanted = { size: SIZE, sha256: sha256(bytes).toString('hex') }
      expectEqual({ size: blob.size, sha256: blob.sha256 }, wanted, 'size and sha256')
      for (const reader of people) {
        const { status, bytes: got } = await download(reader, convoId, blob.blobId)
        expectEqual(status, 200, 'status of getBlob')
        expect(Buffer.compare(got, bytes) === 0, 'the same bytes', `${got.length} others`)
      }
    },
  },
  repeated: {
    promise: 'the same bytes by the same account give the same blobId',
    contract: '§4 blobs, §2.8',
    hint: 'an upload that is tried again must not be a second blob',
    async run(stage) {
      const { convoId, people } = await stage.met(1)
      const bytes = randomBytes(SIZE)
      const first = await upload(people[0]!, convoId, bytes)
      const again = await upload(people[0]!, convoId, bytes)
      expectEqual(again.blobId, first.blobId, 'blobId of the same again')
    },
  },
  ranges: {
    promise: 'getBlob takes range requests',
    contract: '§4 getBlob',
    hint: '206 with Content-Range; bytes from, to and from the end',
    async run(stage) {
      const { convoId, people } = await stage.met(1)
      const bytes = randomBytes(SIZE)
      const { blobId } = await upload(people[0]!, convoId, bytes)
      for (const [range, from, to] of [
        ['bytes=0-9', 0, 10],
        ['bytes=100-199', 100, 200],
        [`bytes=${SIZE - 5}-`, SIZE - 5, SIZE],
        ['bytes=-7', SIZE - 7, SIZE],
      ] as const) {
        const got = await download(people[0]!, convoId, blobId, { range })
        expectEqual(got.status, 206, `status of ${range}`)
        expectEqual(got.bytes, new Uint8Array(bytes.subarray(from, to)), `the bytes of ${range}`)
        const told = got.headers.get('content-range')
        expectEqual(told, `bytes ${from}-${to - 1}/${SIZE}`, `Content-Range of ${range}`)
      }
    },
  },
  'members-only': {
    promise: 'a blob is for members whose interval contains its seq',
    contract: '§4 blobs, §2.7',
    hint: 'its seq is the log’s last one at the upload; a stranger knows of no conversation',
    async run(stage) {
      const { convoId, people, convos } = await stage.met(2)
      const [alice, bob] = people
      await convos[0]!.send('something')
      const early = await upload(alice!, convoId, randomBytes(10))
      const [stranger] = await stage.people(1)
      const seen = await download(stranger!, convoId, early.blobId)
      expectEqual(seen.error, 'ConvoNotFound', 'to a stranger')
      await convos[0]!.add([stranger!.did])
      const before = await download(stranger!, convoId, early.blobId)
      expectEqual(before.error, 'BlobNotFound', 'to who joined after it')
      await bob!.call('leaveConvo', { convoId })
      const kept = await download(bob!, convoId, early.blobId)
      expectEqual(kept.status, 200, 'status for who left after it')
      const none = await download(alice!, convoId, 'ab'.repeat(32))
      expectEqual(none.error, 'BlobNotFound', 'a blob that never was')
    },
  },
  deleted: {
    promise: 'a blob is deleted by its uploader or an admin, and then gone',
    contract: '§4 deleteBlob',
    hint: 'not by another member',
    async run(stage) {
      const { convoId, people } = await stage.met(3)
      const [alice, bob, carol] = people
      const { blobId } = await upload(bob!, convoId, randomBytes(10))
      const byOther = await carol!.caller.attempt('deleteBlob', { sent: { convoId, blobId } })
      expectEqual(byOther.error, 'Forbidden', 'deleted by another member')
      await bob!.call('deleteBlob', { convoId, blobId })
      const gone = await download(carol!, convoId, blobId)
      expectEqual(gone.error, 'BlobNotFound', 'once it is deleted')
      const second = await upload(bob!, convoId, randomBytes(11))
      await alice!.call('deleteBlob', { convoId, blobId: second.blobId })
    },
  },
  'too-large': {
    promise: 'a blob over the limit that describeServer tells is refused',
    contract: '§8',
    hint: 'by its declared length already, before it is sent',
    async run(stage) {
      const { blobBytes } = stage.description.limits
      const { convoId, people } = await stage.met(1)
      const { status, error } = await declare(people[0]!, convoId, blobBytes + 1)
      expectEqual([status, error], [413, 'TooLarge'], `status and error of ${blobBytes + 1} bytes`)
    },
  },
})

async function upload(person: Person, convoId: string, bytes: Buffer<ArrayBuffer>) {
  const outcome = await person.caller.attempt('uploadBlob', {
    params: { convoId },
    body: bytes,
    headers: { 'content-type': 'application/octet-stream' },
  })
  if (outcome.error !== undefined) {
    throw new Finding('an upload that is taken', `${outcome.error} ${outcome.message ?? ''}`)
  }
  return (outcome.answer as { blob: { blobId: string; size: number; sha256: string } }).blob
}

function download(
  person: Person,
  convoId: string,
  blobId: string,
  headers: Record<string, string> = {},
): Promise<Outcome> {
  return person.caller.attempt('getBlob', { sent: { convoId, blobId }, headers })
}

/** Says how long a body will be, and sends none of it until there is an answer. */
async function declare(person: Person, convoId: string, length: number) {
  const request = person.caller.service.url.startsWith('https:') ? requestTls : requestPlain
  const token = await person.caller.token('uploadBlob')
  return new Promise<{ status: number; error: unknown }>((resolve, reject) => {
    const req = request(person.caller.address('uploadBlob', { convoId }), {
      method: 'POST',
      headers: {
        authorization: `Bearer ${token}`,
        'content-type': 'application/octet-stream',
        'content-length': length,
      },
    })
    req.on('error', reject)
    req.on('response', (res) => {
      let text = ''
      res.on('data', (piece: Buffer) => (text += piece.toString()))
      res.on('end', () => {
        const body = jsonToLex(JSON.parse(text || '{}')) as { error?: unknown }
        resolve({ status: res.statusCode ?? 0, error: body.error })
        req.destroy()
      })
    })
    req.flushHeaders()
  })
}
