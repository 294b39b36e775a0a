import { createPublicKey, diffieHellman, generateKeyPairSync } from 'node:crypto'
import { getCiphersuiteFromName, getCiphersuiteImpl } from 'ts-mls'
import { describe, expect, test } from 'vitest'
import { isUsableHpkeKey, kemOutputBytes } from '../../../src/mls/hpke-key.js'
import { signatureKeyId, verifySignature, verifyWithLabel } from '../../../src/mls/signature.js'
import { suiteByName, SUITE_NAMES, type SuiteName } from '../../../src/mls/suite.js'
import { hex } from '../../support/mls/index.js'

describe.each(SUITE_NAMES)('%s', (name) => {
  const suite = suiteByName(name)

  test('an HPKE key that its library makes is usable, and no other size', async () => {
    const { hpke } = await getCiphersuiteImpl(getCiphersuiteFromName(name))
    const { publicKey } = await hpke.generateKeyPair()
    const key = await hpke.exportPublicKey(publicKey)
    expect(isUsableHpkeKey(suite, key)).toBe(true)
    expect(isUsableHpkeKey(suite, key.subarray(1))).toBe(false)
    expect(isUsableHpkeKey(suite, Uint8Array.of(...key, 0))).toBe(false)
    const { enc } = await hpke.seal(publicKey, new Uint8Array(3), new Uint8Array())
    expect(kemOutputBytes(suite)).toBe(enc.length)
    expect(suite.secretBytes).toBe(
      (await getCiphersuiteImpl(getCiphersuiteFromName(name))).kdf.size,
    )
  })

  test('a signature verifies for its label, content and key', async () => {
    const impl = await getCiphersuiteImpl(getCiphersuiteFromName(name))
    const { signature: scheme, hash } = impl
    const { publicKey, signKey } = await scheme.keygen()
    const content = new Uint8Array(100).fill(7)
    const { signWithLabel } = await import('ts-mls/crypto/signature.js')
    const signature = await signWithLabel(signKey, 'LeafNodeTBS', content, scheme)
    const verify = (key: Uint8Array, label: 'LeafNodeTBS' | 'GroupInfoTBS', of: Uint8Array) =>
      verifyWithLabel(suite, key, label, of, signature)
    expect(verify(publicKey, 'LeafNodeTBS', content)).toBe(true)
    expect(verify(publicKey, 'GroupInfoTBS', content)).toBe(false)
    expect(verify(publicKey, 'LeafNodeTBS', content.with(0, 1))).toBe(false)
    expect(verify((await scheme.keygen()).publicKey, 'LeafNodeTBS', content)).toBe(false)
    expect(verify(publicKey.subarray(1), 'LeafNodeTBS', content)).toBe(false)
    expect(verify(new Uint8Array(), 'LeafNodeTBS', content)).toBe(false)
    expect(verifyWithLabel(suite, publicKey, 'LeafNodeTBS', content, new Uint8Array())).toBe(false)
    expect(hex(suite.hash(content))).toBe(hex(await hash.digest(content)))
    expect(suite.hashBytes).toBe(suite.hash(content).length)
  })
})

