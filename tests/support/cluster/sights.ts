import type { Db } from '../../../src/db/types.js'
import type { ConvoId, Did, Seq } from '../../../src/lib/ids.js'
import type { StreamEvent } from '../client-stream.js'

/** A conversation's memberships, which are to be checked against its commits, and where its log ends. */
export interface Tenure {
  members: { did: Did; joined_seq: Seq; left_seq: Seq | null }[]
  creator: Did
  lastSeq: number
}

export async function readTenure(db: Db, convoId: string): Promise<Tenure> {
  const { creator, last_seq: lastSeq } = await db
    .selectFrom('conversations')
    .select(['creator', 'last_seq'])
    .where('convo_id', '=', convoId as ConvoId)
    .executeTakeFirstOrThrow()
  const members = await db
    .selectFrom('members')
    .select(['did', 'joined_seq', 'left_seq'])
    .where('convo_id', '=', convoId as ConvoId)
    .orderBy('joined_seq')
    .execute()
  return { members, creator, lastSeq }
}

/** The entries, arrivals and departures that an account has to see, in order; all leave by a commit. */
export function sightsOf(did: string, { members, creator, lastSeq }: Tenure): string[] {
  const sights: string[] = []
  for (const interval of members) {
    if (interval.did !== did) continue
    for (let seq: number = interval.joined_seq; seq <= (interval.left_seq ?? lastSeq); seq++) {
      sights.push(`entry ${seq}`)
      for (const { did: who, joined_seq } of members) {
        const founds = who === creator && joined_seq === 1
        if (joined_seq === seq && !founds) sights.push(`joined ${who} ${seq}`)
      }
      for (const { did: who, left_seq } of members) {
        if (left_seq === seq) sights.push(`removed ${who} ${seq}`)
      }
    }
  }
  return inOneOrder(sights)
}

/** What came of them, in the same words. */
export function seenOf(events: readonly StreamEvent[], convoId: string): string[] {
  return inOneOrder(events.flatMap((event) => sightOf(event, convoId) ?? []))
}

function sightOf(event: StreamEvent, convoId: string): string | undefined {
  if (event.type === 'messageEvent' && event.message.convoId === convoId) {
    return `entry ${event.message.seq}`
  }
  if (event.type !== 'membershipChangeEvent' || event.convoId !== convoId) return undefined
  if (event.action !== 'joined' && event.action !== 'removed') return undefined
  return `${event.action} ${event.did} ${event.seq}`
}

/** What one commit did to several accounts comes in any order: here in that of their names. */
function inOneOrder(sights: readonly string[]): string[] {
  const runs: string[][] = []
  for (const sight of sights) {
    const last = runs.at(-1)
    if (last && !sight.startsWith('entry') && seqOf(last[0]!) === seqOf(sight)) last.push(sight)
    else runs.push([sight])
  }
  return runs.flatMap((run) => [run[0]!, ...run.slice(1).sort()])
}

function seqOf(sight: string): string {
  return sight.split(' ').at(-1)!
}
