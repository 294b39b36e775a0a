/**
 * `npm run test:services`: the integration tests, and those for several instances, on a real PostgreSQL
 * and Redis: those of `DATABASE_URL` and `REDIS_URL` where set, else private ones on free loopback ports,
 * from the machine's packages. `-- tests/…` runs those files alone. Tests that kill or restart a server start their own in any case.
 */
import { spawn } from 'node:child_process'
import { existsSync, globSync } from 'node:fs'
import { once } from 'node:events'
import { startPostgres } from '../tests/support/postgres.js'
import { startRedis } from '../tests/support/redis.js'

const CONNECTIONS_MAX = '300'
const ALL = ['tests/integration', 'tests/property', 'tests/services']

async function main(): Promise<number> {
  requirePrograms()
  await using servers = new AsyncDisposableStack()
  const env = { ...process.env }
  if (!env.DATABASE_URL) {
    const postgres = servers.use(await startPostgres({ max_connections: CONNECTIONS_MAX }))
    env.DATABASE_URL = postgres.url
    console.log('PostgreSQL: a private server')
  }
  if (!env.REDIS_URL) {
    const redis = servers.use(await startRedis())
    env.REDIS_URL = redis.url
    console.log('Redis: a private server')
  }
  const options = process.argv.slice(2)
  const files = options.some((option) => option.startsWith('tests/')) ? [] : ALL
  const vitest = spawn('vitest', ['run', ...files, ...options], { stdio: 'inherit', env })
  const [code] = (await once(vitest, 'exit')) as [number | null]
  return code ?? 1
}

function requirePrograms(): void {
  const missing = []
  if (!isInPath('initdb') && globSync('/usr/lib/postgresql/*/bin/initdb').length === 0) {
    missing.push('postgresql')
  }
  if (!isInPath('redis-server')) missing.push('redis-server')
  if (!isInPath('tini')) missing.push('tini')
  if (!isInPath('promtool')) missing.push('prometheus')
  if (missing.length === 0) return
  console.error(
    `These tests need servers and tools of this machine: ${missing.join(', ')}. ` +
      `On Debian: apt-get install ${missing.join(' ')}`,
  )
  process.exit(1)
}

function isInPath(program: string): boolean {
  return (process.env.PATH ?? '').split(':').some((dir) => existsSync(`${dir}/${program}`))
}

process.exitCode = await main()
