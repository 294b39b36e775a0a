import type { ByteRange } from '../../blobs/blob-store.js'
import { RangeNotSatisfiableError } from '../../errors.js'

const ONE_RANGE = /^bytes=(?:(\d{1,15})-(\d{0,15})|-(\d{1,15}))$/i

/**
 * The part of `size` bytes that a `Range` header asks for (RFC 9110 §14); undefined for the whole, which
 * is also the answer to several ranges, to other units, and to what is no range at all.
 *
 * @throws {RangeNotSatisfiableError} where nothing of it is there, after `tell`
 */
export function rangeOf(
  header: string | undefined,
  size: number,
  tell: () => void,
): ByteRange | undefined {
  const [, first, last, suffix] = ONE_RANGE.exec(header?.trim() ?? '') ?? []
  if (first === undefined && suffix === undefined) return undefined
  const start = first === undefined ? Math.max(0, size - Number(suffix)) : Number(first)
  const end = last ? Math.min(Number(last), size - 1) : size - 1
  if (last && Number(last) < start) return undefined
  if (start < size) return { start, end }
  tell()
  throw new RangeNotSatisfiableError(`The blob has ${size} bytes`)
}
