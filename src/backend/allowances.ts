import { hash } from 'node:crypto'
import { LRUCache } from 'lru-cache'
import type { Backend, Counter, WindowCount } from './backend.js'
import { createMemoryBackend } from './memory-backend.js'

/** How often something may still happen, counted over all instances. */
export interface Allowances {
  /**
   * Takes one from the `limit` that `subject` has of `kind` in each window. While the shared store
   * is away, each instance gives out its share of the limit by itself.
   */
  take(kind: string, subject: string, limit: number, windowMs: number): Promise<Allowance>
}

export interface Allowance {
  allowed: boolean
  limit: number
  /** How many are left in this window. */
  remaining: number
  windowMs: number
  resetsInMs: number
}

export function createAllowances(backend: Backend): Allowances {
  const local = createMemoryBackend()
  return {
    async take(kind, subject, limit, windowMs) {
      const { key } = counterOf(kind, subject, windowMs)
      try {
        return allowanceOf(await backend.count(key, windowMs), limit, windowMs)
      } catch {
        const share = Math.max(1, Math.floor(limit / backend.instances))
        return allowanceOf(await local.count(key, windowMs), share, windowMs)
      }
    },
  }
}

/** What a store counts by, for `subject` and `kind`, so that it can do so along with something else. */
export function counterOf(kind: string, subject: string, windowMs: number): Counter {
  return { key: `rate:${kind}:${digestOf(subject)}`, windowMs }
}

/** So that a key's size does not depend on the subject, and tells nothing. */
function digestOf(subject: string): string {
  let digest = digests.get(subject)
  if (digest === undefined) {
    digest = hash('sha256', subject, 'base64url').slice(0, 22)
    digests.set(subject, digest)
  }
  return digest
}

/** Whoever calls calls again. */
const digests = new LRUCache<string, string>({ max: 10_000 })

/** What a count leaves of `limit`. */
export function allowanceOf(
  { count, resetsInMs }: WindowCount,
  limit: number,
  windowMs: number,
): Allowance {
  const remaining = Math.max(0, limit - count)
  return { allowed: count <= limit, limit, remaining, windowMs, resetsInMs }
}
