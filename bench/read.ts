/**
 * Pages per second that `getMessages` and `getConvos` give, on a PostgreSQL server of this benchmark's own,
 * against a bare `node:http` server that sends as many bytes. The account is in 200 conversations with
 * 2,000 messages each. Ends by itself in about a minute.
 */
import { startPlc } from '../tests/support/plc.js'
import { startPostgres } from '../tests/support/postgres.js'
import { startProcess } from '../tests/support/service-process.js'
import { CallProcess, rateOf } from './calls/call-process.js'
import type { Call, Outcome } from './calls/calls.js'
import { Filled } from '../tests/support/filled.js'
import { keepResults, median, perSecond, printHeading, printTable, quantile } from './report.js'
import { Reference } from './send/reference.js'
import { makeAccounts } from './send/stage.js'

const CONVOS = 200
const MESSAGES_EACH = 2_000
const CALLERS = 8
const ROUNDS = 3
const CALLS = 400

await using servers = new AsyncDisposableStack()
const postgres = servers.use(await startPostgres({ fsync: 'off' }))
const plc = servers.use(await startPlc())
const service = servers.use(
  await startProcess({
    plcUrl: plc.url,
    env: {
      NODE_ENV: 'production',
      SERVICE_DID: 'did:web:mls.bench.test',
      DATABASE_URL: postgres.url,
      LOG_LEVEL: 'warn',
    },
  }),
)
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
  const own: Outcome[] = []
  const bare: Outcome[] = []
  // The first round warms both up.
  for (let round = 0; round <= ROUNDS; round++) {
    const outcome = await load.run(calls, { connections: CALLERS })
    const bytes = Math.round(outcome.bytes / CALLS)
    const sized = calls.map((call) => ({ ...call, query: `?bytes=${bytes}` }))
    const theirs = await load.run(sized, { connections: CALLERS, url: reference.url })
    if (round === 0) continue
    own.push(outcome)
    bare.push(theirs)
  }
  const times = own.flatMap((outcome) => outcome.times)
  results.push({
    name,
    rate: median(own.map(rateOf)),
    bare: median(bare.map(rateOf)),
    bytes: Math.round(own[0]!.bytes / CALLS),
    p50: quantile(times, 0.5),
    p99: quantile(times, 0.99),
  })
}
printTable(
  ['page', 'bytes', 'service', 'p50 / p99 ms', 'bare http', 'ratio'],
  results.map(({ name, bytes, rate, bare, p50, p99 }) => [
    name,
    bytes.toLocaleString('en'),
    perSecond(rate),
    `${p50.toFixed(1)} / ${p99.toFixed(1)}`,
    perSecond(bare),
    (rate / bare).toFixed(2),
  ]),
)
keepResults('read', { callers: CALLERS, results })

function page(i: number, range: string): { lxm: string; query: string } {
  const convoId = convoIds[i % convoIds.length]!
  return { lxm: 'blue.catbird.mls.getMessages', query: `?convoId=${convoId}&${range}` }
}