describe('low-order points, to which nobody can encrypt', () => {
  const x25519 = suiteByName('MLS_128_DHKEMX25519_AES128GCM_SHA256_Ed25519')
  const x448 = suiteByName('MLS_256_DHKEMX448_AES256GCM_SHA512_Ed448')
  test.each([
    ['x25519', x25519, '00'.repeat(32)],
    ['x25519', x25519, `01${'00'.repeat(31)}`],
    ['x25519', x25519, 'e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800'],
    ['x25519', x25519, '5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157'],
    ['x25519', x25519, `ec${'ff'.repeat(30)}7f`],
    ['x25519', x25519, `ed${'ff'.repeat(30)}7f`],
    ['x25519', x25519, `ee${'ff'.repeat(30)}7f`],
    ['x25519', x25519, `ee${'ff'.repeat(31)}`],
    ['x25519', x25519, `${'00'.repeat(31)}80`],
    ['x448', x448, '00'.repeat(56)],
    ['x448', x448, `01${'00'.repeat(55)}`],
    ['x448', x448, `fe${'ff'.repeat(27)}fe${'ff'.repeat(27)}`],
    ['x448', x448, `${'ff'.repeat(28)}fe${'ff'.repeat(27)}`],
    ['x448', x448, `${'00'.repeat(28)}${'ff'.repeat(28)}`],
  ] as const)('%s %#', (type, suite, point) => {
    const key = Buffer.from(point, 'hex')
    const { privateKey } = generateKeyPairSync(type as 'x25519')
    const header = type === 'x25519' ? '302a300506032b656e032100' : '3042300506032b656f033900'
    const spki = Buffer.concat([Buffer.from(header, 'hex'), key])
    const publicKey = createPublicKey({ key: spki, format: 'der', type: 'spki' })
    expect(() => diffieHellman({ privateKey, publicKey })).toThrow()
    expect(isUsableHpkeKey(suite, key)).toBe(false)
    expect(isUsableHpkeKey(suite, key.with(3, 0x55))).toBe(true)
  })
})

describe('NIST points', () => {
  const P256: SuiteName = 'MLS_128_DHKEMP256_AES128GCM_SHA256_P256'
  const suite = suiteByName(P256)

  test('off the curve, compressed or of another form are no HPKE keys', async () => {
    const { hpke } = await getCiphersuiteImpl(getCiphersuiteFromName(P256))
    const key = await hpke.exportPublicKey((await hpke.generateKeyPair()).publicKey)
    expect(isUsableHpkeKey(suite, key)).toBe(true)
    expect(isUsableHpkeKey(suite, key.with(64, key[64]! ^ 1))).toBe(false)
    expect(isUsableHpkeKey(suite, key.with(0, 6))).toBe(false)
    expect(isUsableHpkeKey(suite, Uint8Array.of(2, ...key.subarray(1, 33)))).toBe(false)
  })

  test('as signature keys are taken compressed and not, but are one key', async () => {
    const { p256 } = await import('@noble/curves/nist.js')
    const secret = p256.utils.randomSecretKey()
    const short = p256.getPublicKey(secret, true)
    const long = p256.getPublicKey(secret, false)
    const message = new Uint8Array(10)
    const signature = p256.sign(message, secret, { prehash: true, format: 'der', lowS: false })
    expect(verifySignature('P256', short, message, signature)).toBe(true)
    expect(verifySignature('P256', long, message, signature)).toBe(true)
    const hybrid = long.with(0, 6 + (long[64]! & 1))
    expect(verifySignature('P256', hybrid, message, signature)).toBe(false)
    expect(verifySignature('P256', long.with(64, long[64]! ^ 1), message, signature)).toBe(false)
    expect(hex(signatureKeyId('P256', short))).toBe(hex(signatureKeyId('P256', long)))
  })
})

test('ML-KEM keys with a coefficient of the modulus or above are not usable', async () => {
  const name: SuiteName = 'MLS_256_XWING_AES256GCM_SHA512_Ed25519'
  const { hpke } = await getCiphersuiteImpl(getCiphersuiteFromName(name))
  const key = await hpke.exportPublicKey((await hpke.generateKeyPair()).publicKey)
  const suite = suiteByName(name)
  expect(isUsableHpkeKey(suite, key)).toBe(true)
  // 3329 = 0xd01, the low coefficient of the first three bytes.
  expect(isUsableHpkeKey(suite, key.with(0, 0x01).with(1, (key[1]! & 0xf0) | 0x0d))).toBe(false)
  expect(isUsableHpkeKey(suite, key.with(0, 0x00).with(1, (key[1]! & 0xf0) | 0x0d))).toBe(true)
  const lowOrder = Uint8Array.from(key).fill(0, 1_184)
  expect(isUsableHpkeKey(suite, lowOrder)).toBe(false)
})
