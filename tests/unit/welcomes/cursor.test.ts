import { expect, test } from 'vitest'
import { InvalidCursorError } from '../../../src/errors.js'
import { formatWelcomeCursor, parseWelcomeCursor } from '../../../src/welcomes/cursor.js'

const place = { createdAt: new Date(1_700_000_000_123), welcomeId: '0f'.repeat(16) }

test('a cursor is the place that it was made of', () => {
  expect(parseWelcomeCursor(formatWelcomeCursor(place))).toEqual(place)
  const first = { ...place, createdAt: new Date(0) }
  expect(parseWelcomeCursor(formatWelcomeCursor(first))).toEqual(first)
})

test.each([
  ['empty', ''],
  ['no base64url', '+/=='],
  ['other text', encode('hello')],
  ['no time', encode(`.${place.welcomeId}`)],
  ['a time with a leading zero', encode(`01.${place.welcomeId}`)],
  ['a time of too many digits', encode(`1234567890123456.${place.welcomeId}`)],
  ['a negative time', encode(`-1.${place.welcomeId}`)],
  ['an id in upper case', encode(`1.${place.welcomeId.toUpperCase()}`)],
  ['an id that is too short', encode(`1.${place.welcomeId.slice(2)}`)],
  ['padding', `${formatWelcomeCursor(place)}=`],
  ['something after it', `${formatWelcomeCursor(place)}AA`],
])('%s is refused', (_, cursor) => {
  expect(() => parseWelcomeCursor(cursor)).toThrow(InvalidCursorError)
})

function encode(text: string): string {
  return Buffer.from(text).toString('base64url')
}
