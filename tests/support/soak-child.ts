import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { join, resolve } from 'node:path'
import { createInterface } from 'node:readline'
import { build } from 'esbuild'
import type { Store } from '../../packages/client/src/index.js'
import { openSqliteStore } from '../../packages/client/src/node/index.js'
import type { TestAccount } from './plc.js'

const ROOT = resolve(import.meta.dirname, '../..')

/** Bundles the program of the processes once. */
export async function buildSoakProcess(dir: string): Promise<string> {
  const outfile = join(dir, 'soak.mjs')
  await build({
    entryPoints: [join(ROOT, 'tests/support/soak-process.ts')],
    bundle: true,
    platform: 'node',
    format: 'esm',
    outfile,
  })
  return outfile
}

/** A client in a process of its own, which is killed (SIGKILL) and started again with the same store. */
export class SoakChild {
  readonly deviceId: string
  readonly #file: string
  #child: ChildProcess | undefined
  #runs = 0
  #complaint = ''

  constructor(
    readonly account: TestAccount,
    private readonly options: SoakOptions,
    at: number,
  ) {
    this.deviceId = `process-${at}`
    this.#file = join(options.dir, `${this.deviceId}.db`)
  }

  start(): void {
    this.#runs += 1
    const child = spawn(process.execPath, [this.options.program], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        SOAK_SERVICE: this.options.url,
        SOAK_DID: this.account.did,
        SOAK_DEVICE: this.deviceId,
        SOAK_SECRET: this.options.secret,
        SOAK_STORE: this.#file,
        SOAK_RUN: String(this.#runs),
      },
    })
    this.#child = child
    createInterface({ input: child.stdout }).on('line', (line) => {
      this.options.onConfirmed(JSON.parse(line) as Confirmed)
    })
    child.stderr.on('data', (chunk: Buffer) => (this.#complaint += chunk.toString()))
  }

  /** What it says of its end by itself, if it has ended before it was killed. */
  async kill(): Promise<string | undefined> {
    const child = this.#child
    if (child === undefined) return undefined
    this.#child = undefined
    const ended = child.exitCode ?? child.signalCode
    if (ended !== null) return this.#complaint || `ended with ${ended}`
    const closed = once(child, 'close')
    child.kill('SIGKILL')
    await closed
    return undefined
  }

  /** Its store, once the process is dead. */
  store(): Store {
    return openSqliteStore(this.#file)
  }
}

interface Confirmed {
  convoId: string
  text: string
}

interface SoakOptions {
  program: string
  dir: string
  url: string
  /** `JWT_SECRET` of the service. */
  secret: string
  onConfirmed(text: Confirmed): void
}
