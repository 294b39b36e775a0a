import type { Stage } from '../stage/stage.js'

/** One promise of the contract, and how to see from outside whether it is kept. */
export interface Check {
  /** Stable: `<group>.<name>`. */
  id: string
  /** What is promised, in a sentence. */
  promise: string
  /** Section and number in the contract: `§2.1`. */
  contract: string
  /** Where to look if it is not kept. */
  hint: string
  /** Throws a `Finding`, or a `NotApplicable`. */
  run(stage: Stage): Promise<void>
  /** Looks at the answers of all others, and so comes after them. */
  last?: true
}

/** Checks of one part of the contract, by their names within it. */
export function group(name: string, checks: Record<string, Omit<Check, 'id'>>): Check[] {
  return Object.entries(checks).map(([id, check]) => ({ id: `${name}.${id}`, ...check }))
}
