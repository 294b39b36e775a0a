import { describe, expect, test } from 'vitest'
import { provenRecord, readMultikey } from '../../../packages/client/src/repositories/index.js'
import { randomPlcDid } from '../../support/plc.js'
import { proofOf, type RepoContent } from '../../support/signed-repo.js'
import { createKeypair, type TokenAlg } from '../../support/tokens.js'

const COLLECTION = 'blue.catbird.mls.device'
const UNPROVEN = expect.objectContaining({ name: 'RepositoryError', kind: 'unproven' }) as unknown

describe.each<TokenAlg>(['ES256K', 'ES256'])('a repository signed with %s', (alg) => {
  test('proves each of its records, and that others are not there, at any size', async () => {
    for (const size of [1, 3, 40, 400]) {
      const content = await repoOf(alg, size)
      for (const at of [0, size - 1, Math.floor(size / 2)]) {
        const { rkey } = content.records[at]!
        const record = await read(content, rkey)
        expect(record).toEqual({
          $type: COLLECTION,
          signaturePublicKey: new Uint8Array([at % 256, 2, 3]),
          createdAt: '2026-01-01T00:00:00.000Z',
        })
      }
      for (const absent of ['a', 'device-', 'device-0000x', 'zzz']) {
        expect(await read(content, absent)).toBeUndefined()
      }
    }
  })

  test('proves nothing with a key of another, or for another account', async () => {
    const content = await repoOf(alg, 3)
    const proof = await proofOf(content, COLLECTION, 'device-0000')
    const wanted = wantedOf(content, 'device-0000')
    expect(await provenRecord(proof, wanted)).toBeDefined()
    const stranger = keyOf(await createKeypair(alg))
    await expect(provenRecord(proof, { ...wanted, key: stranger })).rejects.toEqual(UNPROVEN)
    await expect(provenRecord(proof, { ...wanted, did: randomPlcDid() })).rejects.toEqual(UNPROVEN)
  })
})

test('an empty repository proves that nothing is there', async () => {
  expect(await read({ ...(await repoOf('ES256K', 1)), records: [] }, 'phone')).toBeUndefined()
})

test('a proof of something else proves nothing of this', async () => {
  const content = await repoOf('ES256K', 400)
  const proof = await proofOf(content, COLLECTION, 'device-0000')
  await expect(provenRecord(proof, wantedOf(content, 'device-0399'))).rejects.toEqual(UNPROVEN)
})

test('whichever byte is changed, whichever end is cut off: nothing is proven', async () => {
  const content = await repoOf('ES256K', 12)
  const proof = await proofOf(content, COLLECTION, 'device-0004')
  const wanted = wantedOf(content, 'device-0004')
  const broken = Array.from({ length: proof.length }, (_, at) => [
    proof.with(at, proof[at]! ^ 0x01),
    proof.subarray(0, at),
  ]).flat()
  const outcomes = await Promise.all(
    broken.map((bytes) => provenRecord(bytes, wanted).catch((error: unknown) => error)),
  )
  // A cut between two blocks leaves a proof that lacks the last ones; a whole one has no more bytes.
  expect(outcomes.filter((outcome) => !isUnproven(outcome))).toEqual([])
  expect(isUnproven(await provenRecord(proof, wanted))).toBe(false)
})

test.each([
  ['nothing', []],
  ['a number', [1]],
  ['a length without end', [0xff, 0xff, 0xff, 0xff, 0xff]],
  ['nesting without end', [0x7f, ...Array<number>(127).fill(0x81)]],
])('%s is no proof', async (_what, bytes) => {
  const wanted = wantedOf(await repoOf('ES256K', 1), 'phone')
  await expect(provenRecord(new Uint8Array(bytes), wanted)).rejects.toEqual(UNPROVEN)
})

test('keys that are no Multikey of the two curves are none', () => {
  for (const text of [
    '',
    'z',
    'zQ3shabc',
    'Q3sh',
    'z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK',
  ]) {
    expect(readMultikey(text)).toBeUndefined()
  }
})

async function repoOf(alg: TokenAlg, size: number): Promise<RepoContent> {
  const records = Array.from({ length: size }, (_, at) => ({
    collection: COLLECTION,
    rkey: `device-${String(at).padStart(4, '0')}`,
    value: {
      $type: COLLECTION,
      signaturePublicKey: { $bytes: Buffer.from([at % 256, 2, 3]).toString('base64') },
      createdAt: '2026-01-01T00:00:00.000Z',
    },
  }))
  return { did: randomPlcDid(), keypair: await createKeypair(alg), records }
}

async function read(content: RepoContent, rkey: string): Promise<unknown> {
  return provenRecord(await proofOf(content, COLLECTION, rkey), wantedOf(content, rkey))
}

function wantedOf({ did, keypair }: RepoContent, rkey: string) {
  return { did, key: keyOf(keypair), path: `${COLLECTION}/${rkey}` }
}

function keyOf(keypair: RepoContent['keypair']) {
  return readMultikey(keypair.did().slice('did:key:'.length))!
}

function isUnproven(outcome: unknown): boolean {
  return outcome instanceof Error && 'kind' in outcome && outcome.kind === 'unproven'
}
