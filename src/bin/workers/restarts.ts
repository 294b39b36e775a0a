/** Who lived so long did not fail by what its start depends on. */
const STEADY_MS = 30_000
const FIRST_DELAY_MS = 250
const EARLY_ENDS_MAX = 5

/**
 * How long the place of a worker that ended stays empty, by the lives in it so far: at once after a long
 * one, twice as long after each short one that follows another, and for ever (undefined) after too many.
 */
export function delayAfter(livesMs: readonly number[]): number | undefined {
  const early = livesMs.length - 1 - livesMs.findLastIndex((ms) => ms >= STEADY_MS)
  if (early > EARLY_ENDS_MAX) return undefined
  return early === 0 ? 0 : FIRST_DELAY_MS * 2 ** (early - 1)
}
