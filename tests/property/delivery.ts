import { expect } from 'vitest'
import { commitId, keyOf, type Intent, type Outcome } from './intent.js'
import { didOf } from './roster-model.js'
import type { Walk } from './walk.js'
import type { Walker } from './walker.js'

/** Writes the request down and sends it, or crashes before that, or before it has read the answer. */
export async function deliver(walk: Walk, walker: Walker, intent: Intent): Promise<void> {
  walker.intent = intent
  const mode = walk.nextMode()
  walk.count(mode)
  if (mode === 'crash before sending') return
  const outcome = await send(walk, walker, intent, mode === 'sent twice' ? 2 : 1)
  if (mode !== 'crash before reading the answer') await walker.settle(outcome)
}

/** A device goes on with what it had written down: it looks into the log first, or just sends it. */
export async function wake(walk: Walk, walker: Walker): Promise<void> {
  walk.trace.push(`wake ${walker.name}`)
  const intent = walker.intent!
  if (intent.group === undefined && walk.random.int(2) === 0) {
    await walker.catchUp()
    if (walker.convo?.group.staged === undefined) {
      walk.count('found out by the log')
      walker.intent = undefined
      return
    }
  }
  walk.count('sent again')
  await walker.settle(await send(walk, walker, intent))
}

/** The service answers as the model says; where it refuses, or has answered before, nothing changes. */
export async function send(
  walk: Walk,
  walker: Walker,
  intent: Intent,
  copies = 1,
): Promise<Outcome> {
  const known = walk.accepted.get(keyOf(intent))
  const refusal = known ? undefined : refusalOf(walk, intent)
  const before = await walk.stage.stored()
  const outcomes = await Promise.all(Array.from({ length: copies }, () => walker.send(intent)))
  const [outcome] = outcomes as [Outcome]
  for (const other of outcomes) expect(other).toEqual(outcome)
  walk.trace.push(`${intent.method} by ${walker.name}: ${outcome.ok ? outcome.seq : outcome.error}`)
  if (outcome.ok && known === undefined) {
    expect(refusal).toBeUndefined()
    accept(walk, intent, outcome)
    await walk.observe()
    return outcome
  }
  if (outcome.ok) {
    // That of a reset is the conversation's view, which goes on.
    if (intent.method !== 'resetConvo') expect(outcome).toEqual(known)
  } else if (!(intent.method === 'joinConvo' && outcome.error === 'RateLimitExceeded')) {
    expect(outcome.error).toBe(refusal)
  }
  walk.count(outcome.ok ? 'answered again' : `refused: ${outcome.error}`)
  expect(await walk.stage.stored()).toEqual(before)
  return outcome
}

/** The error that this gets now, by the contract. */
export function refusalOf({ model }: Walk, intent: Intent): string | undefined {
  const { method, plan, generation, epoch } = intent
  const member = model.member(didOf(plan.actor))
  if (!member) return 'NotMember'
  if (model.closed) return 'Forbidden'
  if (method === 'resetConvo') {
    if (member.role !== 'admin') return 'NotAdmin'
    if (model.deleted.has(plan.actor)) return 'DeviceUnknown'
    return plan.adds.some((name) => model.deleted.has(name)) ? 'InvalidKeyPackage' : undefined
  }
  if (generation !== model.generation || epoch !== model.epoch) return 'EpochMismatch'
  return model.refusalOf(plan)
}

/** The model follows what was accepted. */
export function accept(walk: Walk, intent: Intent, outcome: Outcome & { ok: true }): void {
  const { model } = walk
  const { change } = intent.input
  walk.accepted.set(keyOf(intent), outcome)
  if (intent.method === 'resetConvo') {
    model.reset(intent.plan.actor)
    expect(outcome.seq).toBe(model.lastSeq)
  }
  if (change !== undefined) {
    model.commit(intent.plan, change)
    walk.acknowledge(commitId(change))
    if (intent.method !== 'resetConvo') expect(outcome.seq).toBe(model.lastSeq)
  }
  expect(outcome.newEpoch).toBe(model.epoch)
  walk.count(`accepted: ${intent.method}`)
}

export const MODES = [
  'sent',
  'sent twice',
  'crash before sending',
  'crash before reading the answer',
] as const
export type Mode = (typeof MODES)[number]
