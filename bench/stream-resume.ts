/**
 * What it takes when 1,000 clients come back to the stream at once, after a restart of the service, and
 * each has missed 200 messages in ten conversations: the time until all have everything, and how often each
 * row is read for that; against a bare `ws` server that sends as many ready buffers from memory, and against
 * one client that comes back alone. On a PostgreSQL server of this benchmark's own. Ends by itself in about
 * a minute. With `BENCH_ENTRY=<file>` another build of the service is measured.
 */
import { randomBytes } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { Clients } from './fanout/clients.js'
import { Contender } from './fanout/contender.js'
import { Filled } from '../tests/support/filled.js'
import { keepResults, median, printHeading, printTable, quantile, verdict } from './report.js'
import { ReaderProcess } from './resume/reader-process.js'
import { startPostgres } from '../tests/support/postgres.js'
import { startProcess } from '../tests/support/service-process.js'

const CLIENTS = 1_000
const CONVOS = 100
/** Accounts that share ten conversations. */
const TEAM = 100
const MISSED_EACH = 20
const MISSED = (CONVOS / (CLIENTS / TEAM)) * MISSED_EACH
const FRAME_BYTES = 1_000
const ROUNDS = 3
/** Of each row that is to be sent; every one goes to a hundred clients. */
const GOAL_READS = 10

await using servers = new AsyncDisposableStack()
const postgres = servers.use(await startPostgres())
const secret = randomBytes(32).toString('hex')
const service = servers.use(
  await startProcess({
    // Nobody is looked up.
    plcUrl: 'http://localhost:1',
    ...(process.env.BENCH_ENTRY && { entry: process.env.BENCH_ENTRY }),
    env: {
      JWT_SECRET: secret,
      DATABASE_URL: postgres.url,
      LOG_LEVEL: 'warn',
    },
  }),
)
const dids = Array.from({ length: CLIENTS }, (_, i) => `did:web:m${i}.test`)
const filled = servers.use(await Filled.open(postgres.url))
const convoIds: string[] = []
for (let first = 0; first < CLIENTS; first += TEAM) {
  const members = dids.slice(first, first + TEAM)
  convoIds.push(...(await filled.convos({ count: CONVOS / (CLIENTS / TEAM), members })))
}
await filled.messages(convoIds, 1)
const cursor = await filled.cursor()
for (let i = 0; i < MISSED_EACH; i++) await filled.messages(convoIds, 1)
await filled.settle()
const readers = servers.use(new ReaderProcess(secret))

printHeading({
  clients: `${CLIENTS}, each with ${MISSED} messages in ${MISSED / MISSED_EACH} conversations to catch up`,
})
const together: Round[] = []
const alone: number[] = []
for (let round = 0; round < ROUNDS; round++) {
  await restart()
  const one = { dids: dids.slice(0, 1), cursor, expected: MISSED }
  alone.push((await readers.resume(service, one)).tookMs)
  await restart()
  const before = await filled.rowsRead()
  const { times, tookMs, refused } = await readers.resume(service, {
    dids,
    cursor,
    expected: MISSED,
  })
  await service.stop()
  const after = await filled.rowsRead()
  together.push({
    tookMs,
    refused,
    p50: quantile(times, 0.5),
    events: (after.events - before.events) / (CONVOS * MISSED_EACH),
    entries: (after.entries - before.entries) / (CONVOS * MISSED_EACH),
  })
  await service.start()
}
const bare = await bareMs()

const of = (name: keyof Round) => median(together.map((round) => round[name]))
const [ms, events, entries] = [of('tookMs'), of('events'), of('entries')]
const perSecond = (took: number) =>
  Math.round((CLIENTS * MISSED * 1_000) / took).toLocaleString('en')
printTable(
  ['', 'until all have everything', 'events/s'],
  [
    ['service', `${Math.round(ms)} ms, half of them after ${Math.round(of('p50'))}`, perSecond(ms)],
    ['bare ws', `${Math.round(bare)} ms`, perSecond(bare)],
    ['one client alone', `${Math.round(median(alone))} ms`, ''],
  ],
)
console.log(`ratio to bare ws                 ${(bare / ms).toFixed(2)}`)
console.log(`told to come again later         ${of('refused')}`)
console.log(`all, in times of one alone       ${(ms / median(alone)).toFixed(1)}`)
const met = verdict(
  events <= GOAL_READS && entries <= GOAL_READS,
  `each row read ≤ ${GOAL_READS} times`,
)
console.log(
  `reads of each row                events ${events.toFixed(1)}, entries ${entries.toFixed(1)}, goal ≤ ${GOAL_READS} ${met}`,
)
keepResults('stream-resume', {
  clients: CLIENTS,
  missedEach: MISSED,
  ms,
  bareMs: bare,
  aloneMs: median(alone),
  refused: of('refused'),
  readsOfEachEvent: events,
  readsOfEachEntry: entries,
})

/** Nothing is in memory, as after a new version was rolled out. */
async function restart(): Promise<void> {
  await service.stop()
  await service.start()
  // Tokens say the second they are from, and none from before the start is taken.
  await sleep(1_100)
}

/** Sends as many buffers to as many clients, from memory. */
async function bareMs(): Promise<number> {
  const contender = await Contender.start('./bare-server.ts', CLIENTS, FRAME_BYTES)
  const clients = new Clients()
  await clients.connect(contender.url, CLIENTS, 1)
  const rounds: number[] = []
  for (let round = 0; round < ROUNDS; round++) {
    const begunMs = performance.now()
    const arrivals = Array.from({ length: MISSED }, () => clients.next())
    for (let i = 0; i < MISSED; i++) contender.send()
    await Promise.all(arrivals)
    rounds.push(performance.now() - begunMs)
  }
  clients.close()
  contender.stop()
  return median(rounds)
}

interface Round {
  tookMs: number
  refused: number
  p50: number
  events: number
  entries: number
}
