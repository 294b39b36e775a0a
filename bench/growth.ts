/**
 * Whether anything becomes slower as the service fills: sending, pages of a log, the list of conversations,
 * claims of key packages and coming back to the stream, on three databases side by side: 10³ messages in 10
 * conversations, 10⁵ in 10³, and 10⁶ in 10⁵. Their rows are written directly, in the shapes of the service;
 * one conversation has half of all messages. In turns in the same run, one call at a time; a figure is the
 * median. Ends by itself in about three minutes. `npm run bench:growth -- 1000/10,100000/1000` measures other
 * sizes, as does `BENCH_SIZES`.
 */
import { randomBytes, randomUUID } from 'node:crypto'
import pg from 'pg'
import { startPlc } from '../tests/support/plc.js'
import { startPostgres } from '../tests/support/postgres.js'
import { startProcess } from '../tests/support/service-process.js'
import { CallProcess } from './calls/call-process.js'
import type { Call } from './calls/calls.js'
import { Filled } from '../tests/support/filled.js'
import { keepResults, printHeading, printTable, quantile, verdict } from './report.js'
import { ReaderProcess } from './resume/reader-process.js'
import { makeAccounts } from './send/stage.js'
import { privateMessage } from '../tests/support/private-message.js'

const SIZES = (process.argv[2] ?? process.env.BENCH_SIZES ?? '1000/10,100000/1000,1000000/100000')
  .split(',')
  .map((size) => size.split('/').map(Number) as [messages: number, convos: number])
const ROUNDS = 8
const CALLS = 25
/** Of the account that is measured: its own conversations do not grow in number. */
const OWN_CONVOS = 10
const MISSED = 20
/** Accounts in those conversations; one more is away. */
const WRITERS = 3
const RESUMES = 6
const MESSAGE_BYTES = 512
const GOAL = 1.3
const SECRET = randomBytes(32).toString('hex')

await using servers = new AsyncDisposableStack()
const postgres = servers.use(await startPostgres({ max_wal_size: '4GB' }))
const plc = servers.use(await startPlc())
const accounts = await makeAccounts(plc, WRITERS + 1)
const targets = await makeAccounts(plc, 30)
const dids = accounts.map(({ did }) => did)
const sites: Site[] = []
for (const [messages, convos] of SIZES) {
  const begunMs = performance.now()
  sites.push(await openSite(messages, convos))
  progress(`${inWords(messages, convos)}, written in ${secondsSince(begunMs)} s`)
}

printHeading({
  sizes: SIZES.map((size) => inWords(...size)).join(', '),
})
const names = Object.keys(operations(sites[0]!))
const times = new Map(names.map((name) => [name, sites.map((): number[] => [])]))
for (let round = 0; round <= ROUNDS; round++) {
  const begunMs = performance.now()
  for (const name of names) {
    for (const [i, site] of sites.entries()) {
      const took = await operations(site)[name]!()
      // The first round warms all up.
      if (round > 0) times.get(name)![i]!.push(...took)
    }
  }
  progress(`round ${round} of ${ROUNDS}, ${secondsSince(begunMs)} s`)
}
console.log()

const results = names.map((name) => {
  const ms = times.get(name)!.map((each) => quantile(each, 0.5))
  return { name, ms, ratio: ms.at(-1)! / ms[0]! }
})
printTable(
  ['median ms', ...SIZES.map(([messages]) => messages.toLocaleString('en')), 'largest/smallest'],
  results.map(({ name, ms, ratio }) => [
    name,
    ...ms.map((each) => each.toFixed(2)),
    `${ratio.toFixed(2)} ${verdict(ratio <= GOAL, `${name} ≤ ${GOAL} × the smallest`)}`,
  ]),
)
printTable(
  ['MiB', ...SIZES.map(([messages]) => messages.toLocaleString('en'))],
  await Promise.all(
    ['messages', 'event_stream'].map(async (table) => [
      table,
      ...(await Promise.all(sites.map(async (site) => (await site.mib(table)).toFixed(1)))),
    ]),
  ),
)
console.log(`goal ≤ ${GOAL}`)
keepResults('growth', { sizes: SIZES, goal: GOAL, results })

function inWords(messages: number, convos: number): string {
  return `${messages.toLocaleString('en')} messages in ${convos.toLocaleString('en')} conversations`
}

function progress(text: string): void {
  console.log(`… ${text}`)
}

