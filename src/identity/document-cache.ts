import { LRUCache } from 'lru-cache'
import type { Did } from '../lib/ids.js'
import type { AccountDocument } from './account-document.js'
import { LookupError } from './lookup-error.js'
import type { Lookup } from './lookup.js'

/**
 * Documents by DID. A document younger than `STALE_AFTER_MS` is served as it is; up to `MAX_AGE_MS`
 * it is still served, while one lookup in the background renews it; an older one is never served.
 * Concurrent callers share one lookup, and a failure is remembered for `FAILURE_MS`.
 */
export class DocumentCache {
  readonly #lookup: Lookup
  readonly #now: () => number
  readonly #documents = new LRUCache<Did, Cached>({ max: MAX_DOCUMENTS })
  // Apart from the documents: a flood of tokens of made-up DIDs must not push those out.
  readonly #failures = new LRUCache<Did, Failure>({ max: MAX_DOCUMENTS })
  readonly #forced = new LRUCache<Did, number>({ max: MAX_DOCUMENTS })
  readonly #underWay = new Map<Did, Promise<AccountDocument>>()

  /** `now` is in milliseconds from anywhere, and never goes back. */
  constructor(lookup: Lookup, now: () => number = () => performance.now()) {
    this.#lookup = lookup
    this.#now = now
  }

  async get(did: Did): Promise<AccountDocument> {
    const cached = this.#documents.get(did)
    const age = cached ? this.#now() - cached.fetchedAt : Infinity
    if (cached && age < STALE_AFTER_MS) return cached.document
    const failure = this.#recentFailure(did)
    if (cached && age < MAX_AGE_MS) {
      // What it comes to is remembered; a failure leaves the document until it is too old.
      if (!failure) this.#load(did).catch(() => {})
      return cached.document
    }
    if (failure) throw new LookupError(failure.reason)
    return this.#load(did)
  }

  /**
   * The document looked up anew, for a key that does not fit; at most once per `FORCED_PAUSE_MS` and
   * DID, in between what `get` gives.
   */
  async getAnew(did: Did): Promise<AccountDocument> {
    const forcedAt = this.#forced.get(did) ?? -Infinity
    if (this.#now() - forcedAt < FORCED_PAUSE_MS) return this.get(did)
    this.#forced.set(did, this.#now())
    return this.#load(did)
  }

  #recentFailure(did: Did): Failure | undefined {
    const failure = this.#failures.get(did)
    return failure && this.#now() - failure.at < FAILURE_MS ? failure : undefined
  }

  #load(did: Did): Promise<AccountDocument> {
    const underWay = this.#underWay.get(did)
    if (underWay) return underWay
    const loading = this.#loadNow(did).finally(() => this.#underWay.delete(did))
    this.#underWay.set(did, loading)
    return loading
  }

  async #loadNow(did: Did): Promise<AccountDocument> {
    // The age counts from the question, not from the answer.
    const fetchedAt = this.#now()
    try {
      const document = await this.#lookup(did)
      this.#documents.set(did, { document, fetchedAt })
      this.#failures.delete(did)
      return document
    } catch (error) {
      if (!(error instanceof LookupError)) throw error
      if (error.gone) this.#documents.delete(did)
      if (!error.untried) this.#failures.set(did, { reason: error.message, at: this.#now() })
      throw error
    }
  }
}

export const MAX_DOCUMENTS = 10_000
export const STALE_AFTER_MS = 3 * 60_000
/** After a key rotation the old key is good for no longer than this. */
export const MAX_AGE_MS = 5 * 60_000
export const FAILURE_MS = 30_000
export const FORCED_PAUSE_MS = 60_000

interface Cached {
  document: AccountDocument
  fetchedAt: number
}

interface Failure {
  reason: string
  at: number
}
