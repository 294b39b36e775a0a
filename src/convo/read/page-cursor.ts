import { InvalidCursorError } from '../../errors.js'

/** The place where a page ended, as the numbers that the next one is read by. Opaque to clients. */
export function formatPageCursor(...place: number[]): string {
  return Buffer.from(place.join('.')).toString('base64url')
}

/**
 * @param parts how many numbers the place has.
 * @throws {InvalidCursorError} for what `formatPageCursor` did not make.
 */
export function parsePageCursor(cursor: string, parts: number): number[] {
  const place = Buffer.from(cursor, 'base64url').toString().split('.').map(Number)
  const whole = place.length === parts && place.every((n) => Number.isSafeInteger(n) && n >= 0)
  if (!whole || formatPageCursor(...place) !== cursor) {
    throw new InvalidCursorError('The cursor was not made by this method')
  }
  return place
}
