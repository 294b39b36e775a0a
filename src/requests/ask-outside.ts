import type { Queryable } from '../db/types.js'
import type { AllowIncoming } from '../identity/declarations.js'
import type { Outside } from '../identity/outside.js'
import type { ConvoId, Did } from '../lib/ids.js'
import { Turns } from '../lib/turns.js'

/** Accounts that a change would make members, before it is known whether it may. */
export interface Addition {
  /** Of the conversation, as far as it exists. */
  convoId?: ConvoId
  adder: Did
  /** Those who have a device added; who is a member already is not asked about. */
  devicesOf: readonly Did[]
}

/** What had to be asked of others, before the transaction that decides. */
export interface Asked {
  /** By each account that may be added. */
  answers: ReadonlyMap<Did, Answer>
}

export interface Answer {
  /** What it lets others do; undefined where it has not said so. */
  allowIncoming: AllowIncoming | undefined
  followsAdder: boolean
  /** Members and other added accounts that it blocks in public, or is blocked by. */
  publicBlocks: ReadonlySet<Did>
}

/** Accounts that are asked about at the same time for one change. */
const AT_ONCE = 32

export const NOTHING_ASKED: Asked = { answers: new Map() }

/**
 * Asks what has to be known of accounts before they are added. Slow: others answer in their own time.
 *
 * @throws {ServiceUnavailableError} while public blocks cannot be asked for.
 */
export async function askOutside(deps: AskDeps, addition: Addition): Promise<Asked> {
  if (addition.devicesOf.length === 0) return NOTHING_ASKED
  const members = await membersOf(deps.db, addition.convoId)
  const added = [...new Set(addition.devicesOf)].filter((did) => !members.has(did))
  if (added.length === 0) return NOTHING_ASKED
  const company = [...new Set([...members, addition.adder, ...added])]
  const turns = new Turns(AT_ONCE)
  const answers = await Promise.all(
    added.map(async (did): Promise<[Did, Answer]> => [
      did,
      await turns.run(() => ask(deps, did, addition, company)),
    ]),
  )
  return { answers: new Map(answers) }
}

async function ask(
  { outside }: AskDeps,
  did: Did,
  { adder }: Addition,
  company: readonly Did[],
): Promise<Answer> {
  const others = company.filter((other) => other !== did)
  // Who comes in by itself has nobody to be asked about but those who are there.
  const comesByItself = did === adder
  const [allowIncoming, relationships] = await Promise.all([
    comesByItself ? undefined : outside.allowIncoming(did),
    outside.relationships(did, others),
  ])
  const followsAdder =
    relationships?.get(adder)?.follows ??
    (allowIncoming === 'following' && (await outside.follows(did, adder)))
  const blocked = [...(relationships ?? [])].filter(
    ([, { blocks, blockedBy }]) => blocks || blockedBy,
  )
  return { allowIncoming, followsAdder, publicBlocks: new Set(blocked.map(([other]) => other)) }
}

async function membersOf(q: Queryable, convoId: ConvoId | undefined): Promise<Set<Did>> {
  if (convoId === undefined) return new Set()
  const rows = await q
    .selectFrom('members')
    .select('did')
    .where('convo_id', '=', convoId)
    .where('left_at', 'is', null)
    .execute()
  return new Set(rows.map(({ did }) => did))
}

export interface AskDeps {
  readonly db: Queryable
  readonly outside: Outside
}
