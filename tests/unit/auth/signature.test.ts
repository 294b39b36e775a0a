import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  es256kImplementation,
  verifySignature,
  verifyWithNode,
} from '../../../src/auth/signature.js'
import { signingKeyOf, type PublicKey } from '../../../src/identity/public-key.js'
import { accountDocument } from '../../support/did-document.js'
import { createKeypair, signToken, withHighS, type TestKeypair } from '../../support/tokens.js'

describe('the ES256K implementation', () => {
  it('is the native one: without it every call costs six times as much', () => {
    const main = createRequire(import.meta.url).resolve('secp256k1')
    expect(existsSync(main)).toBe(true)
    expect(es256kImplementation).toBe('secp256k1')
  })
})

const verifiers = [
  ['what the service uses', verifySignature],
  ['node:crypto', verifyWithNode],
] as const

describe.each(verifiers)('signatures by %s', (_, check) => {
  describe.each(['ES256K', 'ES256'] as const)('%s', (alg) => {
    it('holds for the key and the bytes that were signed, and for no others', async () => {
      const { key, keypair } = await keyPair(alg)
      const other = await keyPair(alg)
      const signed = Buffer.from('signed')
      const signature = await keypair.sign(signed)
      expect(check(key, signed, signature)).toBe(true)
      expect(check(key, Buffer.from('Signed'), signature)).toBe(false)
      expect(check(other.key, signed, signature)).toBe(false)
    })

    it('holds for the low s only', async () => {
      const { key, keypair } = await keyPair(alg)
      for (let i = 0; i < 20; i++) {
        const token = await signToken(keypair, {})
        expect(checkToken(key, token)).toBe(true)
        expect(checkToken(key, withHighS(token, alg))).toBe(false)
        expect(checkToken(key, withHighS(withHighS(token, alg), alg))).toBe(true)
      }
    })

    it('is false, without an error, for numbers that no signature has', async () => {
      const { key, keypair } = await keyPair(alg)
      const signed = Buffer.from('signed')
      const signature = Buffer.from(await keypair.sign(signed))
      const r = signature.subarray(0, 32)
      const s = signature.subarray(32)
      for (const wrong of [Buffer.alloc(32), Buffer.alloc(32, 0xff), ORDER[alg]]) {
        expect(check(key, signed, Buffer.concat([wrong, s]))).toBe(false)
        expect(check(key, signed, Buffer.concat([r, wrong]))).toBe(false)
      }
    })

    it('breaks with any bit of the signature', async () => {
      const { key, keypair } = await keyPair(alg)
      const signed = Buffer.from('signed')
      const signature = await keypair.sign(signed)
      fc.assert(
        fc.property(fc.nat({ max: 511 }), (bit) => {
          const broken = Uint8Array.from(signature)
          broken[bit >> 3] = (broken[bit >> 3] ?? 0) ^ (1 << (bit & 7))
          expect(check(key, signed, broken)).toBe(false)
        }),
        { numRuns: 50 },
      )
    })

    function checkToken(key: PublicKey, token: string): boolean {
      const dot = token.lastIndexOf('.')
      return check(
        key,
        Buffer.from(token.slice(0, dot)),
        Buffer.from(token.slice(dot + 1), 'base64url'),
      )
    }
  })
})

describe('signatures of another length', () => {
  it.each(['ES256K', 'ES256'] as const)('are none of %s, DER included', async (alg) => {
    const { key, keypair } = await keyPair(alg)
    const signed = Buffer.from('signed')
    const signature = Buffer.from(await keypair.sign(signed))
    expect(verifySignature(key, signed, signature)).toBe(true)
    expect(verifySignature(key, signed, signature.subarray(0, 63))).toBe(false)
    expect(verifySignature(key, signed, Buffer.concat([signature, Buffer.alloc(1)]))).toBe(false)
    expect(verifySignature(key, signed, Buffer.alloc(0))).toBe(false)
    expect(verifySignature(key, signed, der(signature))).toBe(false)
  })
})

const ORDER = {
  ES256K: Buffer.from('fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141', 'hex'),
  ES256: Buffer.from('ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551', 'hex'),
}

async function keyPair(alg: 'ES256K' | 'ES256'): Promise<{ key: PublicKey; keypair: TestKeypair }> {
  const keypair = await createKeypair(alg)
  const key = signingKeyOf(accountDocument('did:web:alice.test', keypair))
  if (!key) throw new Error('the test document has no key')
  return { key, keypair }
}

function der(signature: Buffer): Buffer {
  const integer = (bytes: Buffer) => Buffer.concat([Buffer.of(2, 33, 0), bytes])
  return Buffer.concat([
    Buffer.of(0x30, 70),
    integer(signature.subarray(0, 32)),
    integer(signature.subarray(32)),
  ])
}
