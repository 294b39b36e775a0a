import { expect } from 'vitest'
import type { Database } from '../../../src/db/types.js'
import type { ConvoId } from '../../../src/lib/ids.js'
import type { StreamEvent } from '../client-stream.js'
import { checkLog } from '../race-suite.js'
import { replayRoster, type Roster } from './roster-replay.js'
import type { Witness } from './witness.js'

const COMMIT = 2
const PATIENCE_MS = 60_000

/** What a client was told that it has done. */
export interface Acknowledged {
  convoId: string
  seq: number
  /** `msgId` of a message; of a commit the epoch that it ended. */
  entry: string | number
}

/** What the checker found; a run in order has `missing` and `repeated` 0. */
export interface Findings {
  entries: number
  commits: number
  acknowledged: number
  /** Acknowledged, and not in the log at the seq that was told. */
  missing: number
  /** Events that readers should have had, and had not. */
  unseen: number
  /** Events that came more than once to one reader. */
  repeated: number
}

/**
 * The standing checker. Of every conversation: `seq` = 1…n, one commit per epoch, an intact chain of
 * hashes, ids that occur once, members and devices as a replay of the commits has them. Of every
 * acknowledged entry: it is there. Of every reader: exactly the entries, arrivals and departures of its
 * intervals, in order.
 *
 * What may be lost where a control wants a loss is counted, and left to the caller; all else throws.
 */
export async function checkLedger(
  { db }: Pick<Database, 'db'>,
  convoIds: readonly string[],
  acknowledged: readonly Acknowledged[],
  witnesses: readonly Witness[] = [],
): Promise<Findings> {
  const findings = { entries: 0, commits: 0, acknowledged: acknowledged.length, missing: 0 }
  const rosters = new Map<string, Log>()
  for (const convoId of convoIds) {
    await checkLog(db, convoId)
    const entries = await entriesOf(db, convoId)
    const commits = entries.filter(({ kind }) => kind === COMMIT)
    const roster = await rosterOf(db, convoId)
    await checkRoster(db, convoId, roster)
    rosters.set(convoId, roster)
    findings.entries += entries.length
    findings.commits += commits.length
    const stored = new Map<string, number>()
    for (const { seq, kind, message_id, epoch } of entries) {
      stored.set(kind === COMMIT ? `commit ${epoch}` : `message ${message_id}`, seq)
    }
    for (const one of acknowledged) {
      if (one.convoId !== convoId) continue
      const name = typeof one.entry === 'number' ? `commit ${one.entry}` : `message ${one.entry}`
      if (stored.get(name) !== one.seq) findings.missing += 1
    }
  }
  let unseen = 0
  let repeated = 0
  for (const witness of witnesses) {
    for (const [convoId, roster] of rosters) {
      const expected = visibleTo(witness.did, roster)
      const seen = inOneOrder(witness.seen.flatMap((event) => summaryOf(event, convoId)))
      const once = [...new Set(seen)]
      repeated += seen.length - once.length
      unseen += expected.filter((one) => !once.includes(one)).length
      // What is there is in order and no more than it may see, whatever is not there.
      expect(once).toEqual(expected.filter((one) => once.includes(one)))
    }
    expect(witness.seen.filter(({ type }) => type === 'infoEvent')).toEqual([])
  }
  return { ...findings, unseen, repeated }
}

/** Waits until each witness has the last of what it may see; the logs stand still by now. */
export async function awaitWitnesses(
  { db }: Pick<Database, 'db'>,
  convoIds: readonly string[],
  witnesses: readonly Witness[],
): Promise<void> {
  for (const convoId of convoIds) {
    const roster = await rosterOf(db, convoId)
    for (const { did, seen } of witnesses) {
      const last = visibleTo(did, roster).at(-1)
      if (last === undefined) continue
      const has = () => seen.some((event) => summaryOf(event, convoId).includes(last))
      await expect.poll(has, { timeout: PATIENCE_MS, interval: 50 }).toBe(true)
    }
  }
}

