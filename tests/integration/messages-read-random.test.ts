import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { readCommits } from '../../src/convo/read/commits.js'
import { convoView } from '../../src/convo/read/convo-view.js'
import { moveCursor } from '../../src/convo/read/move-cursor.js'
import type { Db } from '../../src/db/types.js'
import { InvalidRequestError } from '../../src/errors.js'
import { KeyedQueue } from '../../src/lib/keyed-queue.js'
import type { ConvoId, Did, Epoch, Seq } from '../../src/lib/ids.js'
import { createOutbox } from '../../src/outbox/append.js'
import { ConvoLog, didOf } from '../support/convo-log.js'
import { openTestDatabase } from '../support/database.js'
import { pagedSeqs } from '../support/page-through.js'
import { Random } from '../support/random.js'

const RUNS = 12
const STEPS = 40
const SEED = Random.seed() % 2 ** 31
const [creator, ...others] = 'abcd'.split('').map(didOf) as [Did, ...Did[]]

let database: Awaited<ReturnType<typeof openTestDatabase>>
let db: Db
beforeAll(async () => {
  console.log(`messages-read-random: MLS_SEED=${SEED}`)
  database = await openTestDatabase()
  db = database.db
})
afterAll(() => database[Symbol.asyncDispose]())

type Step =
  | { do: 'say'; behind: number }
  | { do: 'commit' | 'reset' }
  | { do: 'toggle'; who: number; byLeaving: boolean }
  | { do: 'read'; who: number; seq: number }

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constant('say' as const), behind: fc.nat(2) }) },
  { weight: 2, arbitrary: fc.constant({ do: 'commit' as const }) },
  { weight: 1, arbitrary: fc.constant({ do: 'reset' as const }) },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('toggle' as const),
      who: fc.nat(others.length - 1),
      byLeaving: fc.boolean(),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('read' as const),
      who: fc.nat(others.length - 1),
      seq: fc.nat(STEPS),
    }),
  },
)

test('whatever happened, each account reads exactly its intervals', { timeout: 300_000 }, () =>
  fc.assert(
    fc.asyncProperty(
      fc.array(step, { minLength: 5, maxLength: STEPS }),
      fc.integer({ min: 1, max: 7 }),
      async (steps, limit) => {
        const log = await ConvoLog.create(db, creator)
        const cursors = new Map<Did, number>()
        for (const each of steps) await perform(log, cursors, each)
        for (const did of [creator, ...others]) {
          if (log.intervals.has(did)) await expectOwnPart(log, did, limit, cursors.get(did) ?? 0)
        }
      },
    ),
    { numRuns: RUNS, seed: SEED },
  ),
)

async function perform(log: ConvoLog, cursors: Map<Did, number>, each: Step): Promise<void> {
  switch (each.do) {
    case 'say':
      return log.say(1, { behind: each.behind })
    case 'commit':
      await log.commit()
      return
    case 'reset':
      return log.reset(creator)
    case 'toggle': {
      const did = others[each.who]!
      if (!log.isMember(did)) await log.commit({ add: [[did, 'phone']] })
      else if (each.byLeaving) await log.leave(did)
      else await log.commit({ remove: [did] })
      return
    }
    case 'read':
      return read(log, cursors, others[each.who]!, each.seq)
    default:
      return each satisfies never
  }
}

async function read(log: ConvoLog, cursors: Map<Did, number>, did: Did, seq: number) {
  if (!log.isMember(did)) return
  const before = cursors.get(did) ?? 0
  const deps = {
    db,
    outbox: createOutbox(() => {}),
    lanes: new KeyedQueue<ConvoId>(),
    clock: () => new Date(),
  }
  const moved = moveCursor(deps, { convoId: log.convoId, did, seq: seq as Seq })
  const isEntry = log.visibleTo(did).some((entry) => entry.seq === seq)
  if (seq > before && !isEntry) {
    await expect(moved).rejects.toBeInstanceOf(InvalidRequestError)
    return
  }
  cursors.set(did, Math.max(before, seq))
  expect(await moved).toBe(cursors.get(did))
}

async function expectOwnPart(log: ConvoLog, did: Did, limit: number, cursor: number) {
  const { convoId } = log
  const visible = log.visibleTo(did)
  const seqs = visible.map(({ seq }) => seq)
  for (const direction of ['forward', 'backward'] as const) {
    expect(await pagedSeqs(db, { convoId, did, limit, direction })).toEqual(seqs)
  }
  for (const generation of new Set(log.entries.map((entry) => entry.generation))) {
    const commits = visible.filter(
      (entry) => entry.kind === 'commit' && entry.generation === generation,
    )
    expect(await allCommits(log, did, generation, limit)).toEqual(commits.map(({ id }) => id))
  }
  const unread = visible.filter(({ kind, seq }) => kind === 'application' && seq > cursor)
  const view = await convoView(db, did, convoId)
  const { left } = log.intervals.get(did)!.at(-1)!
  expect(view).toMatchObject({
    cursor,
    lastSeq: left ?? log.entries.length,
    unreadCount: left === undefined ? unread.length : 0,
    status: left === undefined ? 'accepted' : 'left',
    intervals: log.intervals.get(did)!.map(({ joined, left }) => ({
      joinedSeq: joined,
      ...(left !== undefined && { leftSeq: left }),
    })),
  })
  if (left !== undefined) expect(view).toMatchObject(groupAt(log, left))
}

/** Generation and epoch once the entry at `seq` was written. */
function groupAt(log: ConvoLog, seq: number): { generation: number; epoch: number } {
  const until = log.entries.filter((entry) => entry.seq <= seq)
  const generation = until.at(-1)?.generation ?? 0
  const commits = until.filter((e) => e.kind === 'commit' && e.generation === generation)
  return { generation, epoch: commits.length }
}

async function allCommits(log: ConvoLog, did: Did, generation: number, limit: number) {
  const ids: string[] = []
  let fromEpoch = 0 as Epoch
  for (;;) {
    const range = { convoId: log.convoId, did, generation, fromEpoch, limit }
    const page = await readCommits(db, range)
    const last = page.at(-1)
    if (!last) return ids
    ids.push(...page.map(({ id }) => id))
    fromEpoch = (last.epoch + 1) as Epoch
  }
}
