/**
 * How long the service takes from its start until it is ready, with all cipher suites, and what it holds in
 * memory when it has nothing to do: on an empty database, which it migrates first, and on one that it has had
 * before; embedded and on a PostgreSQL server, against a bare `node:http` server. Ends by itself within two
 * minutes.
 */
import { readFileSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { startPostgres } from '../tests/support/postgres.js'
import { startProcess } from '../tests/support/service-process.js'
import { keepResults, median, printHeading, printTable } from './report.js'
import { Reference } from './send/reference.js'

const ROUNDS = 5
const REST_MS = 2_000
const DATABASE = 'bench_start'

await using postgres = await startPostgres()
await emptyPostgres()
const url = postgres.url.replace(/postgres$/, DATABASE)
const results = [
  await serviceOn('PostgreSQL', { DATABASE_URL: url }, emptyPostgres),
  await serviceOn('embedded', {}, (dataDir) => rm(join(dataDir, 'postgres'), { recursive: true })),
  await bare(),
]
printHeading({ rounds: `${ROUNDS}, the median` })
printTable(
  ['', 'ready on an empty database', 'on its own', 'resident at rest'],
  results.map(({ name, emptyMs, readyMs, mib }) => [
    name,
    emptyMs === undefined ? '' : `${Math.round(emptyMs)} ms`,
    `${Math.round(readyMs)} ms`,
    `${Math.round(mib)} MiB`,
  ]),
)
keepResults('start', { results })

async function serviceOn(
  name: string,
  env: Record<string, string>,
  empty: (dataDir: string) => Promise<void>,
): Promise<Result> {
  // Whatever it has: the support asks for two alone.
  const allSuites = { CIPHER_SUITES: undefined } as unknown as Record<string, string>
  await using service = await startProcess({
    plcUrl: 'http://localhost:1',
    env: { LOG_LEVEL: 'warn', ...env, ...allSuites },
  })
  const emptyMs: number[] = []
  const readyMs: number[] = []
  for (let round = 0; round < ROUNDS; round++) {
    await service.stop()
    await empty(service.dataDir)
    emptyMs.push(await service.start())
    await service.stop()
    readyMs.push(await service.start())
  }
  await sleep(REST_MS)
  const mib = residentMib(service.pid!)
  return { name, emptyMs: median(emptyMs), readyMs: median(readyMs), mib }
}

async function emptyPostgres(): Promise<void> {
  const admin = new pg.Client({ connectionString: postgres.url })
  await admin.connect()
  await admin.query(`drop database if exists ${DATABASE} with (force)`)
  await admin.query(`create database ${DATABASE}`)
  await admin.end()
}

async function bare(): Promise<Result> {
  const times: number[] = []
  let mib = 0
  for (let round = 0; round < ROUNDS; round++) {
    const begunMs = performance.now()
    using server = await Reference.start('./bare-http.ts')
    await fetch(server.url, { method: 'POST', body: '{}' })
    times.push(performance.now() - begunMs)
    mib = residentMib(server.pid)
  }
  return { name: 'bare node:http (by tsx)', readyMs: median(times), mib }
}

function residentMib(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8')
  return Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1]) / 1_024
}

interface Result {
  name: string
  /** Where there is a database. */
  emptyMs?: number
  readyMs: number
  mib: number
}
