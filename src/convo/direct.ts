import type { Queryable } from '../db/types.js'
import { InvalidRequestError } from '../errors.js'
import type { ConvoId, Did } from '../lib/ids.js'
import type { VerifiedFounding } from './genesis.js'

/** Both accounts in one order: the key by which their direct conversation is unique. */
export function directPair(a: Did, b: Did): string {
  return [a, b].sort().join(' ')
}

/** The one account that a direct conversation is created with. */
export function otherAccount(actor: Did, { first }: VerifiedFounding): Did {
  const others = new Set(
    first?.commit.added.map(({ leaf }) => leaf.did).filter((did) => did !== actor),
  )
  const [other] = others
  if (other === undefined || others.size > 1) {
    throw new InvalidRequestError(
      'A direct conversation is created with a change that adds exactly one other account',
    )
  }
  return other
}

export async function findOpenDirect(q: Queryable, pair: string): Promise<ConvoId | undefined> {
  const row = await q
    .selectFrom('conversations')
    .select('convo_id')
    .where('direct_pair', '=', pair)
    .executeTakeFirst()
  return row?.convo_id
}
