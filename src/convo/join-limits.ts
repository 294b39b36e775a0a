import type { Allowances } from '../backend/allowances.js'
import { RateLimitExceededError } from '../errors.js'
import type { ConvoId, DeviceId, Did } from '../lib/ids.js'

const WINDOW_MS = 60_000
const JOINS_PER_DEVICE_MAX = 3
const JOINS_PER_CONVO_MAX = 10

/** Devices that cannot follow and join again and again would end epoch after epoch for all others. */
export interface JoinLimits {
  /** @throws {RateLimitExceededError} above 3 a minute and device, or 10 a minute and conversation. */
  admit(convoId: ConvoId, did: Did, deviceId: DeviceId): Promise<void>
}

export function createJoinLimits(allowances: Allowances): JoinLimits {
  async function take(kind: string, subject: string, limit: number): Promise<void> {
    const allowance = await allowances.take(kind, subject, limit, WINDOW_MS)
    if (allowance.allowed) return
    throw new RateLimitExceededError(
      `Too many external commits; try again in ${Math.ceil(allowance.resetsInMs / 1000)} s`,
      allowance,
    )
  }
  return {
    async admit(convoId, did, deviceId) {
      await take('join-device', `${did}#${deviceId}`, JOINS_PER_DEVICE_MAX)
      await take('join-convo', convoId, JOINS_PER_CONVO_MAX)
    },
  }
}
