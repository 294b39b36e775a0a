import { expect, test } from 'vitest'
import { parseTime } from '../../../src/db/parsers.js'

test.each([
  ['2026-11-25 20:52:33+00', '2026-11-25T20:52:33.000Z'],
  ['2026-11-25 20:52:33.1+00', '2026-11-25T20:52:33.100Z'],
  ['2026-11-25 20:52:33.283+00', '2026-11-25T20:52:33.283Z'],
  ['2026-11-25 20:52:33.283999+00', '2026-11-25T20:52:33.283Z'],
  ['2026-11-25 22:52:33.5+02', '2026-11-25T20:52:33.500Z'],
  ['2026-11-26 02:22:33.5+05:30', '2026-11-25T20:52:33.500Z'],
  ['0099-01-01 00:00:00+00', '0099-01-01T00:00:00.000Z'],
  ['12026-11-25 20:52:33+00', '+012026-11-25T20:52:33.000Z'],
])('the time %s', (text, iso) => {
  expect(parseTime(text).toISOString()).toBe(iso)
})

test('a millisecond comes back as it was written, each of a second', () => {
  for (let ms = 0; ms < 1_000; ms++) {
    const written = new Date(Date.UTC(2026, 0, 1, 0, 0, 0, ms))
    const text = written.toISOString().replace('T', ' ').replace('Z', '+00')
    expect(parseTime(text)).toEqual(written)
  }
})
