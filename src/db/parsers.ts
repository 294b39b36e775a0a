const INT8 = 20
const INT8_ARRAY = 1016

/** Integers beyond 2^53 are a bug here, not a rounding: epochs, seqs and ids are safe integers. */
export function parseInt8(text: string): number {
  const value = Number(text)
  if (!Number.isSafeInteger(value)) throw new RangeError(`int8 out of the safe range: ${text}`)
  return value
}

export function parseInt8Array(text: string): number[] {
  const inner = text.slice(1, -1)
  return inner === '' ? [] : inner.split(',').map(parseInt8)
}

/** Both dialects read the same values from the same columns. */
export const PARSERS: Record<number, (text: string) => unknown> = {
  [INT8]: parseInt8,
  [INT8_ARRAY]: parseInt8Array,
}
