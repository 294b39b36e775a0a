import { randomUUID } from 'node:crypto'
import { expect, test } from 'vitest'
import { chainHash, FIRST_PREVIOUS_HASH, sha256 } from '../../src/convo/hash-chain.js'
import { prepareMessage } from '../../src/convo/prepared-message.js'
import { createSendBatches, type SendBatches } from '../../src/convo/send-batch.js'
import type { SentMessage } from '../../src/convo/send.js'
import type { Database } from '../../src/db/types.js'
import type { ConvoId, Did, Epoch } from '../../src/lib/ids.js'
import { KeyedQueue } from '../../src/lib/keyed-queue.js'
import { createMetrics } from '../../src/metrics.js'
import { createOutbox } from '../../src/outbox/append.js'
import { ConvoLog, didOf } from '../support/convo-log.js'
import { Crash } from '../support/crashing-db.js'
import { openTestDatabase } from '../support/database.js'
import { privateMessage } from '../support/private-message.js'
import { Random } from '../support/random.js'

const MESSAGES = 300
const CONVOS = 5
const MEMBER = didOf('a')
const OUTSIDER = didOf('b')

/**
 * Messages of several conversations at random moments, some twice, some of an outsider or of an epoch that
 * never was, while transactions end at any step. What was acknowledged is
 * there, where its answer said; each is there once; every log is gapless, its chain intact, its events in
 * its order; and a refused message is refused by itself.
 */
test('random messages in batches that end at any step', { timeout: 120_000 }, async () => {
  const seed = Random.seed()
  const random = new Random(seed)
  await using database = await openTestDatabase()
  const convoIds: ConvoId[] = []
  for (let i = 0; i < CONVOS; i++) {
    convoIds.push((await ConvoLog.create(database.db, MEMBER)).convoId)
  }
  const sends = batchesOn(crashing(database, random))
  const known: Attempt[] = []
  const outcomes: { attempt: Attempt; outcome: Promise<Outcome> }[] = []
  for (let i = 0; i < MESSAGES; i++) {
    const attempt = draw(random, convoIds, known)
    known.push(attempt)
    outcomes.push({ attempt, outcome: send(sends, attempt) })
    for (let turns = random.int(6); turns > 0; turns--) await new Promise(setImmediate)
  }

  const acknowledged = new Map<string, number>()
  for (const { attempt, outcome } of outcomes) {
    const settled = await outcome
    const told = `MLS_SEED=${seed} ${attempt.kind} ${JSON.stringify(settled)}`
    if ('sent' in settled) {
      expect(['plain', 'again'], told).toContain(attempt.kind)
      expect(settled.sent.messageId, told).toBe(attempt.msgId)
      const before = acknowledged.get(key(attempt))
      if (before !== undefined) expect(settled.sent.seq, told).toBe(before)
      acknowledged.set(key(attempt), settled.sent.seq)
    } else if (settled.error !== 'Crash') {
      expect(settled.error, told).toBe(REFUSALS[attempt.kind])
    }
  }
  expect(acknowledged.size, `MLS_SEED=${seed}`).toBeGreaterThan(MESSAGES / 4)
  for (const convoId of convoIds) await checkLog(database, convoId, acknowledged, seed)
})

test('what comes at once under one id is one message, and another one is refused by itself', async () => {
  await using database = await openTestDatabase()
  const { convoId } = await ConvoLog.create(database.db, MEMBER)
  let batches = 0
  const sends = batchesOn({
    pipelined: (steps) => {
      batches += 1
      return database.pipelined(steps)
    },
  })
  const first = attemptIn(convoId)
  const upper = { ...first, msgId: first.msgId.toUpperCase() }
  const other = { ...attemptIn(convoId), msgId: first.msgId }
  const last = attemptIn(convoId)
  const outcomes = await Promise.all(
    [first, first, upper, other, last].map((each) => send(sends, each)),
  )
  expect(batches).toBe(1)
  const sent = { messageId: first.msgId, seq: 1, epoch: 0, receivedAt: expect.any(Date) as Date }
  expect(outcomes).toEqual([
    { sent },
    { sent },
    { sent },
    { error: 'MessageIdConflictError' },
    { sent: { ...sent, messageId: last.msgId, seq: 2 } },
  ])
})

const REFUSALS: Record<Attempt['kind'], string | undefined> = {
  plain: undefined,
  again: undefined,
  outsider: 'ConvoNotFoundError',
  future: 'Misplaced',
}

