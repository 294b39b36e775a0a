import { expect } from 'vitest'
import { ENTRY_KIND } from '../../../src/db/schema.js'
import type { Database, Db } from '../../../src/db/types.js'
import type { ConvoId } from '../../../src/lib/ids.js'
import { checkStanding } from '../standing-check.js'
import { readTenure, seenOf, sightsOf } from './sights.js'
import type { Witness } from './witness.js'

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
 * What has to hold after whatever happened: of every conversation what `checkStanding` says; of every
 * acknowledged entry, that it is there; of every reader, that it has seen exactly the entries, arrivals
 * and departures of its intervals, in order.
 *
 * What may be lost where a control wants a loss is counted, and left to the caller; all else throws.
 */
export async function checkLedger(
  { db }: Pick<Database, 'db'>,
  convoIds: readonly string[],
  acknowledged: readonly Acknowledged[],
  witnesses: readonly Sighted[] = [],
): Promise<Findings> {
  const found = { entries: 0, commits: 0, acknowledged: acknowledged.length, missing: 0 }
  const seen = { unseen: 0, repeated: 0 }
  for (const convoId of convoIds) {
    await checkStanding(db, convoId)
    const entries = await entriesOf(db, convoId)
    found.entries += entries.size
    found.commits += [...entries.keys()].filter((entry) => typeof entry === 'number').length
    const told = acknowledged.filter((one) => one.convoId === convoId)
    found.missing += told.filter(({ entry, seq }) => entries.get(entry) !== seq).length
    const tenure = await readTenure(db, convoId)
    for (const witness of witnesses) {
      const expected = sightsOf(witness.did, tenure)
      const came = seenOf(witness.seen, convoId)
      const once = new Set(came)
      seen.repeated += came.length - once.size
      seen.unseen += expected.filter((sight) => !once.has(sight)).length
      // What came is in order, and no more than it may see, whatever did not come.
      expect([...once]).toEqual(expected.filter((sight) => once.has(sight)))
    }
  }
  for (const { seen: events } of witnesses) {
    expect(events.filter(({ type }) => type === 'infoEvent')).toEqual([])
  }
  return { ...found, ...seen }
}

/** An account with what came on its stream, over all its connections. */
type Sighted = Pick<Witness, 'did' | 'seen'>

/** Waits until each witness has the last of what it may see; the logs stand still by now. */
export async function awaitWitnesses(
  { db }: Pick<Database, 'db'>,
  convoIds: readonly string[],
  witnesses: readonly Sighted[],
): Promise<void> {
  for (const convoId of convoIds) {
    const tenure = await readTenure(db, convoId)
    for (const { did, seen } of witnesses) {
      const last = sightsOf(did, tenure).at(-1)
      if (last === undefined) continue
      const has = () => seenOf(seen, convoId).includes(last)
      await expect.poll(has, { timeout: PATIENCE_MS, interval: 50 }).toBe(true)
    }
  }
}

/** Seqs by `msgId`, and of commits by the epoch that they ended. */
async function entriesOf(db: Db, convoId: string): Promise<Map<string | number, number>> {
  const rows = await db
    .selectFrom('messages')
    .select(['seq', 'kind', 'epoch', 'message_id'])
    .where('convo_id', '=', convoId as ConvoId)
    .execute()
  return new Map(
    rows.map(({ seq, kind, epoch, message_id }) => [
      kind === ENTRY_KIND.commit ? epoch : message_id,
      seq,
    ]),
  )
}
