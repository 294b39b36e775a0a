import type { Allowances } from '../../backend/allowances.js'
import { RateLimitExceededError } from '../../errors.js'
import type { Did } from '../../lib/ids.js'

const WINDOW_MS = 60_000
const PREVIEWS_PER_ACCOUNT_MAX = 20

/** Each preview gives away a whole group's public state, and each wrong secret is a guess. */
export interface PreviewLimits {
  /** @throws {RateLimitExceededError} above 20 a minute and account. */
  admit(did: Did): Promise<void>
}

export function createPreviewLimits(allowances: Allowances): PreviewLimits {
  return {
    async admit(did) {
      const kind = 'preview-invite'
      const { allowed, resetsInMs } = await allowances.take(
        kind,
        did,
        PREVIEWS_PER_ACCOUNT_MAX,
        WINDOW_MS,
      )
      if (allowed) return
      throw new RateLimitExceededError(
        `Too many previews of invites; try again in ${Math.ceil(resetsInMs / 1000)} s`,
      )
    },
  }
}
