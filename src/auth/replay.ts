import { hash } from 'node:crypto'
import type { Backend } from '../backend/backend.js'
import { JwtExpiredError, ReplayedTokenError } from '../errors.js'
import { MAX_LIFE_MS, SKEW_MS, type Claims } from './claims.js'

/**
 * Uses a token up, on all instances, after its signature was checked: (`iss`, `jti`) is remembered
 * until the token expires and at least `atLeastMs`. Rejects with `ServiceUnavailable` when the
 * store is away; nothing is accepted unremembered.
 */
export async function useUp(backend: Backend, claims: Claims, atLeastMs: number): Promise<void> {
  if (claims.jti === undefined) return
  const untilMs = claims.exp * 1000 + SKEW_MS
  const key = usedKey(claims.iss, claims.jti)
  const { use, sinceMs, nowMs } = await backend.useOnce(key, untilMs, atLeastMs)
  if (use === 'used') {
    throw new ReplayedTokenError('The token was used before; get a new one for each call.')
  }
  if (mayPredate(claims, sinceMs)) {
    throw new ReplayedTokenError('The token is older than the service’s restart; get a new one.')
  }
  // By the store's clock an entry is forgotten when its token has expired by the same clock: an
  // instance whose own clock is behind accepts nothing that the store has forgotten.
  if (nowMs >= untilMs) {
    throw new JwtExpiredError('The token has expired; get a new one for each call.')
  }
}

/**
 * Whether the token may have been used before the store began to remember. Without `iat` only its
 * end tells its age: one that ends more than a token's life after the beginning is younger.
 */
function mayPredate({ iat, exp }: Claims, sinceMs: number): boolean {
  if (iat !== undefined) return iat * 1000 < sinceMs
  return exp * 1000 <= sinceMs + MAX_LIFE_MS + SKEW_MS
}

/** 128 bits of a hash, so that an entry's size does not depend on the token, and tells nothing. */
function usedKey(iss: string, jti: string): string {
  const digest = hash('sha256', `${iss}\0${jti}`, 'buffer')
  return `jti:${digest.toString('base64url', 0, 16)}`
}
