import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Database } from '../../src/db/types.js'
import type { ConvoId, Did, Seq } from '../../src/lib/ids.js'
import type { EventReader } from '../support/client-stream.js'
import { openTestDatabase } from '../support/database.js'
import { Random } from '../support/random.js'
import { scaled } from '../support/scale.js'
import { membership, people, StreamStage } from '../support/stream-stage.js'

const STEPS = 120
const PATIENCE_MS = 60_000
const SEEDS = process.env.MLS_SEED
  ? [Random.seed()]
  : [7, 22, 601_857, ...Array.from({ length: scaled(1, 100) }, (_, i) => Random.seed() + i)]

let database: Database
beforeAll(async () => {
  database = await openTestDatabase()
})
afterAll(() => database[Symbol.asyncDispose]())

/**
 * Accounts come and go, write, change things and lose their connections at random. Whatever happened,
 * what an account got over all its connections is what it was entitled to, once, in the order in which
 * it happened.
 */
test.each(SEEDS)('everybody gets exactly what is theirs, in order (seed %i)', async (seed) => {
  const random = new Random(seed)
  // From far smaller to larger than what happens: answered from the database, the tail, and both.
  const bufferSize = random.pick([1, 3, 10, 1_000])
  await using stage = await StreamStage.open({ database, bufferSize })
  const accounts = [...Object.values(people()), ...Object.values(people())] as Did[]
  const founder = accounts[0]!
  const convos: ConvoId[] = []
  for (let i = 0; i < 3; i++) convos.push(await stage.convo(founder))
  const members = new Map(convos.map((convoId) => [convoId, new Set([founder])]))
  const start = await stage.settled()
  const readers = new Map<Did, AccountReader>()
  for (const did of accounts) readers.set(did, await AccountReader.open(stage, did, start, summary))
  const expected = new Map(accounts.map((did) => [did, [] as string[]]))

  for (let step = 0; step < STEPS; step++) {
    const convoId = random.pick(convos)
    const inside = [...members.get(convoId)!]
    const outside = accounts.filter((did) => !inside.includes(did))
    const others = inside.filter((did) => did !== founder)
    switch (
      random.pick(['send', 'send', 'send', 'add', 'add', 'remove', 'leave', 'update', 'reconnect'])
    ) {
      case 'send':
        note(inside, convoId, [`entry ${await stage.send(convoId)}`])
        break
      case 'add': {
        if (outside.length === 0) break
        const did = random.pick(outside)
        const seq = await stage.add(convoId, did)
        members.get(convoId)!.add(did)
        note([...inside, did], convoId, [`entry ${seq}`, `joined ${did}`])
        break
      }
      case 'remove': {
        if (others.length === 0) break
        const did = random.pick(others)
        const seq = await stage.remove(convoId, did)
        members.get(convoId)!.delete(did)
        note(inside, convoId, [`entry ${seq}`, `removed ${did}`])
        break
      }
      case 'leave': {
        if (others.length === 0) break
        const did = random.pick(others)
        await stage.leave(convoId, did)
        members.get(convoId)!.delete(did)
        note(inside, convoId, [`left ${did}`])
        break
      }
      case 'update': {
        const seq = await lastSeq(convoId)
        await stage.announce(
          { kind: 'convo', convoId, action: 'updated', seq },
          membership(convoId, founder, 'roleChanged', seq),
        )
        note(inside, convoId, ['updated', `roleChanged ${founder}`])
        break
      }
      case 'reconnect':
        await readers.get(random.pick(accounts))!.reconnect(random.int(2) === 0)
        break
    }
  }
  for (const [did, reader] of readers) {
    const all = expected.get(did)!
    await eventually(() => reader.seen.length >= all.length)
    await reader.close()
    expect(reader.seen).toEqual(all)
  }

  function note(dids: Did[], convoId: ConvoId, events: string[]): void {
    for (const did of dids) {
      expected.get(did)!.push(...events.map((event) => `${convos.indexOf(convoId)} ${event}`))
    }
  }

  async function lastSeq(convoId: ConvoId): Promise<Seq> {
    const convo = database.db.selectFrom('conversations').select('last_seq')
    const row = await convo.where('convo_id', '=', convoId).executeTakeFirstOrThrow()
    return row.last_seq
  }

  function summary(event: StreamEvent): string {
    switch (event.type) {
      case 'messageEvent':
        return `${convos.indexOf(event.message.convoId as ConvoId)} entry ${event.message.seq}`
      case 'membershipChangeEvent':
        return `${convos.indexOf(event.convoId as ConvoId)} ${event.action} ${event.did}`
      case 'convoEvent':
        return `${convos.indexOf(event.convoId as ConvoId)} ${event.action}`
      default:
        return event.type
    }
  }
})

type StreamEvent = EventReader['events'][number]

/** One account over all its connections. */
class AccountReader {
  readonly #before: string[] = []
  private constructor(
    private readonly stage: StreamStage,
    private readonly did: Did,
    private cursor: string,
    private readonly summary: (event: StreamEvent) => string,
    private reader: EventReader,
  ) {}

  static async open(
    stage: StreamStage,
    did: Did,
    cursor: string,
    summary: (event: StreamEvent) => string,
  ): Promise<AccountReader> {
    return new AccountReader(stage, did, cursor, summary, await stage.listen(did, { cursor }))
  }

  get seen(): string[] {
    return [...this.#before, ...this.reader.events.map(this.summary)]
  }

  async reconnect(politely: boolean): Promise<void> {
    await (politely ? this.reader.close() : this.reader.cut())
    this.#before.push(...this.reader.events.map(this.summary))
    this.cursor = this.reader.cursor ?? this.cursor
    this.reader = await this.stage.listen(this.did, { cursor: this.cursor })
  }

  close(): Promise<void> {
    return this.reader.cut()
  }
}

/** Whatever comes of it: what is compared afterwards says more than that it did not come. */
async function eventually(done: () => boolean): Promise<void> {
  const deadline = performance.now() + PATIENCE_MS
  while (!done() && performance.now() < deadline) await sleep(10)
}
