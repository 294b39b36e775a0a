/**
 * What a commit costs the service at 50, 300 and 1,000 members, against the same check with ts-mls
 * and WebCrypto on the same commits in the same run; and what a hostile GroupInfo of 1,000 leaves
 * costs, with the longest that the event loop was held meanwhile. Ends by itself within two minutes.
 */
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { openStored } from '../src/mls/open-stored.js'
import { SUITE_NAMES } from '../src/mls/suite.js'
import { Verifier } from '../src/mls/verifier.js'
import { verifyCommit } from '../src/mls/verify-commit.js'
import { DEFAULT_SUITE, suiteOf } from '../tests/support/mls/index.js'
import { buildGroup, type Shape } from '../tests/unit/mls/built-group.js'
import { makeUpdates, type Update } from './commit/updates.js'
import { referenceState, verifyByTsMls } from './commit/reference.js'
import { keepResults, median, printHeading, printTable, verdict } from './report.js'

const SIZES = [50, 300, 1_000]
const COMMITS = 30
/** As a service is that has run for a while; the reference is as fast after a few. */
const WARM_UP_RUNS = 128
const HOSTILE_RUNS = 5
const GOAL_RATIO = 10
const GOAL_HOSTILE_MS = 300
const GOAL_HELD_MS = 50

printHeading({ commits: `${COMMITS} of each size, the median` })
const updates = []
for (const size of SIZES) updates.push(await measureUpdates(size))
printTable(
  ['update commit', 'service', 'ts-mls + WebCrypto', 'ratio', 'opened cold', 'goal'],
  updates.map(({ members, own, reference, ratio, cold }) => [
    `${members} members`,
    ms(own),
    ms(reference),
    `${ratio.toFixed(1)} ×`,
    ms(cold),
    `≥ ${GOAL_RATIO} × ${verdict(ratio >= GOAL_RATIO, `${members} members ≥ ${GOAL_RATIO} × ts-mls`)}`,
  ]),
)
const hostile = await measureHostile()
printTable(
  ['GroupInfo of 1,000 leaves from outside', 'in all', 'event loop held', 'goal'],
  hostile.map(({ shape, took, held }) => {
    const goal = `≤ ${GOAL_HOSTILE_MS} ms, ≤ ${GOAL_HELD_MS} ms`
    const fits = took <= GOAL_HOSTILE_MS && held <= GOAL_HELD_MS
    return [
      shape,
      ms(took),
      ms(held),
      `${goal} ${verdict(fits, `a hostile tree, ${shape}: ${goal}`)}`,
    ]
  }),
)
keepResults('commit', { updates, hostile })

async function measureUpdates(members: number) {
  const group = buildGroup(members, 'full')
  const { groupInfo } = group
  const updates = await makeUpdates(groupInfo, group.members, COMMITS)
  for (let i = 0; i < WARM_UP_RUNS; i++) await follow(groupInfo, updates.slice(0, 1), i % 16 > 0)
  const { own, reference } = await follow(groupInfo, updates)
  const cold = median(Array.from({ length: 5 }, () => time(() => openStored(groupInfo).tree.hash)))
  return { members, own, reference, ratio: reference / own, cold }
}

/** Both check each commit in turn, so that what else the machine does meets both. */
async function follow(
  groupInfo: Uint8Array,
  updates: readonly Update[],
  onlyOwn = false,
): Promise<{ own: number; reference: number }> {
  const suite = await suiteOf(DEFAULT_SUITE)
  let group = openStored(groupInfo)
  let theirs = referenceState(groupInfo)
  const own: number[] = []
  const reference: number[] = []
  for (const { change, sender } of updates) {
    const begun = performance.now()
    const verified = verifyCommit(group, change, {
      now: new Date(),
      sender: sender.did,
      framing: 'public',
      suites: SUITE_NAMES,
    })
    own.push(performance.now() - begun)
    if (!verified.ok) throw new Error(verified.refusal.detail)
    group = verified.value.next
    if (onlyOwn) continue
    const begunTheirs = performance.now()
    theirs = await verifyByTsMls(theirs, change, suite)
    reference.push(performance.now() - begunTheirs)
  }
  return { own: median(own), reference: median(reference) }
}

/** In a thread, as the service does it. */
async function measureHostile() {
  await using verifier = new Verifier()
  await verifier.openUntrusted(buildGroup(2, 'chained').groupInfo)
  const results = []
  for (const shape of ['blank', 'full', 'chained'] satisfies Shape[]) {
    const { groupInfo } = buildGroup(1_000, shape)
    const runs: { took: number; held: number }[] = []
    for (let i = 0; i < HOSTILE_RUNS; i++) runs.push(await openInThread(verifier, groupInfo))
    const took = median(runs.map((run) => run.took))
    const held = median(runs.map((run) => run.held))
    results.push({ shape, took, held })
  }
  return results
}

async function openInThread(verifier: Verifier, groupInfo: Uint8Array) {
  const delay = monitorEventLoopDelay({ resolution: 1 })
  delay.enable()
  const begun = performance.now()
  await verifier.openUntrusted(groupInfo)
  const took = performance.now() - begun
  // The histogram learns of a delay when the loop turns again.
  await new Promise((resolve) => setTimeout(resolve, 5))
  delay.disable()
  return { took, held: delay.max / 1e6 }
}

function time(work: () => unknown): number {
  const begun = performance.now()
  work()
  return performance.now() - begun
}

function ms(value: number): string {
  return `${value.toFixed(2)} ms`
}
