import { setTimeout as sleep } from 'node:timers/promises'
import { pino } from 'pino'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { Backend } from '../../src/backend/backend.js'
import { createMemoryBackend } from '../../src/backend/memory-backend.js'
import { openRedisBackend } from '../../src/backend/redis-backend.js'
import { migrate } from '../../src/db/migrate.js'
import { openPostgres } from '../../src/db/postgres.js'
import type { Database } from '../../src/db/types.js'
import type { ConvoId, Did, Epoch } from '../../src/lib/ids.js'
import type { EventReader } from '../support/client-stream.js'
import { startPostgres, type TestPostgres } from '../support/postgres.js'
import { startRedis, type TestRedis } from '../support/redis.js'
import { people, StreamStage } from '../support/stream-stage.js'

const POLL_MS = 1_500
/** So far below the poll that only a wake-up can be that fast. */
const AT_ONCE_MS = 700

let postgres: TestPostgres
let redis: TestRedis
let ALICE: Did, BOB: Did
beforeAll(async () => {
  ;[postgres, redis] = await Promise.all([startPostgres(), startRedis()])
  const database = openPostgres({ url: postgres.url, poolSize: 2, onError: () => {} })
  await migrate(database.db)
  await database[Symbol.asyncDispose]()
})
afterAll(async () => {
  await redis?.[Symbol.asyncDispose]()
  await postgres?.[Symbol.asyncDispose]()
})
beforeEach(() => {
  ;({ ALICE, BOB } = people())
})

test('NOTIFY wakes the other process, without Redis', async () => {
  await using pair = await openPair(createMemoryBackend)
  expect(await deliveryMs(pair)).toBeLessThan(AT_ONCE_MS)
})

test('Redis wakes the other process', async () => {
  await using pair = await openPair(openRedis, withoutNotify)
  expect(await deliveryMs(pair)).toBeLessThan(AT_ONCE_MS)
})

test('control: without any wake-up the poll delivers', async () => {
  await using pair = await openPair(createMemoryBackend, withoutNotify)
  const ms = await slowest(pair, 3)
  expect(ms).toBeGreaterThan(AT_ONCE_MS)
  expect(ms).toBeLessThan(POLL_MS + AT_ONCE_MS)
})

test('while Redis is dead the poll delivers, and nothing is lost', async () => {
  await using pair = await openPair(openRedis, withoutNotify)
  const convoId = await pair.writing.convo(ALICE, BOB)
  await using reader = await pair.reading.listen(BOB)
  await pair.writing.send(convoId, 3)
  await reader.untilSeq(convoId, 3)
  await redis.kill()
  await pair.writing.send(convoId, 3)
  await reader.untilSeq(convoId, 6)
  await redis.start()
  await pair.writing.send(convoId, 3)
  await reader.untilSeq(convoId, 9)
  expect(seqs(reader, convoId)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9])
})

test('ephemeral messages go from process to process through Redis', async () => {
  await using pair = await openPair(openRedis)
  const convoId = await pair.writing.convo(ALICE, BOB)
  await using reader = await pair.reading.listen(BOB)
  const ciphertext = new Uint8Array(200_000).fill(7)
  await pair.writing.stream.publishEphemeral({ convoId, epoch: 3 as Epoch, ciphertext })
  const event = await reader.next()
  expect(event).toEqual({ type: 'ephemeralEvent', convoId, epoch: 3, ciphertext })
})

