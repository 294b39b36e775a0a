/**
 * Messages per second that `sendMessage` takes with all its checks, durably on a PostgreSQL server of this
 * benchmark's own (fsync on), over 1,000 conversations and into one; against `@atproto/xrpc-server` with
 * an empty handler and the same lexicon, and bare `node:http`, which get the same bytes in the same run.
 * The load comes from a process of its own, by requests that were made before. Ends by itself in about
 * three minutes. With `BENCH_PROFILE=<directory>` the service leaves a CPU profile there; with
 * `BENCH_REDIS=1` it shares its store through a Redis; with `BENCH_BEFORE=<directory>` another build, in
 * that checkout's `dist`, takes its turns in the same rounds.
 */
import { join } from 'node:path'
import {
  median,
  keepResults,
  perSecond,
  printHeading,
  printTable,
  quantile,
  verdict,
} from './report.js'
import { childrenCpuMs, cpuMs } from './send/cpu-time.js'
import { LoadProcess } from './send/load-process.js'
import type { Outcome } from './send/load.js'
import { Reference } from './send/reference.js'
import { makeAccounts, makeConvos } from './send/stage.js'
import { startPlc } from '../tests/support/plc.js'
import { startPostgres } from '../tests/support/postgres.js'
import { startRedis } from '../tests/support/redis.js'
import { startProcess } from '../tests/support/service-process.js'

const ACCOUNTS = 64
const CONVOS = 1_000
const MESSAGE_BYTES = 512
const CALLERS = (process.env.BENCH_CALLERS ?? '1,8,64,256').split(',').map(Number)
/** The number of callers that the goals are about. */
const MAIN = 64
const ROUNDS = 3
const ROUND_MS = 2_000
const WARM_UP_MS = 2_000
/** More than any machine answers in a round. */
const PREPARED_PER_S = 9_000
const GOAL_SPREAD = 0.55
const GOAL_HOT = 0.9
const GOAL_P99_MS = 50

const SERVICE_DID = 'did:web:mls.bench.test'
const profile = process.env.BENCH_PROFILE

await using servers = new AsyncDisposableStack()
const redis = process.env.BENCH_REDIS ? servers.use(await startRedis()) : undefined
const plc = servers.use(await startPlc())
const senders = await makeAccounts(plc, ACCOUNTS)
const now = await startService(undefined)
const before = process.env.BENCH_BEFORE ? await startService(process.env.BENCH_BEFORE) : undefined
const emptyXrpc = servers.use(await Reference.start('./empty-xrpc.ts'))
const bareHttp = servers.use(await Reference.start('./bare-http.ts'))
const load = servers.use(new LoadProcess())

printHeading({
  messages: `${MESSAGE_BYTES} bytes, ${ACCOUNTS} accounts, ${CONVOS} conversations`,
  store: redis ? 'Redis' : 'in the process',
})
const contenders: Contender[] = [
  { name: 'spread', ...now, convoIds: now.spread },
  { name: 'hot', ...now, convoIds: [now.hot] },
  ...(before
    ? [
        { name: 'spread before', ...before, convoIds: before.spread },
        { name: 'hot before', ...before, convoIds: [before.hot] },
      ]
    : []),
  { name: 'empty xrpc', url: emptyXrpc.url, pid: emptyXrpc.pid, convoIds: now.spread },
  { name: 'bare http', url: bareHttp.url, pid: bareHttp.pid, convoIds: now.spread },
]
for (const contender of contenders) await measure(contender, MAIN, WARM_UP_MS)

const results = []
for (const callers of CALLERS) {
  const outcomes = new Map<string, Measured[]>(contenders.map(({ name }) => [name, []]))
  for (let round = 0; round < ROUNDS; round++) {
    for (const contender of contenders) {
      outcomes.get(contender.name)!.push(await measure(contender, callers, ROUND_MS))
    }
  }
  const figures = Object.fromEntries(
    [...outcomes].map(([name, measured]) => [name, summary(measured)]),
  )
  results.push({ callers, figures })
  printFigures(callers, figures)
}

const main = results.find(({ callers }) => callers === MAIN)?.figures
if (main) {
  const { spread, hot, 'empty xrpc': empty } = main
  const goals: [goal: string, met: boolean][] = [
    [`spread ≥ ${GOAL_SPREAD} of empty xrpc`, spread!.rate / empty!.rate >= GOAL_SPREAD],
    [`hot ≥ ${GOAL_HOT} of spread`, hot!.rate / spread!.rate >= GOAL_HOT],
    [`spread p99 ≤ ${GOAL_P99_MS} ms`, spread!.p99 <= GOAL_P99_MS],
  ]
  for (const [goal, met] of goals) console.log(`${goal.padEnd(30)} ${verdict(met, goal)}`)
}
keepResults('send', { messageBytes: MESSAGE_BYTES, store: redis ? 'redis' : 'process', results })

