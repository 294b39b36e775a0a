import { expect, test } from 'vitest'
import { rangeOf } from '../../../src/api/blobs/range-of.js'

const SIZE = 1000

test.each([
  ['bytes=0-0', 0, 0],
  ['bytes=0-499', 0, 499],
  ['bytes=500-', 500, 999],
  ['bytes=999-', 999, 999],
  ['bytes=-1', 999, 999],
  ['bytes=-1000', 0, 999],
  ['bytes=-5000', 0, 999],
  ['bytes=999-100000', 999, 999],
  ['BYTES=10-19', 10, 19],
  [' bytes=10-19 ', 10, 19],
])('%j is a part, with both ends', (header, start, end) => {
  expect(rangeOf(header, SIZE, never)).toEqual({ start, end })
})

test.each(['bytes=1000-', 'bytes=1000-1000', 'bytes=5000-6000', 'bytes=-0'])(
  '%j is not there, and the size is told',
  (header) => {
    let told = 0
    expect(() => rangeOf(header, SIZE, () => told++)).toThrow(/1000 bytes/)
    expect(told).toBe(1)
  },
)

test.each([
  undefined,
  '',
  'bytes=',
  'bytes=-',
  'bytes=0-1,5-6',
  `bytes=${'0-,'.repeat(1000)}`,
  'bytes=20-10',
  'bytes=a-b',
  'bytes=1.5-2',
  'bytes=+1-2',
  'items=0-1',
  'bytes=99999999999999999999-',
])('%.30j is no range', (header) => {
  expect(rangeOf(header, SIZE, never)).toBeUndefined()
})

function never(): never {
  throw new Error('told without need')
}
