import { setTimeout as sleep } from 'node:timers/promises'
import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { sha256 } from '../../src/convo/hash-chain.js'
import type { ConvoId } from '../../src/lib/ids.js'
import { patiently } from '../support/client-retry.js'
import type { ClientDevice } from '../support/client-device.js'
import { wreak } from '../support/cluster/chaos.js'
import { type Cluster, startCluster } from '../support/cluster/cluster.js'
import { NO_FAULTS } from '../support/cluster/gateway.js'
import { awaitWitnesses, checkLedger } from '../support/cluster/ledger.js'
import { Load } from '../support/cluster/load.js'
import { Witness } from '../support/cluster/witness.js'
import { OPENS_WITHIN_MS } from '../support/convo-stage.js'
import { hex, readGroupInfo } from '../support/mls/index.js'
import { Random } from '../support/random.js'
import { scaled } from '../support/scale.js'
import { encodeGroupContext } from 'ts-mls/groupContext.js'

const SEED = Random.seed()
const PROCESSES = scaled(3, 4)
const BREAKAGES = scaled(7, 70)
const FAULTY_MESSAGES = scaled(60, 2_000)
const COMMITTERS = scaled(6, 50)
/** So many of them commit at once; all follow. */
const RACERS = 6
const EPOCHS = scaled(12, 1_000)
const CLOCK_MESSAGES = scaled(15, 300)
const WITHIN_MS = scaled(180_000, 3_600_000)

let cluster: Cluster
beforeAll(async () => {
  cluster = await startCluster(PROCESSES)
}, OPENS_WITHIN_MS)
afterAll(() => cluster?.[Symbol.asyncDispose]())

test(
  `whatever breaks, nothing acknowledged is lost, doubled or out of order (seed ${SEED})`,
  async () => {
    const random = new Random(SEED)
    await using load = await Load.open(await devices(6), { guests: 2, convos: 3 }, random)
    const end = new AbortController()
    const living = load.run(end.signal)
    const chaos = await wreak(cluster, load.acknowledged, BREAKAGES, random)
    end.abort()
    await living
    await load.catchUp()
    await awaitWitnesses(cluster.database, load.convoIds, load.witnesses)
    const { database } = cluster
    const found = await checkLedger(database, load.convoIds, load.acknowledged, load.witnesses)
    const connections = load.witnesses.reduce((sum, witness) => sum + witness.connections, 0)
    console.log('chaos', { ...found, ...chaos, reconnects: connections - load.witnesses.length })
    expect(found).toMatchObject({ missing: 0, unseen: 0, repeated: 0 })
    for (const person of load.people) {
      for (const convoId of load.convoIds) {
        expect(person.convo(convoId).read).toEqual(
          load.people[0]!.convo(convoId).read.map((one) => ({ ...one, own: expect.any(Boolean) })),
        )
      }
    }
  },
  WITHIN_MS,
)

test(
  'no token that was used is taken again, at any process, after Redis has lost all',
  async () => {
    const account = await cluster.plc.createAccount()
    const clients = cluster.services.map(({ url }) => cluster.client(account, url))
    const lxm = 'blue.catbird.mls.getConvos'
    // As a PDS writes it: the second that has begun.
    const iat = Math.floor(Date.now() / 1_000)
    const tokens = await Promise.all(
      Array.from({ length: 10 }, () => clients[0]!.token(lxm, { iat })),
    )
    for (const bearer of tokens) await clients[0]!.send('GET', 'getConvos', { bearer })
    await cluster.redis.kill()
    const away = clients.map((client) => client.send('GET', 'getConvos'))
    for (const outcome of await Promise.allSettled(away)) {
      expect(outcome).toMatchObject({ status: 'rejected', reason: { status: 503 } })
    }
    await cluster.redis.start()
    for (const client of clients) {
      // It is back, for tokens that are new.
      await patiently(() => client.query('getConvos'))
      for (const bearer of tokens) {
        await expect(client.send('GET', 'getConvos', { bearer })).rejects.toMatchObject({
          error: 'ReplayedToken',
        })
      }
    }
  },
  WITHIN_MS,
)

