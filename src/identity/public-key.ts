import { getKey } from '@atproto/identity'
import type { DidDocument } from '@atproto/identity'
import { parseDidKey } from '@atproto/crypto'

/** An account's signing key. Compared by identity: one object per fetched document. */
export interface PublicKey {
  readonly alg: KeyAlg
  /** The curve point, uncompressed (SEC 1 §2.3.3): 0x04, x, y; 65 bytes. */
  readonly point: Uint8Array
}

/** `ES256K` is secp256k1 (RFC 8812), `ES256` is P-256 (RFC 7518). */
export type KeyAlg = 'ES256K' | 'ES256'

/**
 * The key of the `#atproto` verification method, as Multikey or one of the two legacy types;
 * undefined if there is none that can be used. No other method counts.
 */
export function signingKeyOf(document: DidDocument): PublicKey | undefined {
  try {
    const didKey = getKey(document)
    if (!didKey) return undefined
    const { jwtAlg, keyBytes } = parseDidKey(didKey)
    if (jwtAlg !== 'ES256K' && jwtAlg !== 'ES256') return undefined
    return { alg: jwtAlg, point: keyBytes }
  } catch {
    // Not multibase, another curve, or no point of the curve: all of them are no key for us.
    return undefined
  }
}
