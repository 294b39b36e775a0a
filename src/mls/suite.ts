import { hash } from 'node:crypto'
import {
  ciphersuites,
  getCiphersuiteFromName,
  type Ciphersuite,
} from 'ts-mls/crypto/ciphersuite.js'
import { checkBudget } from './time-budget.js'

/** IANA's name of a cipher suite, as `ts-mls` spells it. */
export type SuiteName = keyof typeof ciphersuites
export type SignatureScheme = Ciphersuite['signature']
export type KemName = Ciphersuite['hpke']['kem']

export interface Suite {
  name: SuiteName
  /** RFC 9420 §17.1. */
  id: number
  signature: SignatureScheme
  kem: KemName
  /** Size of a hash, and of a MAC with it. */
  hashBytes: number
  /** KDF.Nh: the size of a path secret and of a psk_nonce. */
  secretBytes: number
  /** Synchronous: about 2 µs, where a WebCrypto digest takes 36. */
  hash(bytes: Uint8Array): Uint8Array
}

/** All suites that `ts-mls` has; whether one works here is for `usableSuites` to say. */
export const SUITE_NAMES = Object.keys(ciphersuites) as SuiteName[]

export function suiteByName(name: SuiteName): Suite {
  return SUITES.get(ciphersuites[name])!
}

export function suiteById(id: number): Suite | undefined {
  return SUITES.get(id)
}

export function isSuiteName(text: string): text is SuiteName {
  return Object.hasOwn(ciphersuites, text)
}

function makeSuite(name: SuiteName): Suite {
  const { hash: hashName, hpke, signature } = getCiphersuiteFromName(name)
  const { algorithm, bytes } = HASHES[hashName]
  return {
    name,
    id: ciphersuites[name],
    signature,
    kem: hpke.kem,
    hashBytes: bytes,
    secretBytes: KDF_BYTES[hpke.kdf],
    hash: (data) => {
      checkBudget()
      return hash(algorithm, data, 'buffer')
    },
  }
}

const HASHES = {
  'SHA-256': { algorithm: 'sha256', bytes: 32 },
  'SHA-384': { algorithm: 'sha384', bytes: 48 },
  'SHA-512': { algorithm: 'sha512', bytes: 64 },
} as const satisfies Record<Ciphersuite['hash'], { algorithm: string; bytes: number }>

const KDF_BYTES = {
  'HKDF-SHA256': 32,
  'HKDF-SHA384': 48,
  'HKDF-SHA512': 64,
} as const satisfies Record<Ciphersuite['hpke']['kdf'], number>

const SUITES = new Map<number, Suite>(
  SUITE_NAMES.map((name) => [ciphersuites[name], makeSuite(name)]),
)