/** With a database and conversations of its own. */
async function startService(checkout: string | undefined) {
  const postgres = servers.use(await startPostgres())
  const service = servers.use(
    await startProcess({
      plcUrl: plc.url,
      ...(checkout && { entry: join(checkout, 'dist/bin/catbird-mls.js') }),
      env: {
        NODE_ENV: 'production',
        HOST: '127.0.0.1',
        SERVICE_DID,
        DATABASE_URL: postgres.url,
        LOG_LEVEL: 'warn',
        // More than anybody sends, but not 0, which would count nothing.
        RATE_LIMIT_SEND_MESSAGE: '1000000',
        RATE_LIMIT_IP_PER_MINUTE: '1000000',
        ...(redis && { REDIS_URL: redis.url }),
        ...(profile && !checkout && { NODE_OPTIONS: `--cpu-prof --cpu-prof-dir=${profile}` }),
      },
    }),
  )
  const dids = senders.map(({ did }) => did)
  const convos = await makeConvos(postgres.url, dids, CONVOS)
  return { url: service.url, pid: service.pid!, databasePid: await postgres.pid(), ...convos }
}

async function measure(contender: Contender, connections: number, ms: number): Promise<Measured> {
  const { name, url, pid, databasePid, convoIds } = contender
  await load.prepare({
    target: { host: new URL(url).host, serviceDid: SERVICE_DID, messageBytes: MESSAGE_BYTES },
    senders,
    convoIds,
    count: databasePid ? Math.ceil((PREPARED_PER_S * ms) / 1_000) : 1_000,
  })
  const cpu = () => ({ own: cpuMs(pid), database: databasePid ? childrenCpuMs(databasePid) : 0 })
  const begun = cpu()
  const outcome = await load.run({ url, connections, ms, again: !databasePid })
  if (outcome.failed > 0) throw new Error(`${name}: ${outcome.failed} requests failed`)
  const ended = cpu()
  return {
    ...outcome,
    cpuMs: ended.own - begun.own,
    databaseCpuMs: ended.database - begun.database,
  }
}

function printFigures(callers: number, figures: Record<string, Figure>): void {
  const empty = figures['empty xrpc']!
  printTable(
    [
      `${callers} callers`,
      'rate',
      'of empty xrpc',
      'p50 / p99 ms',
      'CPU µs',
      'of empty xrpc',
      'of the database',
    ],
    Object.entries(figures).map(([name, { rate, p50, p99, cpuUs, databaseCpuUs }]) => [
      name,
      perSecond(rate),
      (rate / empty.rate).toFixed(2),
      `${p50.toFixed(1)} / ${p99.toFixed(1)}`,
      cpuUs.toFixed(0),
      (cpuUs / empty.cpuUs).toFixed(2),
      databaseCpuUs ? databaseCpuUs.toFixed(0) : '',
    ]),
  )
}

function summary(outcomes: Measured[]): Figure {
  const all = outcomes.flatMap(({ times }) => times)
  const perMessageUs = (ms: (outcome: Measured) => number) =>
    (outcomes.reduce((sum, outcome) => sum + ms(outcome), 0) * 1_000) / all.length
  return {
    rate: median(outcomes.map(({ times, tookMs }) => (times.length * 1_000) / tookMs)),
    cpuUs: perMessageUs(({ cpuMs }) => cpuMs),
    databaseCpuUs: perMessageUs(({ databaseCpuMs }) => databaseCpuMs),
    p50: quantile(all, 0.5),
    p99: quantile(all, 0.99),
  }
}

interface Contender {
  name: string
  url: string
  pid: number
  /** Of its database server, where it has one. */
  databasePid?: number
  convoIds: string[]
}

interface Measured extends Outcome {
  /** Processor time that the server's process took. */
  cpuMs: number
  databaseCpuMs: number
}

interface Figure {
  /** Answers per second. */
  rate: number
  /** Microseconds of processor time per message, which a busy machine changes little. */
  cpuUs: number
  databaseCpuUs: number
  /** Milliseconds. */
  p50: number
  p99: number
}
