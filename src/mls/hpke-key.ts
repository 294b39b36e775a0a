import { ECDH } from 'node:crypto'
import type { KemName, Suite } from './suite.js'
import { checkBudget } from './time-budget.js'
import { hexOf } from './wire/bytes.js'

/**
 * Whether someone could encrypt to this HPKE public key (RFC 9180 §7.1): right size, a point on the
 * curve that is not of low order, coefficients of ML-KEM below its modulus. That its private key
 * exists, or belongs to whom it should, cannot be seen.
 */
export function isUsableHpkeKey({ kem }: Suite, key: Uint8Array): boolean {
  checkBudget()
  return key.length === KEMS[kem].keyBytes && KEMS[kem].isUsable(key)
}

/** Size of a KEM output (`enc`). */
export function kemOutputBytes({ kem }: Suite): number {
  return KEMS[kem].outputBytes
}

interface Kem {
  keyBytes: number
  outputBytes: number
  isUsable(key: Uint8Array): boolean
}

function nistCurve(curve: string, fieldBytes: number): Kem {
  const bytes = 1 + 2 * fieldBytes
  return { keyBytes: bytes, outputBytes: bytes, isUsable: (key) => isOnCurve(curve, key) }
}

function mlKem(rank: 2 | 3 | 4, outputBytes: number): Kem {
  return { keyBytes: 384 * rank + 32, outputBytes, isUsable: (key) => isReduced(key, rank) }
}

function isOnCurve(curve: string, key: Uint8Array): boolean {
  if (key[0] !== 4) return false
  try {
    ECDH.convertKey(key, curve, undefined, undefined, 'uncompressed')
    return true
  } catch {
    return false
  }
}

/** FIPS 203 §7.2, the modulus check: 256 × rank coefficients of 12 bits, each below 3329. */
function isReduced(key: Uint8Array, rank: number): boolean {
  for (let i = 0; i < 384 * rank; i += 3) {
    const low = key[i]! | ((key[i + 1]! & 0x0f) << 8)
    const high = (key[i + 1]! >> 4) | (key[i + 2]! << 4)
    if (low >= 3_329 || high >= 3_329) return false
  }
  return true
}

/** With one of these the shared secret is zero, and RFC 9180 §7.1.4 has the sender fail. */
function isLowOrder25519(key: Uint8Array): boolean {
  // Nearly every key is told apart by its last byte.
  if (!LAST_BYTES_25519.has(key[31]! & 0x7f)) return false
  const masked = Uint8Array.from(key)
  masked[31]! &= 0x7f
  return LOW_ORDER_25519.has(hexOf(masked))
}

function isLowOrder448(key: Uint8Array): boolean {
  return LOW_ORDER_448.has(hexOf(key))
}

const LOW_ORDER_25519 = new Set([
  '0000000000000000000000000000000000000000000000000000000000000000',
  '0100000000000000000000000000000000000000000000000000000000000000',
  'e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800',
  '5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157',
  'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  'edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  'eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
])

const LAST_BYTES_25519 = new Set([...LOW_ORDER_25519].map((key) => parseInt(key.slice(-2), 16)))

const LOW_ORDER_448 = new Set([
  '00'.repeat(56),
  `01${'00'.repeat(55)}`,
  `fe${'ff'.repeat(27)}fe${'ff'.repeat(27)}`,
  `ff${'ff'.repeat(27)}fe${'ff'.repeat(27)}`,
  `00${'00'.repeat(27)}ff${'ff'.repeat(27)}`,
])

const KEMS: Record<KemName, Kem> = {
  'DHKEM-X25519-HKDF-SHA256': {
    keyBytes: 32,
    outputBytes: 32,
    isUsable: (key) => !isLowOrder25519(key),
  },
  'DHKEM-X448-HKDF-SHA512': {
    keyBytes: 56,
    outputBytes: 56,
    isUsable: (key) => !isLowOrder448(key),
  },
  'DHKEM-P256-HKDF-SHA256': nistCurve('prime256v1', 32),
  'DHKEM-P384-HKDF-SHA384': nistCurve('secp384r1', 48),
  'DHKEM-P521-HKDF-SHA512': nistCurve('secp521r1', 66),
  'ML-KEM-512': mlKem(2, 768),
  'ML-KEM-768': mlKem(3, 1_088),
  'ML-KEM-1024': mlKem(4, 1_568),
  // ML-KEM-768 and X25519, one after the other (draft-connolly-cfrg-xwing-kem).
  'X-Wing': {
    keyBytes: 1_216,
    outputBytes: 1_120,
    isUsable: (key) => isReduced(key, 3) && !isLowOrder25519(key.subarray(1_184)),
  },
}
