import { execFile, execFileSync } from 'node:child_process'
import { chownSync, existsSync, globSync } from 'node:fs'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { freePort } from './service-process.js'

const run = promisify(execFile)

/**
 * A PostgreSQL server of the test's own, on a port and in a directory of its own, that can be stopped in
 * every way and started again. Needs the server's programs, in the path or where Debian has them.
 */
export async function startPostgres(settings: Record<string, string> = {}): Promise<TestPostgres> {
  const directory = await mkdtemp(join(tmpdir(), 'catbird-postgres-'))
  const data = join(directory, 'data')
  const bin = findPrograms()
  const owner = unprivileged()
  if (owner) chownSync(directory, owner.uid, owner.gid)
  const port = await freePort()
  const options = Object.entries({
    port: String(port),
    listen_addresses: '127.0.0.1',
    unix_socket_directories: directory,
    ...settings,
  })
  const flags = options.map(([name, value]) => `-c ${name}=${value}`).join(' ')
  const control = (...args: string[]) =>
    run(join(bin, 'pg_ctl'), ['-D', data, '-w', ...args], { cwd: directory, ...owner })

  await run(join(bin, 'initdb'), ['-D', data, '-U', 'postgres', '-A', 'trust', '--no-sync'], {
    cwd: directory,
    ...owner,
  })
  const start = async () => {
    await control('-l', join(directory, 'log'), '-o', flags, 'start')
  }
  await start()
  return {
    url: `postgres://postgres@127.0.0.1:${port}/postgres`,
    pid: async () => Number.parseInt(await readFile(join(data, 'postmaster.pid'), 'utf8'), 10),
    start,
    stop: async (mode) => {
      await control('-m', mode, 'stop')
    },
    async [Symbol.asyncDispose]() {
      await control('-m', 'immediate', 'stop').catch(() => {})
      await rm(directory, { recursive: true, force: true })
    },
  }
}

function findPrograms(): string {
  const inPath = (process.env.PATH ?? '').split(':').find((dir) => existsSync(join(dir, 'initdb')))
  const found = inPath ?? globSync('/usr/lib/postgresql/*/bin').sort().at(-1)
  if (found === undefined) throw new Error('PostgreSQL is not installed: initdb is not found')
  return found
}

/** The server refuses to run as root. */
function unprivileged(): { uid: number; gid: number } | undefined {
  if (process.getuid?.() !== 0) return undefined
  const id = (flag: string) => Number(execFileSync('id', [flag, 'postgres']).toString())
  return { uid: id('-u'), gid: id('-g') }
}

export interface TestPostgres extends AsyncDisposable {
  url: string
  /** Of the process whose children do the work, while it runs. */
  pid(): Promise<number>
  /** After `stop`: on the same data. */
  start(): Promise<void>
  /** `immediate` is a crash: nothing is flushed, and recovery runs at the next start. */
  stop(mode: 'fast' | 'immediate'): Promise<void>
}
