import { hash } from 'node:crypto'
import type { Backend, Counter, WindowCount } from '../backend/backend.js'
import { JwtExpiredError, ReplayedTokenError } from '../errors.js'
import { MAX_LIFE_MS, SKEW_MS, type Claims } from './claims.js'

/**
 * Uses a token up, on all instances, after its signature was checked: (`iss`, `jti`) is remembered
 * until the token expires and at least `atLeastMs`. Gives the count of `counter`, which a token
 * that is good goes into in the same step; undefined where there is none, or no `jti` to remember.
 * Rejects with `ServiceUnavailable` when the store is away; nothing is accepted unremembered.
 */
export async function useUp(
  backend: Backend,
  claims: Claims,
  atLeastMs: number,
  counter?: Counter,
): Promise<WindowCount | undefined> {
  const { iss, jti, exp } = claims
  if (jti === undefined) return undefined
  const { use, count } = await backend.useOnce(usedKey(iss, jti), {
    fromMs: usableFrom(claims),
    // By the store's clock an entry is forgotten when its token has expired by the same clock: an
    // instance whose own clock is behind accepts nothing that the store has forgotten.
    untilMs: exp * 1000 + SKEW_MS,
    atLeastMs,
    counter,
  })
  switch (use) {
    case 'first':
      return count
    case 'used':
      throw new ReplayedTokenError('The token was used before; get a new one for each call.')
    case 'forgotten':
      throw new ReplayedTokenError('The token is older than the service’s restart; get a new one.')
    case 'over':
      throw new JwtExpiredError('The token has expired; get a new one for each call.')
  }
}

/**
 * When the token was made (Unix milliseconds). Without `iat` only its end tells its age: it was
 * made after the moment that is a token's longest life before it.
 *
 * @NOTE An issuer whose clock is ahead makes tokens that can be used, for as long as the skew that
 * is allowed, before the moment that `iat` says. One that was used within that time before a store
 * came back empty can be used once more. To take the skew off `iat` would close this, and refuse
 * everybody for a minute after each restart.
 */
function usableFrom({ iat, exp }: Claims): number {
  if (iat !== undefined) return iat * 1000
  return exp * 1000 - MAX_LIFE_MS - SKEW_MS - 1
}

/** 128 bits of a hash, so that an entry's size does not depend on the token, and tells nothing. */
function usedKey(iss: string, jti: string): string {
  const digest = hash('sha256', `${iss}\0${jti}`, 'buffer')
  return `jti:${digest.toString('base64url', 0, 16)}`
}
