/**
 * Messages per second that `sendMessage` takes with all its checks, durably on a PostgreSQL server of this
 * benchmark's own (fsync on), over 1,000 conversations and into one; against `@atproto/xrpc-server` with
 * an empty handler and the same lexicon, and bare `node:http`, which get the same bytes in the same run.
 * The load comes from a process of its own, by requests that were made before. Ends by itself in about
 * three minutes. With `BENCH_PROFILE=<directory>` the service leaves a CPU profile there; with
 * `BENCH_REDIS=1` it shares its store through a Redis, and counts each call there.
 */
import {
  median,
  keepResults,
  perSecond,
  printHeading,
  printTable,
  quantile,
  verdict,
} from './report.js'
import { cpuMs } from './send/cpu-time.js'
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
/** More than anybody sends, but not 0, which would count nothing. */
const COUNTED = { RATE_LIMIT_SEND_MESSAGE: '1000000', RATE_LIMIT_IP_PER_MINUTE: '1000000' }
const profile = process.env.BENCH_PROFILE

await using servers = new AsyncDisposableStack()
const postgres = servers.use(await startPostgres())
const redis = process.env.BENCH_REDIS ? servers.use(await startRedis()) : undefined
const plc = servers.use(await startPlc())
const service = servers.use(
  await startProcess({
    plcUrl: plc.url,
    env: {
      NODE_ENV: 'production',
      HOST: '127.0.0.1',
      SERVICE_DID,
      DATABASE_URL: postgres.url,
      LOG_LEVEL: 'warn',
      ...(redis && { REDIS_URL: redis.url, ...COUNTED }),
      ...(profile && { NODE_OPTIONS: `--cpu-prof --cpu-prof-dir=${profile}` }),
    },
  }),
)
const emptyXrpc = servers.use(await Reference.start('./empty-xrpc.ts'))
const bareHttp = servers.use(await Reference.start('./bare-http.ts'))
const load = servers.use(new LoadProcess())
const senders = await makeAccounts(plc, ACCOUNTS)
const { spread, hot } = await makeConvos(
  postgres.url,
  senders.map(({ did }) => did),
  CONVOS,
)

printHeading({
  messages: `${MESSAGE_BYTES} bytes, ${ACCOUNTS} accounts, ${CONVOS} conversations`,
  store: redis ? 'Redis' : 'in the process',
})
const contenders: Contender[] = [
  { name: 'spread', url: service.url, pid: service.pid!, convoIds: spread },
  { name: 'hot', url: service.url, pid: service.pid!, convoIds: [hot] },
  { name: 'xrpc', url: emptyXrpc.url, pid: emptyXrpc.pid, convoIds: spread },
  { name: 'http', url: bareHttp.url, pid: bareHttp.pid, convoIds: spread },
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
  results.push({
    callers,
    spread: summary(outcomes.get('spread')!),
    hot: summary(outcomes.get('hot')!),
    xrpc: summary(outcomes.get('xrpc')!),
    http: summary(outcomes.get('http')!),
  })
}

printTable(
  [
    'callers',
    'spread',
    'p50 / p99 ms',
    'hot',
    'p50 / p99 ms',
    'empty xrpc',
    'bare http',
    'spread/xrpc',
    'hot/spread',
  ],
  results.map((row) => [
    `${row.callers}`,
    perSecond(row.spread.rate),
    times(row.spread),
    perSecond(row.hot.rate),
    times(row.hot),
    perSecond(row.xrpc.rate),
    perSecond(row.http.rate),
    (row.spread.rate / row.xrpc.rate).toFixed(2),
    (row.hot.rate / row.spread.rate).toFixed(2),
  ]),
)
const main = results.find(({ callers }) => callers === MAIN)
printTable(
  ['callers', 'CPU µs of the process: spread', 'hot', 'empty xrpc', 'bare http', 'xrpc/spread'],
  results.map(({ callers, spread, hot, xrpc, http }) => [
    `${callers}`,
    ...[spread, hot, xrpc, http].map(({ cpuUs }) => cpuUs.toFixed(0)),
    (xrpc.cpuUs / spread.cpuUs).toFixed(2),
  ]),
)
if (main) {
  const ratio = main.spread.rate / main.xrpc.rate
  const hotRatio = main.hot.rate / main.spread.rate
  console.log(`spread ≥ ${GOAL_SPREAD} of empty xrpc   ${verdict(ratio >= GOAL_SPREAD)}`)
  console.log(`hot ≥ ${GOAL_HOT} of spread           ${verdict(hotRatio >= GOAL_HOT)}`)
  console.log(`spread p99 ≤ ${GOAL_P99_MS} ms           ${verdict(main.spread.p99 <= GOAL_P99_MS)}`)
}
keepResults('send', { messageBytes: MESSAGE_BYTES, store: redis ? 'redis' : 'process', results })

async function measure(contender: Contender, connections: number, ms: number): Promise<Measured> {
  const { url, pid, convoIds } = contender
  const isService = url === service.url
  await load.prepare({
    target: { host: new URL(url).host, serviceDid: SERVICE_DID, messageBytes: MESSAGE_BYTES },
    senders,
    convoIds,
    count: isService ? Math.ceil((PREPARED_PER_S * ms) / 1_000) : 1_000,
  })
  const before = cpuMs(pid)
  const outcome = await load.run({ url, connections, ms, again: !isService })
  if (outcome.failed > 0) throw new Error(`${contender.name}: ${outcome.failed} requests failed`)
  return { ...outcome, cpuMs: cpuMs(pid) - before }
}

interface Measured extends Outcome {
  /** Processor time that the server's process took. */
  cpuMs: number
}

function summary(outcomes: Measured[]) {
  const all = outcomes.flatMap(({ times }) => times)
  return {
    rate: median(outcomes.map(({ times, tookMs }) => (times.length * 1_000) / tookMs)),
    /** Microseconds of processor time per message, which a busy machine changes little. */
    cpuUs: (outcomes.reduce((sum, { cpuMs }) => sum + cpuMs, 0) * 1_000) / all.length,
    p50: quantile(all, 0.5),
    p99: quantile(all, 0.99),
  }
}

function times({ p50, p99 }: { p50: number; p99: number }): string {
  return `${p50.toFixed(1)} / ${p99.toFixed(1)}`
}

interface Contender {
  name: 'spread' | 'hot' | 'xrpc' | 'http'
  url: string
  pid: number
  convoIds: string[]
}
