import type { CiphersuiteName } from 'ts-mls'
import { beforeAll, describe, expect, test } from 'vitest'
import type { Did } from '../../../src/lib/ids.js'
import { verifyKeyPackage } from '../../../src/mls/key-package.js'
import { SUITE_NAMES } from '../../../src/mls/suite.js'
import {
  basicCredential,
  createDevice,
  flipBit,
  hex,
  LAST_RESORT,
  lifetimeFromNow,
  withLongLength,
  withTrailingByte,
  type KeyPackageOptions,
  type TestDevice,
} from '../../support/mls/index.js'

const DID = 'did:plc:ewvi7nxzyoun6zhxrhs64oiz' as Did
const OTHER = 'did:plc:aaaaaaaaaaaaaaaaaaaaaaaa' as Did
const NOW = new Date('2031-05-06T07:08:09Z')
const DAY_S = 86_400

let device: TestDevice
let stranger: TestDevice
beforeAll(async () => {
  device = await createDevice({ did: DID, deviceId: 'phone' })
  stranger = await createDevice({ did: OTHER, deviceId: 'phone' })
})

test('a good one is described', async () => {
  const { bytes, ref, keyPackage } = await device.keyPackage({ lifetime: at() })
  const verdict = verify(bytes)
  if (!verdict.ok) throw new Error(verdict.refusal.detail)
  const { encryptionKey, initKey, signatureKey, ...rest } = verdict.value
  expect(rest).toEqual({
    ref,
    did: DID,
    deviceId: 'phone',
    cipherSuite: device.suite.name,
    notBefore: new Date(NOW.getTime() - 3_600_000),
    notAfter: new Date(NOW.getTime() - 3_600_000 + 60 * DAY_S * 1_000),
    lastResort: false,
  })
  expect(hex(signatureKey)).toBe(hex(device.publicKey))
  expect(hex(initKey)).toBe(hex(keyPackage.initKey))
  expect(hex(encryptionKey)).toBe(hex(keyPackage.leafNode.hpkePublicKey))
})

test('a last-resort one is known as such', async () => {
  const { bytes } = await device.keyPackage({ lastResort: true, lifetime: at() })
  expect(verify(bytes)).toMatchObject({ ok: true, value: { lastResort: true } })
})

