/**
 * How long the service takes from its start until it is ready, with all cipher suites, and what it holds in
 * memory when it has nothing to do: on a migrated database, embedded and on a PostgreSQL server, against a
 * bare `node:http` server. Ends by itself within a minute.
 */
import { readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { startPostgres } from '../tests/support/postgres.js'
import { startProcess } from '../tests/support/service-process.js'
import { keepResults, median, printHeading, printTable } from './report.js'
import { Reference } from './send/reference.js'

const ROUNDS = 5
const REST_MS = 2_000

const postgres = await startPostgres()
const results = [
  await serviceOn('PostgreSQL', { DATABASE_URL: postgres.url }),
  await serviceOn('embedded', {}),
  await bare(),
]
await postgres[Symbol.asyncDispose]()
printHeading()
printTable(
  ['', 'ready after', 'resident at rest'],
  results.map(({ name, readyMs, mib }) => [
    name,
    `${Math.round(readyMs)} ms`,
    `${Math.round(mib)} MiB`,
  ]),
)
keepResults('start', { results })

async function serviceOn(name: string, env: Record<string, string>) {
  // Whatever it has: the support asks for two alone.
  const allSuites = { CIPHER_SUITES: undefined } as unknown as Record<string, string>
  await using service = await startProcess({
    plcUrl: 'http://localhost:1',
    env: { LOG_LEVEL: 'warn', ...env, ...allSuites },
  })
  const times: number[] = []
  for (let round = 0; round < ROUNDS; round++) {
    await service.stop()
    times.push(await service.start())
  }
  await sleep(REST_MS)
  return { name, readyMs: median(times), mib: residentMib(service.pid!) }
}

async function bare() {
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