test(
  'over a network that repeats, reorders and cuts, each message is there once; sent anew, not',
  async () => {
    const faults = { duplicate: 0.1, reorder: 0.1, cut: 0.05 }
    await using load = await Load.open(await devices(3), { guests: 0, convos: 1 }, new Random(SEED))
    const convoId = load.convoIds[0]!
    try {
      cluster.gateway.faults = faults
      const each = FAULTY_MESSAGES / load.people.length
      await Promise.all(
        load.people.map(async (person) => {
          for (let i = 0; i < each; i++) {
            const { seq, msgId } = await person.convo(convoId).send(`${i}`)
            load.acknowledged.push({ convoId, seq, entry: msgId })
            if (i % 20 === 19) await person.convo(convoId).update()
          }
        }),
      )
      await load.catchUp()
      await awaitWitnesses(cluster.database, load.convoIds, load.witnesses)
      const found = await checkLedger(
        cluster.database,
        load.convoIds,
        load.acknowledged,
        load.witnesses,
      )
      expect(found).toMatchObject({ missing: 0, unseen: 0, repeated: 0 })
      expect(found.entries - found.commits).toBe(FAULTY_MESSAGES)
      const [first, ...others] = load.people.map((person) => person.convo(convoId).read)
      for (const read of others) {
        expect(read.map(({ seq, id, text }) => [seq, id, text])).toEqual(
          first!.map(({ seq, id, text }) => [seq, id, text]),
        )
      }

      // Control: the same network, and a client that sends anew instead of again.
      cluster.gateway.faults = { ...faults, cut: 0.3, rename: true }
      const { group } = load.people[0]!.convo(convoId)
      const texts: string[] = []
      for (let i = 0; i < 20; i++) {
        const ciphertext = await group.encrypt(`anew ${i}`)
        texts.push(hex(sha256(ciphertext)))
        const input = { convoId, msgId: crypto.randomUUID(), epoch: group.epoch, ciphertext }
        await patiently(() => load.people[0]!.api.procedure('sendMessage', input))
      }
      const stored = await contentOf(convoId)
      const perMessage = stored.filter((content) => texts.includes(content)).length / texts.length
      const { counts } = cluster.gateway
      console.log('faulty network', { ...counts, perMessage: 1, control: perMessage })
      expect(perMessage).toBeGreaterThan(1)
    } finally {
      cluster.gateway.faults = NO_FAULTS
    }
  },
  WITHIN_MS,
)

test(
  'of all who commit at once one wins each epoch, and everybody has the service’s context',
  async () => {
    await using load = await Load.open(
      await devices(COMMITTERS),
      { guests: 0, convos: 1, witnessed: false },
      new Random(SEED),
    )
    const convoId = load.convoIds[0]!
    const random = new Random(SEED)
    let attempts = 0
    for (let epoch = 1; epoch <= EPOCHS; epoch++) {
      const racers = random.some(load.people, RACERS)
      const changes = await Promise.all(
        racers.map((person) => person.convo(convoId).group.commit()),
      )
      const outcomes = await Promise.allSettled(
        racers.map(({ api }, i) =>
          patiently(() => api.procedure('submitCommit', { convoId, change: changes[i]! })),
        ),
      )
      attempts += outcomes.length
      const won = outcomes.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []))
      expect(won).toMatchObject([{ newEpoch: epoch + 1 }])
      load.acknowledged.push({ convoId, seq: won[0]!.seq, entry: epoch })
      for (const one of outcomes) {
        if (one.status === 'rejected') expect(one.reason).toMatchObject({ error: 'EpochMismatch' })
      }
      await load.catchUp()
    }
    const found = await checkLedger(cluster.database, load.convoIds, load.acknowledged)
    expect(found.missing).toBe(0)
    // The commit that created the conversation is one more.
    expect(found.commits).toBe(EPOCHS + 1)
    const { groupInfo } = await load.people[0]!.api.query('getGroupInfo', { convoId })
    const context = hex(encodeGroupContext(readGroupInfo(groupInfo).groupContext))
    const contexts = load.people.map((person) => hex(person.convo(convoId).group.context))
    expect(new Set(contexts)).toEqual(new Set([context]))
    const { rows } = await sql<{ deadlocks: number }>`
    select deadlocks::int from pg_stat_database where datname = current_database()`.execute(
      cluster.database.db,
    )
    expect(rows).toEqual([{ deadlocks: 0 }])

    const without = await winnersPerEpoch(false)
    console.log('committers', { epochs: EPOCHS, attempts, deadlocks: 0, control: without })
    expect(await winnersPerEpoch(true)).toBe(1)
    expect(without).toBeGreaterThan(1)
  },
  WITHIN_MS,
)

