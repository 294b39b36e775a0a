import { describe, expect, test } from 'vitest'
import { formatPageCursor, parsePageCursor } from '../../../../src/convo/read/page-cursor.js'
import { InvalidCursorError } from '../../../../src/errors.js'

describe('a page cursor', () => {
  test.each([[[0]], [[7, 0]], [[Number.MAX_SAFE_INTEGER, 12]]])('gives %j back', (place) => {
    expect(parsePageCursor(formatPageCursor(...place), place.length)).toEqual(place)
  })

  test.each([
    ['nothing', '', 1],
    ['no number', text('a'), 1],
    ['too few numbers', text('1'), 2],
    ['too many', text('1.2'), 1],
    ['a fraction', text('1.5.2'), 2],
    ['a negative number', text('-1'), 1],
    ['another way to write a number', text('0x1'), 1],
    ['a leading zero', text('01'), 1],
    ['an exponent', text('1e3'), 1],
    ['a number beyond the safe ones', text('9007199254740993'), 1],
    ['infinity', text('Infinity'), 1],
    ['padding', `${text('1')}==`, 1],
    ['what is no base64', '%%%', 1],
  ])('is not %s', (_, cursor, parts) => {
    expect(() => parsePageCursor(cursor, parts)).toThrow(InvalidCursorError)
  })
})

function text(place: string): string {
  return Buffer.from(place).toString('base64url')
}
