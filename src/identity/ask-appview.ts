import type { Did } from '../lib/ids.js'
import { bounded } from './bounded.js'
import { fetchJson } from './fetch-json.js'
import { LookupError } from './lookup-error.js'
import type { Relationship } from './relationships.js'

/** As many as `app.bsky.graph.getRelationships` takes. */
export const OTHERS_MAX = 30
const QUESTIONS_MAX = 256

/**
 * One `app.bsky.graph.getRelationships`. The operator chose the AppView, so it may be anywhere, also on
 * loopback. Those whom it does not know are absent.
 */
export const askAppview = bounded(getRelationships, QUESTIONS_MAX)

async function getRelationships(
  appviewUrl: string,
  actor: Did,
  others: readonly Did[],
): Promise<Map<string, Relationship>> {
  const url = new URL(`${appviewUrl}/xrpc/app.bsky.graph.getRelationships`)
  url.searchParams.append('actor', actor)
  for (const other of others) url.searchParams.append('others', other)
  try {
    const answer = (await fetchJson(globalThis.fetch, url)) as { relationships?: unknown } | null
    const list = answer?.relationships
    if (!Array.isArray(list)) throw new LookupError('the AppView answered something else')
    return new Map(list.filter(isRelationship).map((raw) => [raw.did, toRelationship(raw)]))
  } catch (error) {
    // An account that never was on that network has no relationships there.
    const isUnknown = error instanceof LookupError && error.refusal?.error === 'ActorNotFound'
    if (isUnknown) return new Map()
    throw error
  }
}

/** The others are `notFoundActor`, which has no `did`. */
function isRelationship(raw: unknown): raw is RawRelationship {
  return typeof (raw as { did?: unknown } | null)?.did === 'string'
}

/** Each field is the AT-URI of the record that makes it so, or absent. */
function toRelationship(raw: RawRelationship): Relationship {
  return {
    follows: Boolean(raw.following),
    followedBy: Boolean(raw.followedBy),
    blocks: Boolean(raw.blocking) || Boolean(raw.blockingByList),
    blockedBy: Boolean(raw.blockedBy) || Boolean(raw.blockedByList),
  }
}

type RawRelationship = { did: string } & Partial<Record<RawField, unknown>>
type RawField =
  'following' | 'followedBy' | 'blocking' | 'blockedBy' | 'blockingByList' | 'blockedByList'
