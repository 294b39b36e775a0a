import { createHash } from 'node:crypto'

export interface Measured {
  size: number
  /** SHA-256, 32 bytes. */
  sha256: Uint8Array
}

/**
 * `body` on its way: what has passed is counted and hashed, and `admit` is asked with the number of bytes
 * before each piece goes on; it throws where that is too many.
 */
export function measure(
  body: AsyncIterable<Uint8Array>,
  admit: (bytes: number) => void,
): { pieces: AsyncIterable<Uint8Array>; result: () => Measured } {
  const hash = createHash('sha256')
  let size = 0
  async function* pieces(): AsyncIterable<Uint8Array> {
    for await (const piece of body) {
      size += piece.length
      admit(size)
      hash.update(piece)
      yield piece
    }
  }
  return { pieces: pieces(), result: () => ({ size, sha256: hash.digest() }) }
}