test(
  'with clocks five minutes wrong nothing is out of order, and no expired token is taken',
  async () => {
    const skewed = await Promise.all(
      [5, -5].map((minutes) =>
        cluster.start(
          new URL(`../support/cluster/skewed-clock.ts?skewMinutes=${minutes}`, import.meta.url),
        ),
      ),
    )
    const doors = [...skewed, cluster.services[0]!].map(({ url }) => url)
    // As of a Redis that has run for long: else it refuses what a clock behind does not call future.
    await cluster.redis.command(async (client) => {
      const marker = await client.get('catbird-mls:remembers-since')
      await client.set('catbird-mls:remembers-since', marker!.replace(/\d+$/, '1000'))
    })
    const longAgo = () => Math.floor(Date.now() / 1_000) - 290
    const [alice, bob] = (await devices(2)) as [ClientDevice, ClientDevice]
    const anyClock = <D extends ClientDevice>(device: D, url: string) =>
      cluster.client(
        {
          did: device.api.account.did,
          // Neither from the future where a clock is behind, nor expired where it is ahead.
          token: (claims) =>
            device.api.account.token({ ...claims, iat: longAgo(), exp: longAgo() + 1_800 }),
        },
        url,
      )
    await alice.register(2)
    await bob.register(2)
    const { convoId } = await alice.createConvo([bob.did])
    const witnesses = await Promise.all(doors.map((url) => Witness.start(anyClock(bob, url))))
    const { group } = alice.convo(convoId)
    for (let i = 0; i < CLOCK_MESSAGES; i++) {
      const ciphertext = await group.encrypt(`${i}`)
      const input = { convoId, msgId: crypto.randomUUID(), epoch: 1, ciphertext }
      await anyClock(alice, doors[i % doors.length]!).procedure('sendMessage', input)
    }
    const all = Array.from({ length: CLOCK_MESSAGES }, (_, i) => i + 2)
    for (const witness of witnesses) {
      const seqs = () =>
        witness.seen.flatMap((event) => (event.type === 'messageEvent' ? [event.message.seq] : []))
      await expect.poll(() => seqs().length).toBe(all.length)
      expect(seqs()).toEqual(all)
      const cursors = witness.seen.map((event) => ('cursor' in event ? event.cursor : ''))
      expect(cursors).toEqual([...cursors].sort())
      await witness[Symbol.asyncDispose]()
    }

    const accepted = { expired: 0, fresh: 0 }
    for (const url of doors) {
      const client = cluster.client(alice.api.account, url)
      // Over the 60 s of skew that are granted: by the clock that is behind it has minutes left.
      const claims = { iat: longAgo(), exp: longAgo() + 290 - 90 }
      await expect(client.send('GET', 'getConvos', { claims })).rejects.toMatchObject({
        error: 'JwtExpired',
      })
      await anyClock(alice, url).query('getConvos')
      accepted.fresh += 1
    }
    // Control: in the order of the clocks, the log would be another one.
    const times = await cluster.database.db
      .selectFrom('messages')
      .select('created_at')
      .where('convo_id', '=', convoId as ConvoId)
      .orderBy('seq')
      .execute()
    const breaks = times.filter(
      ({ created_at }, i) => i > 0 && created_at < times[i - 1]!.created_at,
    ).length
    console.log('clocks', { orderBreaks: 0, byClock: breaks, accepted })
    expect(breaks).toBeGreaterThan(0)
  },
  WITHIN_MS,
)