/** Each with the control that the same package without the fault is taken. */
describe('is refused', () => {
  const faults: [rule: string, options: () => KeyPackageOptions][] = [
    ['lifetimeHasBegun', () => ({ lifetime: at(DAY_S, NOW.getTime() + 3_601_000) })],
    ['lifetimeHasNotEnded', () => ({ lifetime: at(3_600 + 600) })],
    ['lifetimeHasNotEnded', () => ({ lifetime: at(0) })],
    ['lifetimeIsShort', () => ({ lifetime: at(90 * DAY_S + 1) })],
    ['lifetimeIsShort', () => ({ lifetime: { notBefore: 0n, notAfter: 9223372036854775807n } })],
    ['credentialIsTheCallers', () => ({ credential: basicCredential(`${OTHER}#phone`) })],
    ['identityNamesDevice', () => ({ credential: basicCredential(DID) })],
    ['credentialIsBasic', () => ({ credential: { credentialType: 'x509', certificates: [] } })],
    ['initKeyDiffers', () => ({ sameKeys: true })],
    ['initKeyIsUsable', () => ({ initKey: new Uint8Array(31) })],
    ['initKeyIsUsable', () => ({ initKey: new Uint8Array(32) })],
    ['encryptionKeyIsUsable', () => ({ leafKey: new Uint8Array(33) })],
    ['keyPackageSignature', () => ({ signKey: stranger.signKey })],
    ['leafSignature', () => ({ leafSignKey: stranger.signKey })],
    ['capabilitiesListVersion', () => ({ capabilities: { versions: [] } })],
    [
      'capabilitiesListSuite',
      () => ({ capabilities: { ciphersuites: ['MLS_128_DHKEMP256_AES128GCM_SHA256_P256'] } }),
    ],
    ['capabilitiesListCredential', () => ({ capabilities: { credentials: ['x509'] } })],
    [
      'capabilitiesListExtensions',
      () => ({ leafExtensions: [{ extensionType: 0xf001, extensionData: new Uint8Array() }] }),
    ],
    [
      'keyPackageExtensionsAreListed',
      () => ({ lastResort: true, capabilities: { extensions: [] } }),
    ],
    [
      'lastResortIsEmpty',
      () => ({ extensions: [{ extensionType: LAST_RESORT, extensionData: Uint8Array.of(0) }] }),
    ],
    [
      'extensionTypesAreUnique',
      () => ({
        extensions: [
          { extensionType: LAST_RESORT, extensionData: new Uint8Array() },
          { extensionType: LAST_RESORT, extensionData: new Uint8Array() },
        ],
      }),
    ],
  ]

  test.each(faults)('by %s', async (rule, options) => {
    const control = await device.keyPackage({ lifetime: at() })
    expect(verify(control.bytes)).toMatchObject({ ok: true })
    const { bytes } = await device.keyPackage({ lifetime: at(), ...options() })
    expect(verify(bytes)).toMatchObject({
      ok: false,
      refusal: { error: 'InvalidKeyPackage', rule },
    })
  })

  test('with a suite that is not offered, or not the one it is made for', async () => {
    const { bytes } = await device.keyPackage({ lifetime: at() })
    expect(verifyKeyPackage(bytes, { now: NOW, did: DID, suites: [] })).toMatchObject({
      refusal: { error: 'InvalidCipherSuite', rule: 'suiteIsOffered' },
    })
    const declaredSuite = 'MLS_128_DHKEMX25519_CHACHA20POLY1305_SHA256_Ed25519'
    const other = await device.keyPackage({ lifetime: at(), declaredSuite })
    expect(verify(other.bytes)).toMatchObject({ refusal: { rule: 'capabilitiesListSuite' } })
  })

  test('with a byte after it, or a long length, though its signatures hold', async () => {
    const { bytes } = await device.keyPackage({ lifetime: at() })
    expect(verify(withTrailingByte(bytes))).toMatchObject({ refusal: { rule: 'noTrailingBytes' } })
    expect(verify(withLongLength(bytes))).toMatchObject({
      refusal: { rule: 'lengthHeaderIsShortest' },
    })
  })

  test('with any bit turned over', async () => {
    const { bytes } = await device.keyPackage({ lifetime: at() })
    for (let i = 0; i < bytes.length; i++) {
      expect(verify(flipBit(bytes, i)).ok, `byte ${i}`).toBe(false)
    }
  })

  test('above 64 KiB', async () => {
    const leafExtensions = [{ extensionType: 1, extensionData: new Uint8Array(65_000) }] as const
    const near = await device.keyPackage({ lifetime: at(), leafExtensions: [...leafExtensions] })
    expect(verify(near.bytes)).toMatchObject({ ok: true })
    const large = { extensionType: 1, extensionData: new Uint8Array(65_536) }
    const over = await device.keyPackage({ lifetime: at(), leafExtensions: [large] })
    expect(verify(over.bytes)).toMatchObject({ refusal: { error: 'TooLarge' } })
  })
})

describe('the boundaries of a lifetime', () => {
  test.each([
    [90 * DAY_S, 0, true],
    [3_600 + 601, 0, true],
    [DAY_S, 3_600_000, true],
    [DAY_S, 3_601_000, false],
  ])('%d s, made %d ms later', async (seconds, laterMs, ok) => {
    const { bytes } = await device.keyPackage({ lifetime: at(seconds, NOW.getTime() + laterMs) })
    expect(verify(bytes).ok).toBe(ok)
  })
})

test.each(SUITE_NAMES)('%s: both signatures are verified', async (suite: CiphersuiteName) => {
  const owner = await createDevice({ did: DID, deviceId: 'pad', suite })
  const { bytes, ref } = await owner.keyPackage({ lifetime: at() })
  expect(verify(bytes)).toMatchObject({ ok: true, value: { ref, cipherSuite: suite } })
  const thief = await createDevice({ did: DID, deviceId: 'pad', suite })
  const stolen = await owner.keyPackage({ lifetime: at(), signKey: thief.signKey })
  expect(verify(stolen.bytes)).toMatchObject({ refusal: { rule: 'keyPackageSignature' } })
  const forged = await owner.keyPackage({ lifetime: at(), leafSignKey: thief.signKey })
  expect(verify(forged.bytes)).toMatchObject({ refusal: { rule: 'leafSignature' } })
})

/** Begins an hour before NOW. */
function at(seconds = 60 * DAY_S, nowMs = NOW.getTime()) {
  return lifetimeFromNow(seconds, nowMs)
}

function verify(bytes: Uint8Array) {
  return verifyKeyPackage(bytes, { now: NOW, did: DID, suites: SUITE_NAMES })
}
