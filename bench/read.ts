/**
 * Pages per second that `getMessages` and `getConvos` give, on a PostgreSQL server of this benchmark's own,
 * against a bare `node:http` server that sends as many bytes. The account is in 200 conversations with
 * 2,000 messages each. Ends by itself in about a minute. With `BENCH_BEFORE=<directory>` another
 * build, in that checkout's `dist`, takes its turns beside this one; with `BENCH_PROFILE=<directory>` this one leaves a CPU profile there.
 */
import { join } from 'node:path'
import { startPlc } from '../tests/support/plc.js'
import { startPostgres } from '../tests/support/postgres.js'
import { startProcess } from '../tests/support/service-process.js'
import { CallProcess, rateOf } from './calls/call-process.js'
import type { Call, Outcome } from './calls/calls.js'
import { Filled } from '../tests/support/filled.js'
import { keepResults, median, perSecond, printHeading, printTable, quantile } from './report.js'
import { childrenCpuMs, cpuMs } from './send/cpu-time.js'
import { Reference } from './send/reference.js'
import { makeAccounts } from './send/stage.js'

const CONVOS = 200
const MESSAGES_EACH = 2_000
const CALLERS = 8
const ROUNDS = 3
const CALLS = 600
const SERVICE_DID = 'did:web:mls.bench.test'

const { BENCH_BEFORE: before, BENCH_PROFILE: profile } = process.env

await using servers = new AsyncDisposableStack()
const postgres = servers.use(await startPostgres({ fsync: 'off' }))
const plc = servers.use(await startPlc())
const service = servers.use(
  await startService(profile ? { NODE_OPTIONS: `--cpu-prof --cpu-prof-dir=${profile}` } : {}),
)
const databasePid = await postgres.pid()
const formerBuild = before ? servers.use(await startService({}, before)) : undefined
const accounts = await makeAccounts(plc, 4)
const filled = servers.use(await Filled.open(postgres.url))
const convoIds = await filled.convos({ count: CONVOS, members: accounts.map(({ did }) => did) })
await filled.messages(convoIds, MESSAGES_EACH)
await filled.settle()
const load = servers.use(new CallProcess(service, accounts))
const reference = servers.use(await Reference.start('./sized-http.ts'))

printHeading({ messages: `${CONVOS} conversations with ${MESSAGES_EACH} messages each` })
const middle = MESSAGES_EACH / 2
const kinds: Record<string, (i: number) => { lxm: string; query: string }> = {
  'getMessages, newest 50': (i) => page(i, 'limit=50'),
  'getMessages, 50 from the middle': (i) => page(i, `limit=50&sinceSeq=${middle}`),
  'getConvos, first 50': () => ({ lxm: 'blue.catbird.mls.getConvos', query: '?limit=50' }),
}
const results = []
for (const [name, of] of Object.entries(kinds)) {
  const calls = Array.from({ length: CALLS }, (_, i): Call => ({ sender: i % 4, ...of(i) }))
  const outcomes = { own: [] as Measured[], before: [] as Measured[], bare: [] as Measured[] }
  // The first round warms all up.
  for (let round = 0; round <= ROUNDS; round++) {
    const own = await measure(calls, service)
    const former = formerBuild && (await measure(calls, formerBuild))
    const sized = calls.map((call) => ({ ...call, query: `?bytes=${bytesOf(own)}` }))
    const bare = await measure(sized, reference)
    if (round === 0) continue
    outcomes.own.push(own)
    if (former) outcomes.before.push(former)
    outcomes.bare.push(bare)
  }
  results.push({
    name,
    bytes: bytesOf(outcomes.own[0]!),
    service: summary(outcomes.own),
    ...(formerBuild && { before: summary(outcomes.before) }),
    bare: summary(outcomes.bare),
  })
}
printTable(
  ['page', 'bytes', 'by', 'pages', 'of bare', 'p50 / p99 ms', 'CPU µs', 'of the database'],
  results.flatMap(({ name, bytes, ...by }) =>
    Object.entries(by).map(([who, { rate, p50, p99, cpuUs, databaseCpuUs }], i) => [
      i === 0 ? name : '',
      i === 0 ? bytes.toLocaleString('en') : '',
      who,
      perSecond(rate),
      (rate / by.bare.rate).toFixed(2),
      `${p50.toFixed(1)} / ${p99.toFixed(1)}`,
      cpuUs.toFixed(0),
      who === 'bare' ? '' : databaseCpuUs.toFixed(0),
    ]),
  ),
)
keepResults('read', { callers: CALLERS, results })

function page(i: number, range: string): { lxm: string; query: string } {
  const convoId = convoIds[i % convoIds.length]!
  return { lxm: 'blue.catbird.mls.getMessages', query: `?convoId=${convoId}&${range}` }
}

function startService(env: Record<string, string>, checkout?: string) {
  return startProcess({
    plcUrl: plc.url,
    ...(checkout && { entry: join(checkout, 'dist/bin/catbird-mls.js') }),
    env: {
      NODE_ENV: 'production',
      HOST: '127.0.0.1',
      SERVICE_DID,
      DATABASE_URL: postgres.url,
      LOG_LEVEL: 'warn',
      ...env,
    },
  })
}

async function measure(calls: Call[], { url, pid }: Contender): Promise<Measured> {
  const begun = { own: cpuMs(pid!), database: childrenCpuMs(databasePid) }
  const outcome = await load.run(calls, { connections: CALLERS, url })
  return {
    ...outcome,
    cpuMs: cpuMs(pid!) - begun.own,
    databaseCpuMs: childrenCpuMs(databasePid) - begun.database,
  }
}

function bytesOf({ bytes, times }: Outcome): number {
  return Math.round(bytes / times.length)
}

function summary(outcomes: readonly Measured[]) {
  const times = outcomes.flatMap((outcome) => outcome.times)
  const perPageUs = (ms: (outcome: Measured) => number) =>
    (outcomes.reduce((sum, outcome) => sum + ms(outcome), 0) * 1_000) / times.length
  return {
    rate: median(outcomes.map(rateOf)),
    /** Microseconds of processor time per page, which a busy machine changes little. */
    cpuUs: perPageUs(({ cpuMs }) => cpuMs),
    databaseCpuUs: perPageUs(({ databaseCpuMs }) => databaseCpuMs),
    p50: quantile(times, 0.5),
    p99: quantile(times, 0.99),
  }
}

interface Contender {
  url: string
  pid: number | undefined
}

interface Measured extends Outcome {
  /** Processor time that the server's process took. */
  cpuMs: number
  databaseCpuMs: number
}
