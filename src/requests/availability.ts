import { sql } from 'kysely'
import type { Queryable } from '../db/types.js'
import { LASTS, UNUSED } from '../keys/stock.js'
import type { Did } from '../lib/ids.js'
import { refusing, type RefusingDeps } from './refusing.js'

/**
 * Whether `caller` could add each account now: it has a key package of an offered suite, and would not
 * refuse. A package that somebody has leased counts, since leases come and go. Whatever keeps an account
 * from being reached looks alike, and all are asked about alike, so that the time tells nothing.
 *
 * @throws {ServiceUnavailableError} while public blocks cannot be asked for.
 */
export async function readAvailability(
  deps: AvailabilityDeps,
  { caller, dids }: { caller: Did; dids: readonly Did[] },
): Promise<Availability[]> {
  const asked = [...new Set(dids)]
  const [stocked, refused] = await Promise.all([
    withPackages(deps, asked),
    refusing(deps, { caller, dids: asked }),
  ])
  return asked.map((did) => ({ did, reachable: stocked.has(did) && !refused.has(did) }))
}

/** Deleted devices have none: their packages went with them. */
async function withPackages(
  { db, suites }: AvailabilityDeps,
  dids: readonly Did[],
): Promise<Set<Did>> {
  const { rows } = await sql<{ did: Did }>`
    select asked.did
    from unnest(${sql.val(dids)}::text[]) as asked (did)
    where exists (
      select from key_packages
      where key_packages.did = asked.did
        and cipher_suite = any(${sql.val(suites)}::text[])
        and ${UNUSED} and ${LASTS})`.execute(db)
  return new Set(rows.map(({ did }) => did))
}

export interface AvailabilityDeps extends RefusingDeps {
  readonly db: Queryable
  /** Names of the cipher suites that are offered. */
  readonly suites: readonly string[]
}

export interface Availability {
  did: Did
  reachable: boolean
}