function secondsSince(begunMs: number): string {
  return ((performance.now() - begunMs) / 1_000).toFixed(0)
}

/** What is measured: each a number of calls, and how long each took. */
function operations(site: Site): Record<string, () => Promise<number[]>> {
  const page = (range: string) =>
    many(site, 'blue.catbird.mls.getMessages', () => `?convoId=${site.hot}&limit=20${range}`)
  return {
    'sendMessage, conversation of many': () => send(site, site.hot),
    'sendMessage, conversation of few': () => send(site, site.quiet),
    'getMessages, newest': () => page(''),
    'getMessages, first': () => page('&sinceSeq=0'),
    'getMessages, middle': () => page(`&sinceSeq=${Math.floor(site.messages / 4)}`),
    getConvos: () => many(site, 'blue.catbird.mls.getConvos', () => '?limit=50'),
    getKeyPackages: () =>
      many(
        site,
        'blue.catbird.mls.getKeyPackages',
        (i) =>
          `?dids=${encodeURIComponent(targets[i % targets.length]!.did)}&convoId=${site.quiet}`,
      ),
    'come back to the stream': () => resume(site),
  }
}

async function send({ calls }: Site, convoId: string): Promise<number[]> {
  const { times } = await calls.run(
    Array.from({ length: CALLS }, (_, i): Call => {
      const message = privateMessage(Buffer.from(convoId, 'hex'), MESSAGE_BYTES)
      const ciphertext = { $bytes: message.toString('base64').replace(/=+$/, '') }
      const body = { convoId, msgId: randomUUID(), epoch: 0, ciphertext }
      return { sender: i % WRITERS, lxm: 'blue.catbird.mls.sendMessage', body }
    }),
  )
  return times
}

async function many({ calls }: Site, lxm: string, query: (i: number) => string): Promise<number[]> {
  const { times } = await calls.run(
    Array.from({ length: CALLS }, (_, i) => ({ sender: i % WRITERS, lxm, query: query(i) })),
  )
  return times
}

async function resume({ service, readers, cursor }: Site): Promise<number[]> {
  const times: number[] = []
  for (let i = 0; i < RESUMES; i++) {
    const dids = [accounts.at(-1)!.did]
    times.push((await readers.resume(service, { dids, cursor, expected: MISSED })).tookMs)
  }
  return times
}

/** A database of this size with a service on it. */
async function openSite(messages: number, convos: number): Promise<Site> {
  const url = await newDatabase(`size_${messages}`)
  const service = servers.use(
    await startProcess({
      plcUrl: plc.url,
      env: {
        JWT_SECRET: SECRET,
        DATABASE_URL: url,
        LOG_LEVEL: 'warn',
      },
    }),
  )
  const filled = servers.use(await Filled.open(url))
  const own = await filled.convos({ count: OWN_CONVOS, members: dids.slice(0, -1) })
  const [hot, quiet] = own as [string, string]
  const away = await filled.convos({ count: 1, members: dids.slice(-2) })
  await filled.messages([...own, ...away], 2)
  await filled.packages(
    targets.map(({ did }) => did),
    2,
  )
  const cursor = await filled.cursor()
  // What follows happens to others while one account is away.
  const people = strangers(Math.max(2, convos / 10))
  const others = await filled.convos({ count: convos, members: people.slice(0, 2) })
  await filled.messages([hot], messages / 2)
  await filled.messages(others, Math.ceil(messages / 2 / convos))
  await filled.packages(people, 10)
  await filled.messages(away, MISSED)
  await filled.settle()
  return {
    messages,
    hot,
    quiet,
    cursor,
    service,
    calls: servers.use(new CallProcess(service, accounts)),
    readers: servers.use(new ReaderProcess(SECRET)),
    mib: (table) => filled.mib(table),
  }
}

function strangers(count: number): string[] {
  return Array.from({ length: count }, (_, i) => `did:web:s${i}.test`)
}

async function newDatabase(name: string): Promise<string> {
  const admin = new pg.Client({ connectionString: postgres.url })
  await admin.connect()
  await admin.query(`create database ${name}`)
  await admin.end()
  return postgres.url.replace(/postgres$/, name)
}

interface Site {
  messages: number
  hot: string
  quiet: string
  cursor: string
  service: Awaited<ReturnType<typeof startProcess>>
  calls: CallProcess
  readers: ReaderProcess
  /** What a table takes with its indexes. */
  mib(table: string): Promise<number>
}
