import { LRUCache } from 'lru-cache'
import type { Did } from '../lib/ids.js'
import { TimeoutError, within } from '../lib/within.js'
import { LookupError } from './lookup-error.js'
import type { Repos } from './repos.js'

export interface Follows {
  /**
   * Whether `did` follows `other`, by the records in its own repository: the newest thousand. What cannot
   * be read in time is no follow.
   */
  of(did: Did, other: Did): Promise<boolean>
}

export function createFollows(
  repos: FollowRepos,
  now: () => number = () => performance.now(),
): Follows {
  // Up to ten pages for each pair: concurrent callers share them, and so does who asks again soon.
  const answers = new LRUCache<string, { follows: boolean }, Pair>({
    max: MAX_PAIRS,
    ttl: FRESH_MS,
    ttlResolution: 0,
    perf: { now },
    async fetchMethod(_key, _last, { options, context: { did, other } }) {
      try {
        return { follows: await within(PATIENCE_MS, hasFollow(repos, did, other)) }
      } catch (error) {
        if (!(error instanceof LookupError || error instanceof TimeoutError)) throw error
        options.ttl = RETRY_MS
        return { follows: false }
      }
    },
  })
  return {
    async of(did, other) {
      const answer = await answers.fetch(`${did} ${other}`, { context: { did, other } })
      return answer?.follows ?? false
    },
  }
}

async function hasFollow(repos: FollowRepos, did: Did, other: Did): Promise<boolean> {
  let cursor: string | undefined
  for (let page = 1; page <= PAGES_MAX; page++) {
    const { values, cursor: next } = await repos.listRecords(did, COLLECTION, cursor)
    if (values.some((value) => subjectOf(value) === other)) return true
    if (next === undefined || next === cursor) return false
    cursor = next
  }
  return false
}

function subjectOf(value: unknown): unknown {
  return (value as { subject?: unknown } | null)?.subject
}

const COLLECTION = 'app.bsky.graph.follow'
/** Of 100 follows each. */
const PAGES_MAX = 10
const PATIENCE_MS = 4000
const MAX_PAIRS = 10_000
/** As long as a declaration is believed. */
export const FRESH_MS = 60_000
export const RETRY_MS = 10_000

interface Pair {
  did: Did
  other: Did
}

type FollowRepos = Pick<Repos, 'listRecords'>