function draw(random: Random, convoIds: readonly ConvoId[], known: readonly Attempt[]): Attempt {
  const fresh = attemptIn(random.pick(convoIds))
  const plain = known.filter(({ kind }) => kind === 'plain')
  const former = plain.at(-1 - random.int(Math.min(plain.length, 8) || 1))
  switch (random.int(10)) {
    case 0:
      return former ? { ...former, kind: 'again' } : fresh
    case 1:
      return { ...fresh, kind: 'outsider', sender: OUTSIDER }
    case 2:
      return { ...fresh, kind: 'future', epoch: 7 as Epoch }
    default:
      return fresh
  }
}

function attemptIn(convoId: ConvoId): Attempt {
  const ciphertext = privateMessage(Buffer.from(convoId, 'hex'), 120)
  return {
    kind: 'plain',
    convoId,
    msgId: randomUUID(),
    sender: MEMBER,
    epoch: 0 as Epoch,
    ciphertext,
  }
}

/** Ends transactions before they begin, before and after they read, and after they have committed. */
function crashing(database: Database, random: Random): Pick<Database, 'pipelined'> {
  const crash = () => {
    if (random.int(12) === 0) throw new Crash('the process ended')
  }
  return {
    async pipelined({ read, write }) {
      crash()
      const value = await database.pipelined({
        read: async (tx) => {
          const seen = await read(tx)
          crash()
          return seen
        },
        write,
      })
      crash()
      return value
    },
  }
}

function batchesOn(database: Pick<Database, 'pipelined'>): SendBatches {
  return createSendBatches(
    {
      config: { mls: { epochGrace: 2 } },
      database,
      outbox: createOutbox(() => {}),
      metrics: createMetrics(),
      lanes: new KeyedQueue<ConvoId>(),
      clock: () => new Date(),
    },
    2,
  )
}

function send(sends: SendBatches, attempt: Attempt): Promise<Outcome> {
  return sends.submit(attempt.convoId, prepareMessage(attempt)).then(
    (sent) => ({ sent }),
    (error: unknown) => ({ error: (error as Error).name }),
  )
}

async function checkLog(
  { db }: Database,
  convoId: ConvoId,
  acknowledged: ReadonlyMap<string, number>,
  seed: number,
): Promise<void> {
  const told = `MLS_SEED=${seed}`
  const log = await db
    .selectFrom('messages')
    .selectAll()
    .where('convo_id', '=', convoId)
    .orderBy('seq')
    .execute()
  expect(
    log.map(({ seq }) => seq),
    told,
  ).toEqual(log.map((_, i) => i + 1))
  let previousHash: Uint8Array = FIRST_PREVIOUS_HASH
  for (const [i, entry] of log.entries()) {
    const { seq, generation, epoch, kind, ciphertext } = entry
    const contentHash = sha256(ciphertext!)
    const hash = chainHash(previousHash, { seq, generation, epoch, kind, contentHash })
    expect([entry.content_hash, entry.previous_hash, entry.hash].map(hex), told).toEqual(
      [contentHash, previousHash, hash].map(hex),
    )
    expect(entry.application_count, told).toBe(i + 1)
    previousHash = hash
  }
  const row = await db
    .selectFrom('conversations')
    .select(['last_seq', 'hash', 'application_count'])
    .where('convo_id', '=', convoId)
    .executeTakeFirstOrThrow()
  expect([row.last_seq, hex(row.hash), row.application_count], told).toEqual([
    log.length,
    hex(previousHash),
    log.length,
  ])
  const events = await db
    .selectFrom('event_stream')
    .select('seq')
    .where('convo_id', '=', convoId)
    .orderBy('xid')
    .orderBy('id')
    .execute()
  expect(
    events.map(({ seq }) => seq),
    told,
  ).toEqual(log.map(({ seq }) => seq))
  const ids = log.map(({ message_id }) => message_id)
  expect(new Set(ids).size, told).toBe(ids.length)
  for (const [attempt, seq] of acknowledged) {
    const [id, of] = attempt.split(' ')
    if (of === convoId) expect(ids[seq - 1], told).toBe(id)
  }
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex')
}

function key({ msgId, convoId }: Attempt): string {
  return `${msgId} ${convoId}`
}

interface Attempt {
  kind: 'plain' | 'again' | 'outsider' | 'future'
  convoId: ConvoId
  msgId: string
  sender: Did
  epoch: Epoch
  ciphertext: Uint8Array
}

type Outcome = { sent: SentMessage } | { error: string }
