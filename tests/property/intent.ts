import { sha256 } from '../../src/convo/hash-chain.js'
import {
  hex,
  identityOf,
  readKeyPackage,
  type Change,
  type TestGroup,
} from '../support/mls/index.js'
import type { Plan } from './roster-model.js'

/** A request that a device has written down before it sends it. */
export interface Intent {
  method: 'addMembers' | 'removeMembers' | 'submitCommit' | 'joinConvo' | 'resetConvo'
  input: { convoId: string; change?: Change; genesis?: Uint8Array; didList?: string[] }
  plan: Plan
  /** Where the group was when it was built; of a reset, the generation that it would make. */
  generation: number
  epoch: number
  /** The state that it makes, where it does not follow from one that the device has. */
  group?: TestGroup
}

export type Outcome =
  { ok: true; seq: number; newEpoch: number; groupId?: string } | { ok: false; error: string }

export function nothing({ name }: { name: string }): Plan {
  return { actor: name, adds: [], removes: [], changesContext: false, external: false, named: [] }
}

/** The same for the same bytes. */
export function keyOf({ input }: Intent): string {
  return hex(sha256(input.genesis ?? input.change!.commit))
}

export function commitId({ commit }: Change): string {
  return hex(sha256(commit))
}

/** `<did>#<deviceId>` that a key package is for. */
export function nameIn(keyPackage: Uint8Array): string {
  return identityOf(readKeyPackage(keyPackage).leafNode.credential)
}
