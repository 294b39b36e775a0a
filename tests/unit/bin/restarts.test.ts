import { expect, test } from 'vitest'
import { delayAfter } from '../../../src/bin/workers/restarts.js'

const LONG = 30_000
const SHORT = 1_000

test('a worker that lived long is replaced at once; short lives double the wait, up to a bound', () => {
  expect(delayAfter([LONG])).toBe(0)
  const lives = [1, 2, 3, 4, 5, 6].map((count) => Array<number>(count).fill(SHORT))
  expect(lives.map(delayAfter)).toEqual([250, 500, 1_000, 2_000, 4_000, undefined])
  expect(delayAfter([SHORT, SHORT, SHORT, SHORT, SHORT, LONG])).toBe(0)
  expect(delayAfter([LONG, SHORT])).toBe(250)
})