function visibleTo(did: string, roster: Log): string[] {
  const changes = new Map(roster.changes.map((change) => [change.seq, change]))
  const intervals = roster.intervals.get(did) ?? []
  const visible = intervals.flatMap(({ joinedSeq, leftSeq }) => {
    const events: string[] = []
    for (let seq = joinedSeq; seq <= (leftSeq ?? roster.lastSeq); seq++) {
      events.push(`entry ${seq}`)
      const { joined = [], removed = [] } = changes.get(seq) ?? {}
      events.push(...joined.map((did) => `joined ${did} ${seq}`))
      events.push(...removed.map((did) => `removed ${did} ${seq}`))
    }
    return events
  })
  return inOneOrder(visible)
}

/** What one commit did to several accounts comes in any order: here in that of their names. */
function inOneOrder(events: readonly string[]): string[] {
  const runs: string[][] = []
  for (const event of events) {
    const last = runs.at(-1)
    if (last && !event.startsWith('entry') && seqOf(last[0]!) === seqOf(event)) last.push(event)
    else runs.push([event])
  }
  return runs.flatMap((run) => [run[0]!, ...run.slice(1).sort()])
}

function seqOf(event: string): string {
  return event.split(' ').at(-1)!
}

function summaryOf(event: StreamEvent, convoId: string): string[] {
  if (event.type === 'messageEvent' && event.message.convoId === convoId) {
    return [`entry ${event.message.seq}`]
  }
  if (event.type !== 'membershipChangeEvent' || event.convoId !== convoId) return []
  if (event.action !== 'joined' && event.action !== 'removed') return []
  return [`${event.action} ${event.did} ${event.seq}`]
}

async function rosterOf(db: Database['db'], convoId: string): Promise<Log> {
  const entries = await entriesOf(db, convoId)
  const commits = entries.flatMap(({ kind, seq, ciphertext }) =>
    kind === COMMIT ? [{ seq, ciphertext: ciphertext! }] : [],
  )
  return { ...replayRoster(await creatorOf(db, convoId), commits), lastSeq: entries.length }
}

function entriesOf(db: Database['db'], convoId: string) {
  return db
    .selectFrom('messages')
    .select(['seq', 'kind', 'epoch', 'message_id', 'ciphertext'])
    .where('convo_id', '=', convoId as ConvoId)
    .orderBy('seq')
    .execute()
}

/** `<did>#<deviceId>` of the first leaf: tests' accounts create with the device that they have. */
async function creatorOf(db: Database['db'], convoId: string): Promise<string> {
  const { creator } = await db
    .selectFrom('conversations')
    .select('creator')
    .where('convo_id', '=', convoId as ConvoId)
    .executeTakeFirstOrThrow()
  return `${creator}#phone`
}

async function checkRoster(db: Database['db'], convoId: string, roster: Roster): Promise<void> {
  const members = await db
    .selectFrom('members')
    .select(['did', 'joined_seq', 'left_seq'])
    .where('convo_id', '=', convoId as ConvoId)
    .execute()
  const stored = members.map((row) => `${row.did} ${row.joined_seq} ${row.left_seq ?? 'open'}`)
  const replayed = [...roster.intervals].flatMap(([did, intervals]) =>
    intervals.map(({ joinedSeq, leftSeq }) => `${did} ${joinedSeq} ${leftSeq ?? 'open'}`),
  )
  expect(stored.sort()).toEqual(replayed.sort())
  const leaves = await db
    .selectFrom('leaves')
    .select(['leaf_index', 'did', 'device_id'])
    .where('convo_id', '=', convoId as ConvoId)
    .orderBy('leaf_index')
    .execute()
  expect(leaves.map((leaf) => `${leaf.leaf_index} ${leaf.did}#${leaf.device_id}`)).toEqual(
    roster.leaves.flatMap((identity, index) => (identity ? [`${index} ${identity}`] : [])),
  )
}

interface Log extends Roster {
  lastSeq: number
}
