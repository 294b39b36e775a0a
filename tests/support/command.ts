import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const ENTRY = fileURLToPath(new URL('../../dist/bin/catbird-mls.js', import.meta.url))
const PATIENCE_MS = 120_000

/** Runs the built `catbird-mls` to its end; nothing is inherited but `PATH`. */
export function runCommand(
  args: string[],
  env: Record<string, string>,
  entry = ENTRY,
): Promise<CommandOutcome> {
  return new Promise((resolve) => {
    const options = { env: { PATH: process.env.PATH, ...env }, timeout: PATIENCE_MS }
    execFile(process.execPath, [entry, ...args], options, (error, stdout, stderr) => {
      resolve({ code: error ? (error.code ?? null) : 0, stdout, stderr })
    })
  })
}

export interface CommandOutcome {
  code: string | number | null
  stdout: string
  stderr: string
}
