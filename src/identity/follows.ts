import type { Did } from '../lib/ids.js'
import { TimeoutError, within } from '../lib/within.js'
import { LookupError } from './lookup-error.js'
import type { Repos } from './repos.js'

const COLLECTION = 'app.bsky.graph.follow'
/** Of 100 follows each. */
const PAGES_MAX = 10
const PATIENCE_MS = 4000

/**
 * Whether `did` follows `other`, by the records in its own repository: the newest thousand. What cannot
 * be read in time is no follow.
 */
export async function followsByRepo(repos: FollowRepos, did: Did, other: Did): Promise<boolean> {
  try {
    return await within(PATIENCE_MS, hasFollow(repos, did, other))
  } catch (error) {
    if (error instanceof LookupError || error instanceof TimeoutError) return false
    throw error
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

type FollowRepos = Pick<Repos, 'listRecords'>
