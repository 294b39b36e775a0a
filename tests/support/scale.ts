/**
 * `short` where every change is tested, `long` by `npm run test:long`: the same test, with the figures
 * that a release is held to.
 */
export function scaled(short: number, long: number): number {
  return process.env.TEST_LENGTH === 'long' ? long : short
}

/** mulberry32: the same numbers, from 0 up to 1, for the same seed. */
export function randomOf(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296
  }
}
