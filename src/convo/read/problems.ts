import type { PendingReason, WelcomeState } from '../../db/schema.js'
import { type DeviceRow, hasKey } from '../../devices/device-row.js'
import type { Epoch } from '../../lib/ids.js'

/** What is known of a device in a conversation that its account is a member of. */
export interface Facts {
  device: Pick<DeviceRow, 'signature_key'>
  leaf: DeviceLeaf | undefined
  /** Where it has no leaf: what became of its newest welcome. */
  lastWelcome: WelcomeState | undefined
  /** The group was replaced since the account came in. */
  wasReset: boolean
  convo: { generation: number; epoch: Epoch }
  /** Where the device says that it is. */
  reported: { generation: number; epoch?: Epoch | undefined }
  now: Date
}

export interface DeviceLeaf {
  signature_key: Uint8Array
  pending_reason: PendingReason | null
  /** Null for a device that came in by itself, or founded the group. */
  broughtBy: Brought | null
}

export interface Brought {
  state: WelcomeState
  /** RFC 3339. */
  expiresAt: string
}

/** `blue.catbird.mls.defs#convoProblem`; a vocabulary that its lexicon lists. */
export interface ConvoProblem {
  problem: keyof typeof REMEDIES
  remedy: (typeof REMEDIES)[keyof typeof REMEDIES]
}

/** The method that cures it; `addMembers` is for another device to call. */
const REMEDIES = {
  leafMissing: 'joinConvo',
  leafPendingRemoval: 'addMembers',
  leafKeyMismatch: 'joinConvo',
  welcomePending: 'getWelcomes',
  welcomeExpired: 'joinConvo',
  welcomeFailed: 'joinConvo',
  welcomeSuperseded: 'joinConvo',
  groupReset: 'joinConvo',
  epochBehind: 'getMessages',
  epochAhead: 'joinConvo',
} as const

/** What is wrong, the first cure first. Pure. */
export function convoProblems(facts: Facts): ConvoProblem[] {
  const found = problemsOfLeaf(facts)
  const names = found.length > 0 ? found : problemsOfState(facts)
  return names.map((problem) => ({ problem, remedy: REMEDIES[problem] }))
}

function problemsOfLeaf({ device, leaf, now, ...lost }: Facts): ConvoProblem['problem'][] {
  if (!leaf) {
    return [
      ...(lost.wasReset ? (['groupReset'] as const) : []),
      ...(lost.lastWelcome === 'superseded' ? (['welcomeSuperseded'] as const) : []),
      'leafMissing',
    ]
  }
  if (leaf.pending_reason !== null) return ['leafPendingRemoval']
  if (!hasKey(device, leaf.signature_key)) return ['leafKeyMismatch']
  if (leaf.broughtBy?.state === 'failed') return ['welcomeFailed']
  if (leaf.broughtBy?.state !== 'pending') return []
  return [new Date(leaf.broughtBy.expiresAt) > now ? 'welcomePending' : 'welcomeExpired']
}

/** The leaf is well: what is left is where the device says that it is. */
function problemsOfState({ convo, reported }: Facts): ConvoProblem['problem'][] {
  if (reported.generation < convo.generation) return ['groupReset']
  if (reported.generation > convo.generation) return ['epochAhead']
  if (reported.epoch === undefined || reported.epoch === convo.epoch) return []
  return [reported.epoch < convo.epoch ? 'epochBehind' : 'epochAhead']
}
