import { LRUCache } from 'lru-cache'
import type { Did } from '../lib/ids.js'
import { TimeoutError, within } from '../lib/within.js'
import { LookupError } from './lookup-error.js'
import type { Repos } from './repos.js'

/** Whom an account lets add it, as the `blue.catbird.mls.declaration` in its own repository says. */
export type AllowIncoming = 'all' | 'following' | 'none'

export interface Declarations {
  /**
   * Undefined where there is no declaration, or none that can be read now; the last one that was read
   * goes on to count while its repository is out of reach.
   */
  of(did: Did): Promise<AllowIncoming | undefined>
}

export function createDeclarations(
  repos: Pick<Repos, 'getRecord'>,
  now: () => number = () => performance.now(),
): Declarations {
  // Concurrent callers share one question; a new one is asked only when the answer is too old.
  const answers = new LRUCache<Did, Answer>({
    max: MAX_ACCOUNTS,
    ttl: FRESH_MS,
    ttlResolution: 0,
    perf: { now },
    async fetchMethod(did, last, { options }) {
      try {
        const record = await within(PATIENCE_MS, repos.getRecord(did, COLLECTION, 'self'))
        return { allowed: allowedBy(record) }
      } catch (error) {
        if (!(error instanceof LookupError || error instanceof TimeoutError)) throw error
        options.ttl = RETRY_MS
        return last ?? { allowed: undefined }
      }
    },
  })
  return { of: async (did) => (await answers.fetch(did))?.allowed }
}

/** A value of a later version counts as none that this one knows. */
function allowedBy(record: unknown): AllowIncoming | undefined {
  const { $type, allowIncoming } = (record ?? {}) as Record<string, unknown>
  if ($type !== COLLECTION) return undefined
  return ALLOWED.find((value) => value === allowIncoming)
}

const COLLECTION = 'blue.catbird.mls.declaration'
const ALLOWED: readonly AllowIncoming[] = ['all', 'following', 'none']

const MAX_ACCOUNTS = 10_000
export const FRESH_MS = 60_000
export const RETRY_MS = 10_000
/** For DID document and record together: whoever adds the account waits for it. */
const PATIENCE_MS = 4000

interface Answer {
  allowed: AllowIncoming | undefined
}
