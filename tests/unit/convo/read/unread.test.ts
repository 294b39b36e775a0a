import { describe, expect, test } from 'vitest'
import { type CountedInterval, unreadCount } from '../../../../src/convo/read/unread.js'
import type { Seq } from '../../../../src/lib/ids.js'

/** Memberships by the log's counts at their ends; null: it lasts. */
function counts(...pairs: [joined: number, left: number | null][]): CountedInterval[] {
  return pairs.map(([joinedCount, leftCount], i) => ({
    joinedSeq: (i + 1) as Seq,
    leftSeq: null,
    joinedCount,
    leftCount,
  }))
}

describe('unread', () => {
  test.each([
    ['all of the log, to its creator', counts([0, null]), 0, 9, 9],
    ['what came after the cursor', counts([0, null]), 4, 9, 5],
    ['none, read to the end', counts([0, null]), 9, 9, 0],
    ['none of what came before one joined', counts([6, null]), 0, 9, 3],
    ['what came after the cursor, when that is later', counts([6, null]), 8, 9, 1],
    ['both memberships, without what lies between', counts([1, 3], [6, null]), 0, 9, 5],
    ['the rest of the first, and the second', counts([1, 3], [6, null]), 2, 9, 4],
    ['the second only', counts([1, 3], [6, null]), 4, 9, 3],
    ['none of an empty log', counts([0, null]), 0, 0, 0],
    ['none without a membership', [], 0, 9, 0],
  ])('is %s', (_, intervals, read, total, expected) => {
    expect(unreadCount(intervals, read, total)).toBe(expected)
  })
})
