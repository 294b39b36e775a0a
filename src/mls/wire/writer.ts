/** The few TLS presentation encodings (RFC 9420 §2.1) that the service produces itself. */

export function u8(value: number): Uint8Array {
  return Uint8Array.of(value)
}

export function u16(value: number): Uint8Array {
  return Uint8Array.of(value >> 8, value & 0xff)
}

export function u32(value: number): Uint8Array {
  return Uint8Array.of(value >>> 24, (value >> 16) & 0xff, (value >> 8) & 0xff, value & 0xff)
}

export function u64(value: number): Uint8Array {
  const bytes = Buffer.allocUnsafe(8)
  bytes.writeUInt32BE(Math.floor(value / 2 ** 32), 0)
  bytes.writeUInt32BE(value % 2 ** 32, 4)
  return bytes
}

/** The header of a variable-size vector of `length` bytes, the shortest that fits (§2.1.2). */
export function lengthHeader(length: number): Uint8Array {
  if (length < 64) return u8(length)
  if (length < 16_384) return u16(0x4000 | length)
  return u32((0x8000_0000 | length) >>> 0)
}

/** `opaque<V>`. */
export function opaque(bytes: Uint8Array): Uint8Array {
  return concat([lengthHeader(bytes.length), bytes])
}

export function concat(parts: readonly Uint8Array[]): Uint8Array {
  return Buffer.concat(parts)
}
