/**
 * How long a client waits before it commits pending removals, in milliseconds: none to `longestMs`.
 *
 * All clients of a group hear of a removal at once, and one commit is enough. A uniform delay would have
 * to be long for large groups, where few may be online. This one is exponential: of `size` clients about
 * `size ** (t / longestMs)` are done waiting after t, so one at first and all at the end, whatever the
 * size; each that fires later finds the removals done.
 */
export function removalDelay(size: number, longestMs: number, random = Math.random): number {
  if (size < 2) return 0
  // In (0, 1]: the logarithm of 0 is none.
  const draw = 1 - random()
  return longestMs * Math.max(0, 1 + Math.log(draw) / Math.log(size))
}