test(
  'control: a service that answers before it commits loses when it is killed',
  async () => {
    const early = await cluster.start(
      new URL('../support/cluster/answer-before-commit.ts', import.meta.url),
    )
    await using load = await scribes()
    const writing = new AbortController()
    const written = load.write(writing.signal)
    for (const { api } of load.people) api.url = early.url
    await sleep(1_500)
    await early.kill()
    for (const { api } of load.people) api.url = cluster.gateway.url
    writing.abort()
    await written
    const found = await checkLedger(cluster.database, load.convoIds, load.acknowledged)
    console.log('control: answers before COMMIT', found)
    expect(found.acknowledged).toBeGreaterThan(0)
    expect(found.missing).toBeGreaterThan(0)
  },
  WITHIN_MS,
)

test(
  'control: with synchronous_commit=off a crash of PostgreSQL loses',
  async () => {
    const { db } = cluster.database
    for (const setting of ['synchronous_commit = off', "wal_writer_delay = '10s'"]) {
      await sql.raw(`alter system set ${setting}`).execute(db)
    }
    await sql`select pg_reload_conf()`.execute(db)
    await using load = await scribes()
    // What is lost is what the server had not written yet, some kilobytes: seldom nothing.
    let found = { missing: 0 }
    for (let crash = 0; crash < 5 && found.missing === 0; crash++) {
      const writing = new AbortController()
      const written = load.write(writing.signal)
      await sleep(500)
      writing.abort()
      await written
      await cluster.crashDatabase()
      found = await checkLedger(cluster.database, load.convoIds, load.acknowledged)
    }
    console.log('control: synchronous_commit=off', found)
    expect(found.missing).toBeGreaterThan(0)
  },
  WITHIN_MS,
)

function devices(count: number): Promise<ClientDevice[]> {
  return Promise.all(Array.from({ length: count }, () => cluster.device()))
}

async function scribes(): Promise<Load> {
  return Load.open(await devices(3), { guests: 0, convos: 3, witnessed: false }, new Random(SEED))
}

async function contentOf(convoId: string): Promise<string[]> {
  const rows = await cluster.database.db
    .selectFrom('messages')
    .select('content_hash')
    .where('convo_id', '=', convoId as ConvoId)
    .execute()
  return rows.map(({ content_hash }) => hex(content_hash))
}

/** Committers on a table of their own, with the compare of the epoch and without; the most of any epoch. */
async function winnersPerEpoch(compare: boolean): Promise<number> {
  const { db } = cluster.database
  await sql`create table race (epoch int); `.execute(db)
  await sql`create table won (epoch int)`.execute(db)
  await sql`insert into race values (0)`.execute(db)
  await Promise.all(
    Array.from({ length: 4 }, async () => {
      for (let i = 0; i < 20; i++) {
        const { rows } = await sql<{ epoch: number }>`select epoch from race`.execute(db)
        const { epoch } = rows[0]!
        const where = compare ? sql`where epoch = ${epoch}` : sql``
        await sql`
          with ended as (update race set epoch = ${epoch}::int + 1 ${where} returning 1)
          insert into won select ${epoch}::int from ended`.execute(db)
      }
    }),
  )
  const { rows } = await sql<{ most: number }>`
    select max(count)::int as most from (select count(*) from won group by epoch) each`.execute(db)
  await sql`drop table race, won`.execute(db)
  return rows[0]!.most
}
