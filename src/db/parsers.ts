import pg from 'pg'

const INT8 = 20
const INT8_ARRAY = 1016
const TIMESTAMPTZ = 1184
/** As a server writes it that is in UTC; microseconds fall away. */
const UTC_TIME = /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?:\.\d+)?\+00$/

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

/** Any other time zone, and what is no time of ours, is for the client's own parser, which is slow. */
export function parseTime(text: string): Date {
  if (!UTC_TIME.test(text)) return parseAnyTime(text)
  return new Date(`${text.slice(0, 10)}T${text.slice(11, -3)}Z`)
}

const parseAnyTime = pg.types.getTypeParser(TIMESTAMPTZ, 'text') as (text: string) => Date

/** Both dialects read the same values from the same columns. */
export const PARSERS: Record<number, (text: string) => unknown> = {
  [INT8]: parseInt8,
  [INT8_ARRAY]: parseInt8Array,
  [TIMESTAMPTZ]: parseTime,
}
