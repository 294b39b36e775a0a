import { RateLimitExceededError } from '../errors.js'
import type { Did } from '../lib/ids.js'
import type { KeyDeps } from './deps.js'
import type { DeviceName } from './device-name.js'

const WINDOW_MS = 60 * 60 * 1000
const CLAIMS_OF_ONE_BY_ONE_MAX = 20
const CLAIMS_OF_ONE_MAX = 200

/**
 * Counts one claim for each account of which something was newly leased: nobody can drain another's
 * packages. An account's own devices are its own affair.
 *
 * @NOTE Called inside the transaction, on what it has leased: only that tells a claim from a
 * repetition, and a refusal undoes the leases.
 * @throws {RateLimitExceededError}
 */
export async function requireClaimsLeft(
  { backend }: Pick<KeyDeps, 'backend'>,
  caller: Did,
  fresh: readonly DeviceName[],
): Promise<void> {
  const targets = [...new Set(fresh.map(({ did }) => did))].filter((did) => did !== caller)
  await Promise.all(targets.map((target) => countClaim(backend, caller, target)))
}

async function countClaim(backend: KeyDeps['backend'], caller: Did, target: Did): Promise<void> {
  const pair = await backend.count(`claims:${target}:${caller}`, WINDOW_MS)
  if (pair.count > CLAIMS_OF_ONE_BY_ONE_MAX) {
    throw exceeded(
      `you may claim key packages of ${target} ${CLAIMS_OF_ONE_BY_ONE_MAX} times`,
      CLAIMS_OF_ONE_BY_ONE_MAX,
      pair,
    )
  }
  // After the pair's: one caller beyond its own limit does not use up the others' share.
  const all = await backend.count(`claims:${target}`, WINDOW_MS)
  if (all.count > CLAIMS_OF_ONE_MAX) {
    throw exceeded(
      `key packages of ${target} may be claimed ${CLAIMS_OF_ONE_MAX} times`,
      CLAIMS_OF_ONE_MAX,
      all,
    )
  }
}

function exceeded(
  what: string,
  limit: number,
  { resetsInMs }: { resetsInMs: number },
): RateLimitExceededError {
  const seconds = Math.ceil(resetsInMs / 1000)
  return new RateLimitExceededError(
    `In an hour ${what}; wait ${seconds} s, or leave this account out. Packages that you hold are given again.`,
    { limit, windowMs: WINDOW_MS, resetsInMs },
  )
}
