import { expect, test } from 'vitest'
import { removalDelay } from '../../../packages/client/src/convo/removal-delay.js'
import { Random } from '../../support/random.js'

const LONGEST_MS = 5_000
/** A commit of another is heard of after about this time. */
const HEARD_AFTER_MS = 250
const ROUNDS = 200

test.each([10, 100, 1_000])('of %i clients few commit what one commit does', (size) => {
  const random = seeded()
  const racing = rounds(() => racers(draw(size, () => removalDelay(size, LONGEST_MS, random))))
  const uniform = rounds(() => racers(draw(size, () => LONGEST_MS * random())))
  console.log(`${size} clients: ${racing} commits, ${uniform} with a uniform delay`)
  expect(racing).toBeLessThan(5)
  if (size === 1_000) expect(uniform).toBeGreaterThan(5 * racing)
})

test.each([1, 2, 30])(
  'where only %i of 1,000 are online, one of them commits in time',
  (online) => {
    const random = seeded()
    const delays = draw(online * ROUNDS, () => removalDelay(1_000, LONGEST_MS, random))
    expect(Math.max(...delays)).toBeLessThanOrEqual(LONGEST_MS)
    expect(Math.min(...delays)).toBeGreaterThanOrEqual(0)
  },
)

test('who is alone does not wait', () => {
  expect(removalDelay(1, LONGEST_MS)).toBe(0)
})

/** How many are done waiting before they could have heard of the first. */
function racers(delays: number[]): number {
  const first = Math.min(...delays)
  return delays.filter((delay) => delay < first + HEARD_AFTER_MS).length
}

function rounds(round: () => number): number {
  const counts = Array.from({ length: ROUNDS }, round)
  return counts.reduce((sum, count) => sum + count, 0) / ROUNDS
}

function draw(count: number, delay: () => number): number[] {
  return Array.from({ length: count }, delay)
}

function seeded(): () => number {
  const seed = Random.seed()
  console.log(`MLS_SEED=${seed}`)
  const random = new Random(seed)
  return () => random.int(2 ** 31) / 2 ** 31
}
