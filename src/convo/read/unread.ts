import type { Seq } from '../../lib/ids.js'

/** A membership, with how many application entries the log had before it and at its end. */
export interface CountedInterval {
  joinedSeq: Seq
  leftSeq: Seq | null
  joinedCount: number
  leftCount: number | null
}

/**
 * How many application entries of the intervals come after the cursor. The log counts them as it grows,
 * so that none is looked at.
 *
 * @param read the log's count at the cursor
 * @param total its count now
 */
export function unreadCount(
  intervals: readonly CountedInterval[],
  read: number,
  total: number,
): number {
  return intervals.reduce((sum, { joinedCount, leftCount }) => {
    const unread = (leftCount ?? total) - Math.max(joinedCount, read)
    return sum + Math.max(0, unread)
  }, 0)
}
