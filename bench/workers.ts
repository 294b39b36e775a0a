/**
 * What a second process brings: `sendMessage` over 1,000 conversations with `serve --workers 1` and with
 * `serve --workers 2`, each on a PostgreSQL server (fsync on) and a Redis of its own, in turns in the same
 * run. On two cores, which the databases and the load use as well, two processes cannot send twice as much:
 * hence the processor time of a message. The load comes from a process of its own, by requests that were
 * made before. Ends by itself in about a minute.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { cpus } from 'node:os'
import { startPlc } from '../tests/support/plc.js'
import { startPostgres } from '../tests/support/postgres.js'
import { startRedis } from '../tests/support/redis.js'
import { scrape } from '../tests/support/scrape.js'
import { freePort, startProcess } from '../tests/support/service-process.js'
import { keepResults, median, perSecond, printHeading, printTable, quantile } from './report.js'
import { childrenCpuMs, cpuMs } from './send/cpu-time.js'
import { LoadProcess } from './send/load-process.js'
import type { Outcome } from './send/load.js'
import { makeAccounts, makeConvos } from './send/stage.js'

const WORKERS = [1, 2]
const ACCOUNTS = 64
const CONVOS = 1_000
const MESSAGE_BYTES = 512
const CALLERS = 64
const ROUNDS = 5
const ROUND_MS = 2_000
/** More than any machine answers in a round. */
const PREPARED_PER_S = 9_000
const SERVICE_DID = 'did:web:mls.bench.test'
const POLL_MS = 50

await using servers = new AsyncDisposableStack()
const plc = servers.use(await startPlc())
const senders = await makeAccounts(plc, ACCOUNTS)
const sites: Site[] = []
for (const workers of WORKERS) sites.push(await openSite(workers))
const load = servers.use(new LoadProcess())

printHeading({
  messages: `${MESSAGE_BYTES} bytes, ${CALLERS} callers, ${CONVOS} conversations`,
  cores: `${cpus().length}, which the databases and the load use as well`,
})
const outcomes = sites.map((): Measured[] => [])
// The first round warms all up.
for (let round = 0; round <= ROUNDS; round++) {
  for (const [i, site] of sites.entries()) {
    const outcome = await measure(site)
    if (round > 0) outcomes[i]!.push(outcome)
  }
}
const results = sites.map(({ workers }, i) => ({ workers, ...summary(outcomes[i]!) }))
const [one] = results
printTable(
  ['workers', 'messages', 'ratio', 'p50 / p99 ms', 'CPU µs of all processes', 'of the database'],
  results.map(({ workers, rate, p50, p99, cpuUs, databaseCpuUs }) => [
    `${workers}`,
    perSecond(rate),
    `${(rate / one!.rate).toFixed(2)} ×`,
    `${p50.toFixed(1)} / ${p99.toFixed(1)}`,
    `${cpuUs.toFixed(0)} (${(cpuUs / one!.cpuUs).toFixed(2)} ×)`,
    databaseCpuUs.toFixed(0),
  ]),
)
keepResults('workers', {
  cores: cpus().length,
  messageBytes: MESSAGE_BYTES,
  callers: CALLERS,
  results,
})

/** With databases and conversations of its own, when all its processes serve. */
async function openSite(workers: number): Promise<Site> {
  const postgres = servers.use(await startPostgres())
  const redis = servers.use(await startRedis())
  const metricsPort = await freePort()
  const service = servers.use(
    await startProcess({
      plcUrl: plc.url,
      args: ['--workers', String(workers)],
      env: {
        NODE_ENV: 'production',
        HOST: '127.0.0.1',
        SERVICE_DID,
        METRICS_PORT: String(metricsPort),
        DATABASE_URL: postgres.url,
        REDIS_URL: redis.url,
        LOG_LEVEL: 'warn',
      },
    }),
  )
  if (workers > 1) await allServe(`http://127.0.0.1:${metricsPort}`, workers)
  const dids = senders.map(({ did }) => did)
  const { spread } = await makeConvos(postgres.url, dids, CONVOS)
  const databasePid = await postgres.pid()
  return { workers, url: service.url, pid: service.pid!, databasePid, convoIds: spread }
}

async function allServe(metricsUrl: string, workers: number): Promise<void> {
  while ((await scrape(metricsUrl)).value('mls_workers') !== workers) await sleep(POLL_MS)
}

async function measure({ url, pid, databasePid, convoIds }: Site): Promise<Measured> {
  const target = { host: new URL(url).host, serviceDid: SERVICE_DID, messageBytes: MESSAGE_BYTES }
  const count = (PREPARED_PER_S * ROUND_MS) / 1_000
  await load.prepare({ target, senders, convoIds, count })
  // Workers are children of the first process, which only shares the port out.
  const cpu = () => ({ own: cpuMs(pid) + childrenCpuMs(pid), database: childrenCpuMs(databasePid) })
  const begun = cpu()
  const outcome = await load.run({ url, connections: CALLERS, ms: ROUND_MS, again: false })
  const ended = cpu()
  if (outcome.failed > 0) throw new Error(`${outcome.failed} requests failed`)
  return {
    ...outcome,
    cpuMs: ended.own - begun.own,
    databaseCpuMs: ended.database - begun.database,
  }
}

function summary(measured: readonly Measured[]) {
  const times = measured.flatMap((outcome) => outcome.times)
  const perMessageUs = (ms: (outcome: Measured) => number) =>
    (measured.reduce((sum, outcome) => sum + ms(outcome), 0) * 1_000) / times.length
  return {
    rate: median(measured.map(({ times, tookMs }) => (times.length * 1_000) / tookMs)),
    /** Microseconds of processor time per message, which a busy machine changes little. */
    cpuUs: perMessageUs(({ cpuMs }) => cpuMs),
    databaseCpuUs: perMessageUs(({ databaseCpuMs }) => databaseCpuMs),
    p50: quantile(times, 0.5),
    p99: quantile(times, 0.99),
  }
}

interface Site {
  workers: number
  url: string
  pid: number
  databasePid: number
  convoIds: string[]
}

interface Measured extends Outcome {
  cpuMs: number
  databaseCpuMs: number
}
