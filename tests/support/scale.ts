/**
 * `short` where every change is tested, `long` by `npm run test:long`: the same test, with the figures
 * that a release is held to.
 */
export function scaled(short: number, long: number): number {
  return process.env.TEST_LENGTH === 'long' ? long : short
}
