import type { DeviceId, Did } from '../lib/ids.js'
import { accept } from '../lib/verdict.js'
import { decodeExact } from './decode.js'
import { isLastResort, keyPackageFault, keyPackageRef } from './key-package-rules.js'
import { deviceOf } from './leaf.js'
import { suiteById, type Suite, type SuiteName } from './suite.js'
import { fault, refuseMls, type MlsVerdict } from './verdict.js'
import type { KeyPackage } from './wire/key-package.js'
import { MAX_KEY_PACKAGE_BYTES } from './wire/limits.js'

/** What a key package must have left to be published: a lease of it lasts that long. */
export const MIN_REMAINING_MS = 600_000

export interface VerifiedKeyPackage {
  /** Lowercase hex of the KeyPackageRef (RFC 9420 §5.2). */
  ref: string
  did: Did
  deviceId: DeviceId
  cipherSuite: SuiteName
  signatureKey: Uint8Array
  initKey: Uint8Array
  /** The leaf's; with it a leaf of a tree is recognised as this package's. */
  encryptionKey: Uint8Array
  notBefore: Date
  notAfter: Date
  lastResort: boolean
}

export interface KeyPackageExpectation {
  now: Date
  /** The account that publishes it. */
  did: Did
  /** Names of the suites that are in use here. */
  suites: readonly string[]
}

/** A published key package, by all rules of RFC 9420 §10.1 and of the contract. */
export function verifyKeyPackage(
  bytes: Uint8Array,
  { now, did, suites }: KeyPackageExpectation,
): MlsVerdict<VerifiedKeyPackage> {
  const decoded = decodeExact(bytes, 'mls_key_package', MAX_KEY_PACKAGE_BYTES)
  if (!decoded.ok) return decoded
  const keyPackage = decoded.value
  const suite = suiteById(keyPackage.cipherSuite)
  if (suite === undefined || !suites.includes(suite.name)) {
    return refuseMls('InvalidCipherSuite', SUITE_IS_OFFERED)
  }
  const broken = keyPackageFault(keyPackage, suite, now, MIN_REMAINING_MS)
  if (broken !== undefined) return refuseMls('InvalidKeyPackage', broken)
  if (deviceOf(keyPackage.leafNode).did !== did) {
    return refuseMls('InvalidKeyPackage', CREDENTIAL_IS_THE_CALLERS)
  }
  return accept(describe(keyPackage, suite))
}

function describe(keyPackage: KeyPackage, suite: Suite): VerifiedKeyPackage {
  const { leafNode: leaf, initKey } = keyPackage
  if (leaf.source.kind !== 'key_package') throw new TypeError('The key package was not checked.')
  return {
    ref: keyPackageRef(keyPackage, suite),
    ...deviceOf(leaf),
    cipherSuite: suite.name,
    signatureKey: leaf.signatureKey,
    initKey,
    encryptionKey: leaf.encryptionKey,
    notBefore: new Date(leaf.source.notBefore * 1_000),
    notAfter: new Date(leaf.source.notAfter * 1_000),
    lastResort: isLastResort(keyPackage),
  }
}

const SUITE_IS_OFFERED = fault(
  'suiteIsOffered',
  'RFC 9420 §17.1',
  'The cipher suite is none of those that describeServer lists.',
)

const CREDENTIAL_IS_THE_CALLERS = fault(
  'credentialIsTheCallers',
  'RFC 9420 §5.3.1',
  'The credential of the key package names another account.',
)
