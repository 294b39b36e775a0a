import { p256 } from '@noble/curves/nist.js'
import { secp256k1 } from '@noble/curves/secp256k1.js'
import { base58btc } from 'multiformats/bases/base58'

/** An account's `#atproto` key; it verifies the ECDSA signatures of its commits. */
export interface SigningKey {
  /** Over the SHA-256 of `message`, with the lower `s` alone (AT Protocol, cryptography). */
  verifies(signature: Uint8Array, message: Uint8Array): boolean
}

/** Reads a Multikey: base58btc of a multicodec and a compressed point. Undefined for other keys. */
export function readMultikey(multibase: string): SigningKey | undefined {
  try {
    const bytes = base58btc.decode(multibase)
    const curve = CURVES.find(({ codec }) => codec[0] === bytes[0] && codec[1] === bytes[1])?.curve
    if (curve === undefined) return undefined
    const point = bytes.slice(2)
    curve.Point.fromBytes(point)
    return {
      verifies(signature, message) {
        try {
          return curve.verify(signature, message, point, { lowS: true })
        } catch {
          // A signature of another length, or outside of the field.
          return false
        }
      },
    }
  } catch {
    return undefined
  }
}

/** `secp256k1-pub` and `p256-pub`, as varints. */
const CURVES = [
  { codec: [0xe7, 0x01], curve: secp256k1 },
  { codec: [0x80, 0x24], curve: p256 },
] as const
