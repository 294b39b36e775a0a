import { beforeAll, describe, expect, test } from 'vitest'
import { openStored } from '../../../src/mls/open-stored.js'
import { openUntrusted } from '../../../src/mls/open-untrusted.js'
import { packGroup } from '../../../src/mls/pack-group.js'
import { checkBudget, OverBudgetError, withinBudget } from '../../../src/mls/time-budget.js'
import { runJob } from '../../../src/mls/verifier-job.js'
import { verifyCommit, type Change } from '../../../src/mls/verify-commit.js'
import type { TestDevice } from '../../support/mls/index.js'
import { expectation, Story } from './story.js'

/** The time is how often it was looked at, so the k-th look finds a budget of k used up. */
function countingClock(): () => number {
  let looks = 0
  return () => looks++
}

let group: Uint8Array
let groupInfo: Uint8Array
let alice: TestDevice
let packages: Uint8Array[]
const changes: Record<string, Change> = {}
beforeAll(async () => {
  const story = await Story.begin()
  alice = story.devices[0]!
  const others = await Promise.all([1, 2, 3, 4].map(() => story.device()))
  await story.add(alice, others)
  await story.update(others[2]!)
  group = packGroup(story.view)
  groupInfo = await story.groupInfo()
  packages = [(await (await story.device()).keyPackage()).bytes]
  const client = story.group(alice)
  changes['public'] = await client.commit({ add: packages, remove: [2] })
  client.drop()
  changes['private'] = await client.commit({ framing: 'private' })
  client.drop()
})

describe('wherever its time runs out, a verification ends with that and nothing else', () => {
  const verify = (framing: 'public' | 'private') =>
    verifyCommit(openStored(group), changes[framing]!, expectation(alice.did, { framing: 'any' }))

  test.each<[what: string, work: () => { ok: boolean }]>([
    ['a public commit', () => verify('public')],
    ['a private commit', () => verify('private')],
    ['a group from outside', () => openUntrusted(groupInfo)],
  ])('%s', (_what, work) => {
    const clock = countingClock()
    expect(withinBudget(Infinity, work, clock)).toMatchObject({ ok: true })
    expect(withinBudget(1_000_000, work, countingClock())).toMatchObject({ ok: true })

    let looks = 0
    const enough = () => withinBudget(looks + 1, work, countingClock())
    for (; looks < 10_000; looks++) {
      try {
        expect(enough()).toMatchObject({ ok: true })
        break
      } catch (thrown) {
        expect(thrown).toBeInstanceOf(OverBudgetError)
      }
    }
    // Parsing, hashes and signatures: there is more than one place.
    expect(looks).toBeGreaterThan(20)
  })
})

test('a budget ends with its verification, whatever ends that', () => {
  expect(withinBudget(1, () => 'done', countingClock())).toBe('done')
  checkBudget()
  expect(() => withinBudget(0, checkBudget)).toThrow(OverBudgetError)
  checkBudget()
  const broken = () => {
    throw new TypeError('not of the budget')
  }
  expect(() => withinBudget(0, broken)).toThrow(TypeError)
  checkBudget()
})

test('a job over its budget is refused, and one that fails otherwise is not taken for one', () => {
  const job = { kind: 'untrusted', groupInfo } as const
  expect(runJob(job, 60_000)).toEqual({ ok: true })
  expect(runJob(job, 0)).toMatchObject({
    ok: false,
    refusal: { error: 'TooLarge', rule: 'verificationBudget' },
  })
  const spoilt = { group: group.subarray(1), change: changes['public']! }
  const lost = { kind: 'commit', ...spoilt, expectation: expectation(alice.did) } as const
  expect(() => runJob(lost, 60_000)).toThrow('A stored GroupInfo cannot be read')
})
