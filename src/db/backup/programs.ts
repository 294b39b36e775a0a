import { execFile } from 'node:child_process'
import { accessSync, constants, globSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { sql } from 'kysely'
import type { Queryable } from '../types.js'
import { BackupError } from './backup-error.js'

/** Where Debian has the programs of each version; its own in the path chooses between them. */
const DEBIAN = '/usr/lib/postgresql/*/bin'

/** The server's major version, such as 16. */
export async function readServerVersion(q: Queryable): Promise<number> {
  const { rows } = await sql<{ version: number }>`
    select current_setting('server_version_num')::int / 10000 as version`.execute(q)
  return rows[0]!.version
}

/**
 * The path of one of PostgreSQL's programs that fits a server: of its version, else of the next newer
 * one that is installed. Older ones refuse newer servers.
 *
 * @param path where to look, as in the variable `PATH`; Debian's directories are looked at as well.
 * @throws {BackupError} when there is none; it says what to install.
 */
export async function findProgram(
  name: 'pg_dump' | 'pg_restore',
  server: number,
  path = '',
): Promise<string> {
  const found = await Promise.all(candidates(name, path).map(withVersion))
  const fitting = found
    .filter((program) => program.version >= server)
    .sort((a, b) => a.version - b.version)
  if (fitting[0]) return fitting[0].program
  const versions = [...new Set(found.map(({ version }) => version))].filter((one) => one > 0)
  const there = versions.length === 0 ? 'none is installed' : `there is ${versions.join(', ')}`
  throw new BackupError(
    `${name} of version ${server} or newer is needed for this PostgreSQL server (${there}). ` +
      `Install PostgreSQL's client programs (on Debian: apt-get install postgresql-client-${server})` +
      (name === 'pg_dump' ? ', or make a backup with --logical, which needs none.' : '.'),
  )
}

function candidates(name: string, path: string): string[] {
  const directories = [...path.split(':').filter((dir) => dir !== ''), ...globSync(DEBIAN)]
  return [...new Set(directories.map((dir) => join(dir, name)))].filter(isExecutable)
}

function isExecutable(program: string): boolean {
  try {
    accessSync(program, constants.X_OK)
    return true
  } catch {
    return false
  }
}

async function withVersion(program: string): Promise<{ program: string; version: number }> {
  const said = await promisify(execFile)(program, ['--version']).catch(() => ({ stdout: '' }))
  const [, major = '0'] = /\(PostgreSQL\) (\d+)/.exec(said.stdout) ?? []
  return { program, version: Number(major) }
}
