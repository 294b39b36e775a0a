import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { Verifier } from '../../../src/mls/verifier.js'
import { verifyCommit } from '../../../src/mls/verify-commit.js'
import type { TestDevice } from '../../support/mls/index.js'
import { expectation, Story, valueOf } from './story.js'

const SUITE = 'MLS_256_DHKEMP521_AES256GCM_SHA512_P521'
const ADDED = 30
const AT_ONCE = 2
const ROUNDS = 4

test('commits that are costly to verify do not hold up what else the process does', async () => {
  const story = await Story.begin({ suite: SUITE })
  const [alice] = story.devices as [TestDevice]
  const joiners = await Promise.all(Array.from({ length: ADDED }, () => story.device(SUITE)))
  const packages = await Promise.all(joiners.map((joiner) => joiner.keyPackage()))
  const change = await story.group(alice).commit({ add: packages.map(({ bytes }) => bytes) })
  const { view } = story
  const expected = expectation(alice.did)

  await using verifier = new Verifier({ budgetMs: 60_000 })
  const inThreads = () => verifier.verifyCommit(view, change, expected)
  const here = async () => verifyCommit(view, change, expected)
  const flood = (verify: () => ReturnType<typeof inThreads>) => async () => {
    const verdicts = await Promise.all(Array.from({ length: AT_ONCE }, verify))
    verdicts.forEach(valueOf)
  }
  await flood(inThreads)()

  // What holds the loop holds it in each round; another process takes the core in some.
  const held = { inThreads: Infinity, here: Infinity }
  for (let i = 0; i < ROUNDS; i++) {
    held.inThreads = Math.min(held.inThreads, await longestDelay(flood(inThreads)))
    held.here = Math.min(held.here, await longestDelay(flood(here)))
  }
  console.info('ms that the event loop was held for at most', held)
  expect(held.inThreads).toBeLessThan(held.here / 2)
})

/** The longest time, in milliseconds, in which the event loop came to nothing else. */
async function longestDelay(work: () => Promise<void>): Promise<number> {
  let isDone = false
  let longest = 0
  let last = performance.now()
  const turn = () => {
    const now = performance.now()
    longest = Math.max(longest, now - last)
    last = now
  }
  const done = work().finally(() => (isDone = true))
  while (!isDone) {
    turn()
    await sleep(1)
  }
  turn()
  await done
  return longest
}