test('a stream outlives a crash of the database, and loses nothing that was acknowledged', async () => {
  await using pair = await openPair(createMemoryBackend)
  const convoId = await pair.writing.convo(ALICE, BOB)
  await using live = await pair.reading.listen(BOB)
  await pair.writing.send(convoId, 3)
  await live.untilSeq(convoId, 3)
  let acknowledged = 3
  for (let crash = 0; crash < 3; crash++) {
    let down = false
    const writing = (async () => {
      while (!down) {
        acknowledged = await pair.writing.send(convoId).catch(() => acknowledged)
      }
    })()
    await sleep(100)
    await postgres.stop('immediate')
    down = true
    await writing
    await postgres.start()
    await expect
      .poll(() =>
        pair.writing.send(convoId).then(
          (seq) => (acknowledged = seq),
          () => 0,
        ),
      )
      .toBeGreaterThan(0)
    await live.untilSeq(convoId, acknowledged)
  }
  const all = Array.from({ length: acknowledged }, (_, i) => i + 1)
  expect(seqs(live, convoId)).toEqual(all)
  await using again = await pair.writing.listen(BOB, {
    cursor: (live.events[0] as { cursor: string }).cursor,
  })
  await again.untilSeq(convoId, acknowledged)
  expect(seqs(again, convoId)).toEqual(all.slice(1))
})

test('limits count the streams of all processes, and a closed one makes room everywhere', async () => {
  await using pair = await openPair(openRedis)
  await pair.writing.device(ALICE, 'phone')
  const phone = `${ALICE}#phone`
  const here = await Promise.all([1, 2, 3].map(() => pair.writing.listen(phone)))
  await sleep(100)
  const there = await Promise.all([1, 2].map(() => pair.reading.listen(phone)))
  await sleep(100)
  for (const stage of [pair.writing, pair.reading]) {
    await expect(stage.listen(phone)).rejects.toMatchObject({ status: 429 })
  }
  await here[0]!.close()
  await sleep(200)
  await using again = await pair.reading.listen(phone)
  expect(again.error).toBeUndefined()
  // Control: processes that do not hear each other let in five each.
  await using apart = await openPair(createMemoryBackend)
  const five = [1, 2, 3, 4, 5]
  const all = await Promise.all(
    [apart.writing, apart.reading].flatMap((stage) => five.map(() => stage.listen(phone))),
  )
  expect(all).toHaveLength(10)
  for (const reader of [...here, ...there, ...all]) await reader.cut()
})

interface Pair extends AsyncDisposable {
  writing: StreamStage
  reading: StreamStage
}

/** Two processes, as far as the streams can tell: nothing is shared but the servers. */
async function openPair(
  backend: () => Backend | Promise<Backend>,
  change: (database: Database) => Database = (database) => database,
): Promise<Pair> {
  await using opening = new AsyncDisposableStack()
  const open = async () => {
    const database = change(openPostgres({ url: postgres.url, poolSize: 5, onError: () => {} }))
    opening.defer(() => database[Symbol.asyncDispose]())
    const shared = opening.use(await backend())
    const settings = { pollMs: POLL_MS }
    return opening.use(await StreamStage.open({ database, backend: shared, settings }))
  }
  const pair = { writing: await open(), reading: await open() }
  const resources = opening.move()
  return { ...pair, [Symbol.asyncDispose]: () => resources.disposeAsync() }
}

function withoutNotify(database: Database): Database {
  return { ...database, notify: async () => {} }
}

function openRedis(): Promise<Backend> {
  return openRedisBackend({ url: redis.url, log: pino({ level: 'silent' }), refreshMs: 100 })
}

/** From the commit in one process to the reader of the other. */
async function deliveryMs({ writing, reading }: Pair): Promise<number> {
  const convoId = await writing.convo(ALICE, BOB)
  await using reader = await reading.listen(BOB)
  // The first read of a stream that has just been opened would find it without any wake-up.
  await sleep(200)
  const startMs = performance.now()
  await writing.send(convoId)
  await reader.untilSeq(convoId, 1)
  return performance.now() - startMs
}

async function slowest(pair: Pair, times: number): Promise<number> {
  let ms = 0
  for (let i = 0; i < times; i++) ms = Math.max(ms, await deliveryMs(pair))
  return ms
}

function seqs(reader: EventReader, convoId: ConvoId): number[] {
  return reader.messages(convoId).map(({ seq }) => seq)
}
