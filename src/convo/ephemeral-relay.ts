import type { Allowances } from '../backend/allowances.js'
import { RateLimitExceededError } from '../errors.js'
import type { EphemeralRelay } from './send-ephemeral.js'

const WINDOW_MS = 1_000
const PER_SECOND_MAX = 5

/** Relays through `publish`, at most 5 a second and account. */
export function createEphemeralRelay(
  allowances: Allowances,
  publish: EphemeralRelay['publish'],
): EphemeralRelay {
  return {
    async admit(sender) {
      const allowance = await allowances.take('ephemeral', sender, PER_SECOND_MAX, WINDOW_MS)
      if (allowance.allowed) return
      throw new RateLimitExceededError(
        `At most ${PER_SECOND_MAX} ephemeral messages a second`,
        allowance,
      )
    },
    publish,
  }
}
