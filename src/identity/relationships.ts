import { LRUCache } from 'lru-cache'
import type { Did } from '../lib/ids.js'
import { within } from '../lib/within.js'
import { askAppview, OTHERS_MAX } from './ask-appview.js'

/** What the public network knows of two accounts, as seen from the first. */
export interface Relationship {
  follows: boolean
  followedBy: boolean
  /** By an account's own block, or by a list that it blocks with. */
  blocks: boolean
  blockedBy: boolean
}

export interface Relationships {
  /**
   * Of `actor` with each of `others`, at most 60 s old.
   *
   * @throws {LookupError | TimeoutError} when the AppView does not answer, or not all of it in time.
   */
  of(actor: Did, others: readonly Did[]): Promise<Map<Did, Relationship>>
}

/** Asks the AppView that the operator chose for public follows and blocks, in batches. */
export function createRelationships(
  appviewUrl: string,
  now: () => number = () => performance.now(),
): Relationships {
  const known = new LRUCache<string, Relationship>({
    max: MAX_PAIRS,
    ttl: FRESH_MS,
    ttlResolution: 0,
    perf: { now },
  })

  async function ask(actor: Did, others: readonly Did[]): Promise<[Did, Relationship][]> {
    // The age counts from the question, not from the answer.
    const start = now()
    const told = await askAppview(appviewUrl, actor, others)
    return others.map((other) => {
      const relationship = told.get(other) ?? STRANGERS
      known.set(`${actor} ${other}`, relationship, { start })
      known.set(`${other} ${actor}`, fromTheOther(relationship), { start })
      return [other, relationship]
    })
  }

  return {
    async of(actor, others) {
      const found = new Map<Did, Relationship>()
      for (const other of others) {
        const relationship = known.get(`${actor} ${other}`)
        if (relationship) found.set(other, relationship)
      }
      const batches = inBatches(others.filter((other) => !found.has(other)))
      const workers = Array.from({ length: AT_ONCE }, async () => {
        for (let batch = batches.shift(); batch; batch = batches.shift()) {
          for (const [other, relationship] of await ask(actor, batch)) {
            found.set(other, relationship)
          }
        }
      })
      await within(PATIENCE_MS, Promise.all(workers))
      return found
    },
  }
}

function inBatches(dids: readonly Did[]): Did[][] {
  const count = Math.ceil(dids.length / OTHERS_MAX)
  return Array.from({ length: count }, (_, i) => dids.slice(i * OTHERS_MAX, (i + 1) * OTHERS_MAX))
}

function fromTheOther({ follows, followedBy, blocks, blockedBy }: Relationship): Relationship {
  return { follows: followedBy, followedBy: follows, blocks: blockedBy, blockedBy: blocks }
}

const STRANGERS: Relationship = {
  follows: false,
  followedBy: false,
  blocks: false,
  blockedBy: false,
}

const MAX_PAIRS = 100_000
export const FRESH_MS = 60_000
/** Batches that are asked at the same time for one call. */
const AT_ONCE = 4
/** Whoever adds somebody waits for it, and a PDS in between waits ten seconds. */
const PATIENCE_MS = 6000
