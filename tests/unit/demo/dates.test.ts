import { expect, test } from 'vitest'
import {
  clockTime,
  dayLabel,
  daysBetween,
  shortTime,
} from '../../../packages/demo/src/text/dates.js'

const now = new Date(2026, 2, 12, 14, 30)

test('days are called as people call them', () => {
  const label = (day: number, hour = 12) => dayLabel(new Date(2026, 2, day, hour), now, 'en-GB')
  expect(label(12, 0)).toBe('Today')
  expect(label(11, 23)).toBe('Yesterday')
  expect(label(6)).toBe('Friday')
  expect(label(5)).toBe('5 March 2026')
})

test('what lies ahead, by a clock that is wrong, has its date', () => {
  expect(dayLabel(new Date(2026, 2, 14), now, 'en-GB')).toBe('14 March 2026')
})

test('days are those of the calendar, not of 24 hours, also where the clock changes', () => {
  expect(daysBetween(new Date(2026, 2, 11, 23, 59), new Date(2026, 2, 12, 0, 1))).toBe(1)
  expect(daysBetween(new Date(2026, 2, 12, 0, 1), new Date(2026, 2, 12, 23, 59))).toBe(0)
  expect(daysBetween(new Date(2026, 2, 28, 12), new Date(2026, 2, 30, 12))).toBe(2)
  expect(daysBetween(new Date(2025, 11, 31, 23), new Date(2026, 0, 1, 1))).toBe(1)
})

test('in a list the time gets coarser as it gets older', () => {
  const short = (at: Date) => shortTime(at, now, 'en-GB')
  expect(short(new Date(2026, 2, 12, 14, 29, 30))).toBe('now')
  expect(short(new Date(2026, 2, 12, 9, 5))).toBe('09:05')
  expect(short(new Date(2026, 2, 9, 9, 5))).toBe('Mon')
  expect(short(new Date(2025, 11, 31, 9, 5))).toBe('31/12/25')
})

test('the time of day has two digits each', () => {
  expect(clockTime(new Date(2026, 2, 12, 7, 4), 'en-GB')).toBe('07:04')
})
