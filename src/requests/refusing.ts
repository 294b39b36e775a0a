import { sql } from 'kysely'
import type { Queryable } from '../db/types.js'
import type { Outside } from '../identity/outside.js'
import type { ConvoId, Did } from '../lib/ids.js'
import { isAllowed } from './admit.js'
import { blockersOf } from './blocks-between.js'

export interface Acquaintance {
  caller: Did
  dids: readonly Did[]
  /** What the caller wants to add them to: who is in it with the caller already has nothing to refuse. */
  convoId?: ConvoId | undefined
}

/**
 * Those of `dids` who would not be added by `caller`: they block it, or their declaration says so. All
 * are asked about alike, so that the time tells nothing.
 *
 * @throws {ServiceUnavailableError} while public blocks cannot be asked for.
 */
export async function refusing(
  { db, outside }: RefusingDeps,
  { caller, dids, convoId }: Acquaintance,
): Promise<Set<Did>> {
  const known = convoId && (await companions(db, convoId, caller))
  const others = [...new Set(dids)].filter((did) => did !== caller && !known?.has(did))
  if (others.length === 0) return new Set()
  const [blockers, relationships, ...declared] = await Promise.all([
    blockersOf(db, caller, others),
    outside.relationships(caller, others),
    ...others.map((did) => outside.allowIncoming(did)),
  ])
  const allowed = await Promise.all(
    others.map(async (did, index) => {
      const allowIncoming = declared[index]
      const relationship = relationships?.get(did)
      if (blockers.has(did) || relationship?.blockedBy) return false
      const followsAdder =
        relationship?.followedBy ??
        (allowIncoming === 'following' && (await outside.follows(did, caller)))
      return isAllowed({ allowIncoming, followsAdder })
    }),
  )
  return new Set(others.filter((_, index) => !allowed[index]))
}

/** The members of a conversation, for one of them; nobody for others. */
async function companions(q: Queryable, convoId: ConvoId, caller: Did): Promise<Set<Did>> {
  const { rows } = await sql<{ did: Did }>`
    select did from members
    where convo_id = ${convoId} and left_at is null
      and exists (
        select from members as own
        where own.convo_id = ${convoId} and own.did = ${caller} and own.left_at is null)`.execute(q)
  return new Set(rows.map(({ did }) => did))
}

export interface RefusingDeps {
  readonly db: Queryable
  readonly outside: Outside
}
