/** One signature: 32 bytes of a digest, 64 of r ‖ s, 65 of an uncompressed point. */
export interface Check {
  digest: Uint8Array
  signature: Uint8Array
  point: Uint8Array
}

const SIGNATURE_AT = 32
const POINT_AT = 96
const CHECK_BYTES = 161

/** Many checks in one piece of memory, which goes to another thread as it is. */
export function packChecks(checks: readonly Check[]): Uint8Array<ArrayBuffer> {
  const packed = new Uint8Array(checks.length * CHECK_BYTES)
  for (const [i, { digest, signature, point }] of checks.entries()) {
    const at = i * CHECK_BYTES
    packed.set(digest, at)
    packed.set(signature, at + SIGNATURE_AT)
    packed.set(point, at + POINT_AT)
  }
  return packed
}

export function unpackChecks(packed: Uint8Array): Check[] {
  return Array.from({ length: packed.length / CHECK_BYTES }, (_, i) => {
    const one = packed.subarray(i * CHECK_BYTES, (i + 1) * CHECK_BYTES)
    return {
      digest: one.subarray(0, SIGNATURE_AT),
      signature: one.subarray(SIGNATURE_AT, POINT_AT),
      point: one.subarray(POINT_AT),
    }
  })
}
