import { createPublicKey, hash, verify, type KeyObject } from 'node:crypto'
import type { KeyAlg, PublicKey } from '../identity/public-key.js'
import { nativeSecp256k1 } from './native-secp256k1.js'

/**
 * What checks ES256K here. Fastest of seven rounds on two busy cores, per signature: `secp256k1`
 * (libsecp256k1) 91 µs, `node:crypto` with a cached key 585 µs, `@atproto/crypto` 3.5 ms; an idle
 * machine takes less, in about the same ratios. The start logs it, since a platform without the
 * native build is six times slower.
 */
export const es256kImplementation: 'secp256k1' | 'node:crypto' = nativeSecp256k1
  ? 'secp256k1'
  : 'node:crypto'

/**
 * Whether `signature` (r ‖ s, 64 bytes) is the key's ECDSA signature with SHA-256 over `signed`.
 * Only the signature with the lower `s` counts, for both curves: the other one would be a second
 * encoding of the same token.
 */
export function verifySignature(
  key: PublicKey,
  signed: Uint8Array,
  signature: Uint8Array,
): boolean {
  if (signature.length !== SIGNATURE_BYTES) return false
  return key.alg === 'ES256K' && nativeSecp256k1
    ? verifyNative(nativeSecp256k1, key, signed, signature)
    : verifyWithNode(key, signed, signature)
}

function verifyNative(
  secp256k1: NonNullable<typeof nativeSecp256k1>,
  key: PublicKey,
  signed: Uint8Array,
  signature: Uint8Array,
): boolean {
  try {
    // libsecp256k1 itself refuses a high s.
    return secp256k1.ecdsaVerify(signature, hash('sha256', signed, 'buffer'), key.point)
  } catch {
    // It throws for an r or s outside of the field.
    return false
  }
}

/** With `node:crypto`, which accepts a high s, so that is looked at first. Exported for tests. */
export function verifyWithNode(key: PublicKey, signed: Uint8Array, signature: Uint8Array): boolean {
  if (Buffer.compare(signature.subarray(32), HALF_ORDER[key.alg]) > 0) return false
  return verify('sha256', signed, { key: keyObject(key), dsaEncoding: 'ieee-p1363' }, signature)
}

function keyObject(key: PublicKey): KeyObject {
  let object = keyObjects.get(key)
  if (!object) {
    object = createPublicKey({
      format: 'jwk',
      key: {
        kty: 'EC',
        crv: CURVE[key.alg],
        x: Buffer.from(key.point.subarray(1, 33)).toString('base64url'),
        y: Buffer.from(key.point.subarray(33)).toString('base64url'),
      },
    })
    keyObjects.set(key, object)
  }
  return object
}

const keyObjects = new WeakMap<PublicKey, KeyObject>()

const SIGNATURE_BYTES = 64
const CURVE: Record<KeyAlg, string> = { ES256K: 'secp256k1', ES256: 'P-256' }
/** Half of each curve's order (SEC 2), rounded down: the greatest low s. */
const HALF_ORDER: Record<KeyAlg, Buffer> = {
  ES256K: Buffer.from('7fffffffffffffffffffffffffffffff5d576e7357a4501ddfe92f46681b20a0', 'hex'),
  ES256: Buffer.from('7fffffff800000007fffffffffffffffde737d56d38bcf4279dce5617e3192a8', 'hex'),
}
