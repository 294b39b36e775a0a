import { setTimeout as sleep } from 'node:timers/promises'
import { TimeoutError } from '../../src/lib/within.js'
import { UpgradeRefused } from './client-stream.js'
import { XrpcFailure } from './client.js'

const RETRY_FOR_MS = 120_000
const RETRY_EVERY_MS = 50

/**
 * Repeats a call while the service cannot be reached or says that it is unavailable, and with a new token
 * where the store of used ones has begun anew. The caller gives the same bytes each time: that is what
 * makes it safe.
 */
export async function patiently<T>(call: () => Promise<T>): Promise<T> {
  const deadline = performance.now() + RETRY_FOR_MS
  for (;;) {
    try {
      return await call()
    } catch (error) {
      if (!isAway(error) || performance.now() > deadline) throw error
      await sleep(RETRY_EVERY_MS)
    }
  }
}

export function isFailure(error: unknown, name: string): error is XrpcFailure {
  return error instanceof XrpcFailure && error.error === name
}

/** The connection was refused or cut, the answer was 503, or the caller would wait no longer. */
function isAway(error: unknown): boolean {
  if (error instanceof XrpcFailure || error instanceof UpgradeRefused) {
    return error.status === 503 || error.error === 'ReplayedToken'
  }
  if (!(error instanceof Error)) return false
  if (error instanceof TimeoutError) return true
  // `fetch` wraps the cause: "fetch failed" before the answer, "terminated" in the middle of it.
  if (error instanceof TypeError) return /^(?:fetch failed|terminated)$/.test(error.message)
  const { code } = error as NodeJS.ErrnoException
  return code === 'ECONNREFUSED' || code === 'ECONNRESET'
}
