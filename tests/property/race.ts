import { expect } from 'vitest'
import { patiently } from '../support/client-retry.js'
import { accept, refusalOf } from './delivery.js'
import { draft, lease } from './draft.js'
import type { Walk } from './walk.js'
import type { Walker } from './walker.js'

const RACERS_MAX = 4
const ERRORS = ['EpochMismatch', 'PendingRemovals', 'NotAdmin', 'NotMember', 'Forbidden']

/**
 * Several commits for one epoch at once: one wins. Somebody may leave meanwhile, and the service may
 * be restarted under them.
 */
export async function race(walk: Walk): Promise<void> {
  const { random, model } = walk
  const racers = await getReady(walk)
  if (racers.length < 2) return
  const refusals = racers.map(({ intent }) => refusalOf(walk, intent!))
  const leaver = random.int(3) === 0 ? random.pick(model.members).did : undefined
  const restarts = random.int(6) === 0 && walk.counted('restarts in a race') === 0
  if (restarts) walk.count('restarts in a race')
  const [outcomes, leftSeq] = await Promise.all([
    Promise.all(racers.map((walker) => walker.send(walker.intent!))),
    leaver === undefined ? undefined : askToLeave(walk, leaver),
    restarts ? walk.stage.service.restart() : undefined,
  ])

  for (const outcome of outcomes) {
    walk.count(`race: ${outcome.ok ? 'won' : outcome.error}`)
    if (!outcome.ok) expect(ERRORS).toContain(outcome.error)
  }
  const won = outcomes.findIndex(({ ok }) => ok)
  expect(outcomes.filter(({ ok }) => ok).length).toBe(won < 0 ? 0 : 1)
  if (leaver === undefined) {
    expect(won >= 0).toBe(refusals.includes(undefined))
    if (won >= 0) expect(refusals[won]).toBeUndefined()
  }
  const winner = outcomes[won]
  const wonFirst = winner?.ok === true && leftSeq !== undefined && winner.seq <= leftSeq
  if (leaver !== undefined && !wonFirst) model.leave(leaver)
  if (winner?.ok) accept(walk, racers[won]!.intent!, winner)
  if (leaver !== undefined && wonFirst) model.leave(leaver)
  if (leaver !== undefined) walk.drop(leaver)
  await walk.observe()
  for (const [at, walker] of racers.entries()) {
    if (random.int(4) > 0) await walker.settle(outcomes[at]!)
  }
}

async function getReady(walk: Walk): Promise<Walker[]> {
  const racers = new Set<Walker>()
  for (let i = 0; i < RACERS_MAX; i++) {
    const walker = await walk.actor()
    if (walker) racers.add(walker)
  }
  // With nobody to race against, nothing is written down.
  if (racers.size < 2) return []
  for (const walker of racers) {
    const add = walk.random.int(2) === 0 ? await lease(walk, walker) : []
    walker.intent = await draft(walk, walker, { add })
  }
  return [...racers]
}

async function askToLeave(walk: Walk, did: string): Promise<number> {
  const { convoId } = walk
  const { seq } = await patiently(() => walk.apiOf(did).procedure('leaveConvo', { convoId }))
  walk.count('left in a race')
  return seq
}
