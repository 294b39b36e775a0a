import { bytesToMultibase, P256Keypair, Secp256k1Keypair } from '@atproto/crypto'
import { describe, expect, it } from 'vitest'
import { parseAccountDocument } from '../../../src/identity/account-document.js'
import { accountDocument } from '../../support/did-document.js'
import { randomPlcDid } from '../../support/plc.js'

const did = randomPlcDid()
const k256 = await Secp256k1Keypair.create()
const p256 = await P256Keypair.create()
const document = accountDocument(did, k256, { pds: 'https://pds.test' })
const [method] = document.verificationMethod

describe('parseAccountDocument', () => {
  it.each([
    ['ES256K', k256],
    ['ES256', p256],
  ] as const)('takes a %s Multikey', (alg, keypair) => {
    const parsed = parseAccountDocument(did, accountDocument(did, keypair))
    expect(parsed).toMatchObject({ did, signingKey: { alg }, pds: 'https://pds.test' })
    expect(parsed.signingKey?.point).toHaveLength(65)
    expect(compressed(parsed.signingKey?.point)).toEqual([...keypair.publicKeyBytes()])
  })

  it.each([
    ['EcdsaSecp256k1VerificationKey2019', 'ES256K', k256],
    ['EcdsaSecp256r1VerificationKey2019', 'ES256', p256],
  ] as const)('takes a legacy %s', (type, alg, keypair) => {
    const publicKeyMultibase = bytesToMultibase(keypair.publicKeyBytes(), 'base58btc')
    const parsed = parseAccountDocument(did, {
      ...document,
      verificationMethod: [{ ...method, type, publicKeyMultibase }],
    })
    expect(parsed.signingKey?.alg).toBe(alg)
    expect(compressed(parsed.signingKey?.point)).toEqual([...keypair.publicKeyBytes()])
  })

  it('takes a key by its relative id', () => {
    const relative = { ...document, verificationMethod: [{ ...method, id: '#atproto' }] }
    expect(parseAccountDocument(did, relative).signingKey?.alg).toBe('ES256K')
  })

  it.each([
    ['another method', { ...method, id: `${did}#atproto_label` }],
    ["another DID's method", { ...method, id: `${randomPlcDid()}x#atproto` }],
    [
      'another curve',
      { ...method, publicKeyMultibase: 'z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK' },
    ],
    ['no multibase', { ...method, publicKeyMultibase: '!' }],
    ['a point that is not on the curve', { ...method, publicKeyMultibase: offCurve() }],
    ['another type', { ...method, type: 'JsonWebKey2020' }],
    ['a JWK only', { ...method, publicKeyMultibase: undefined, publicKeyJwk: {} }],
  ])('has no key in %s', (_, verificationMethod) => {
    const parsed = parseAccountDocument(did, {
      ...document,
      verificationMethod: [verificationMethod],
    })
    expect(parsed).not.toHaveProperty('signingKey')
  })

  it('refuses a document of another DID', () => {
    const other = accountDocument(randomPlcDid(), k256)
    expect(() => parseAccountDocument(did, other)).toThrow('of another DID')
  })

  it.each([null, [], 'text', 7, {}, { id: 7 }, { ...document, verificationMethod: {} }])(
    'refuses what is no document: %j',
    (value) => {
      expect(() => parseAccountDocument(did, value)).toThrow('malformed')
    },
  )
})

function compressed(point: Uint8Array | undefined): number[] {
  if (!point) return []
  return [2 + ((point[64] ?? 0) & 1), ...point.subarray(1, 33)]
}

function offCurve(): string {
  const prefixed = Uint8Array.of(0xe7, 0x01, 0x02, ...new Uint8Array(32).fill(0xff))
  return bytesToMultibase(prefixed, 'base58btc')
}
