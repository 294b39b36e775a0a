import { spawn } from 'node:child_process'
import { basename } from 'node:path'
import { BackupError } from './backup-error.js'

const SAID_CHARS_MAX = 2_000

/**
 * Runs one of PostgreSQL's programs to its end.
 *
 * @param onOutput is given what it writes, and holds it up meanwhile.
 * @throws {BackupError} with its own words when it fails.
 */
export async function runProgram(
  program: string,
  args: string[],
  { env, onOutput = () => {} }: ProgramOptions,
): Promise<void> {
  const child = spawn(program, args, {
    stdio: ['ignore', 'pipe', 'pipe'],
    env,
  })
  let said = ''
  child.stderr.on('data', (chunk: Buffer) => {
    said = (said + chunk.toString()).slice(-SAID_CHARS_MAX)
  })
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', resolve)
  })
  for await (const chunk of child.stdout as AsyncIterable<Buffer>) onOutput(chunk)
  const code = await ended
  if (code !== 0) throw new BackupError(`${basename(program)} failed: ${said.trim() || code}`)
}

/**
 * A connection URL as libpq's programs take it. The password goes by the environment: everybody may read
 * the arguments of a process.
 */
export function connectionOf({ url, env }: Server): { dbname: string; env: Environment } {
  const parsed = new URL(url)
  const password = decodeURIComponent(parsed.password) || parsed.searchParams.get('password')
  parsed.password = ''
  parsed.searchParams.delete('password')
  const dbname = parsed.toString()
  return { dbname, env: password ? { ...env, PGPASSWORD: password } : env }
}

/** A PostgreSQL server's database, and the environment for programs that work on it. */
export interface Server {
  url: string
  env: Environment
}

export type Environment = Readonly<Record<string, string | undefined>>

interface ProgramOptions {
  env: Environment
  onOutput?: (chunk: Buffer) => void
}
