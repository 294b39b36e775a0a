import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { existsSync, rmSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { copyTemplate } from './embedded-template.js'

const ENTRY = fileURLToPath(new URL('../../dist/bin/catbird-mls.js', import.meta.url))
/** As `npm start` and the image have them. */
const NODE_FLAGS = ['--enable-source-maps', '--max-semi-space-size=64']
const START_PATIENCE_MS = 120_000
const STOP_PATIENCE_MS = 60_000
const POLL_MS = 25
const LOG_LINES = 2_000

/** No limits on rates: a test that wants one sets it. */
export const NO_RATE_LIMITS = {
  RATE_LIMIT_SEND_MESSAGE: '0',
  RATE_LIMIT_PUBLISH_KEY_PACKAGE: '0',
  RATE_LIMIT_ADD_MEMBERS: '0',
  RATE_LIMIT_CREATE_CONVO: '0',
  RATE_LIMIT_REPORT_MEMBER: '0',
  RATE_LIMIT_DID_DEFAULT: '0',
  RATE_LIMIT_IP_PER_MINUTE: '0',
}

/** The two that the tests' clients use: each costs its self-test at every start. */
export const TEST_SUITES = {
  CIPHER_SUITES:
    'MLS_128_DHKEMX25519_AES128GCM_SHA256_Ed25519,MLS_128_DHKEMP256_AES128GCM_SHA256_P256',
}

/**
 * Starts the built service (`node dist/bin/catbird-mls.js serve`) on a free loopback port, with the
 * embedded database in a temporary directory unless `env` says otherwise, and waits until it is
 * ready. Disposing it stops the process and removes the directory.
 */
export async function startProcess(options: ProcessOptions): Promise<ServiceProcess> {
  if (!existsSync(ENTRY)) throw new Error('dist/ is missing: run `npm run build` first')
  const dataDir = await mkdtemp(join(tmpdir(), 'catbird-mls-'))
  if (options.env?.DATABASE_URL === undefined) await copyTemplate(dataDir)
  const service = new ServiceProcess(await freePort(), dataDir, options)
  try {
    await service.start()
    return service
  } catch (error) {
    await service[Symbol.asyncDispose]()
    throw error
  }
}

/** The service as its own process: it can be stopped, killed and started again on the same data. */
export class ServiceProcess implements AsyncDisposable {
  readonly url: string
  readonly serviceDid: string
  /** What the process wrote, all starts together, the oldest lines dropped. */
  readonly log: string[] = []
  #child: ChildProcess | undefined
  #exit: Promise<ExitOutcome> = Promise.resolve({ code: null, signal: null })

  constructor(
    readonly port: number,
    readonly dataDir: string,
    readonly options: ProcessOptions,
  ) {
    this.url = `http://127.0.0.1:${port}`
    this.serviceDid = options.env?.SERVICE_DID ?? `did:web:localhost%3A${port}`
    process.once('exit', this.#abandon)
  }

  /** Whoever started it ends without disposing of it, by an error for instance. */
  readonly #abandon = () => {
    this.#child?.kill('SIGKILL')
    rmSync(this.dataDir, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 })
  }

  get pid(): number | undefined {
    return this.#child?.pid
  }

  /** Starts on the same port and data; resolves with the milliseconds until `/health/ready`. */
  async start(): Promise<number> {
    const startedAt = performance.now()
    const { preload, entry = ENTRY, args = [] } = this.options
    const flags = [...NODE_FLAGS, ...(preload ? ['--import', preload.href] : [])]
    const child = spawn(process.execPath, [...flags, entry, 'serve', ...args], {
      cwd: this.dataDir,
      env: {
        PATH: process.env.PATH,
        NODE_ENV: 'development',
        HOST: '127.0.0.1',
        SERVER_PORT: String(this.port),
        DATA_DIR: this.dataDir,
        PLC_URL: this.options.plcUrl,
        ...NO_RATE_LIMITS,
        ...TEST_SUITES,
        ...this.options.env,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    this.#child = child
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk: Buffer) => {
        this.log.push(...chunk.toString().trimEnd().split('\n'))
        const { logLines = LOG_LINES } = this.options
        if (this.log.length > logLines) this.log.splice(0, this.log.length - logLines)
      })
    }
    this.#exit = new Promise((resolve) => {
      child.once('exit', (code, signal) => {
        this.#child = undefined
        resolve({ code, signal })
      })
    })
    await this.#ready(startedAt + START_PATIENCE_MS)
    return performance.now() - startedAt
  }

  /** SIGTERM, as an operator stops it: it drains and ends by itself. */
  stop(): Promise<ExitOutcome> {
    return this.#end('SIGTERM')
  }

  /** SIGKILL, as a crash. */
  kill(): Promise<ExitOutcome> {
    return this.#end('SIGKILL')
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop().catch(() => this.kill())
    await rm(this.dataDir, { recursive: true, force: true })
    process.off('exit', this.#abandon)
  }

  async #end(signal: 'SIGTERM' | 'SIGKILL'): Promise<ExitOutcome> {
    this.#child?.kill(signal)
    const late = sleep(STOP_PATIENCE_MS, undefined, { ref: false }).then(() => {
      throw new Error(`the service did not end after ${signal}\n${this.#tail()}`)
    })
    return Promise.race([this.#exit, late])
  }

  async #ready(deadline: number): Promise<void> {
    while (performance.now() < deadline) {
      if (this.#child === undefined) throw new Error(`the service ended\n${this.#tail()}`)
      const answer = await fetch(`${this.url}/health/ready`).catch(() => undefined)
      if (answer?.ok && ((await answer.json()) as { ready: boolean }).ready) return
      await sleep(POLL_MS)
    }
    throw new Error(`the service did not become ready\n${this.#tail()}`)
  }

  #tail(): string {
    return this.log.slice(-40).join('\n')
  }
}

/** A port that was free a moment ago. */
export async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise<void>((resolve) => server.close(() => resolve()))
  return port
}

export interface ProcessOptions {
  plcUrl: string
  /** Over and above what the support sets; nothing is inherited but `PATH`. */
  env?: Record<string, string>
  /** Of `serve`. */
  args?: string[]
  /** Another build of the service than the one in `dist`. */
  entry?: string
  /** A module that is loaded before the service. */
  preload?: URL
  /** How many lines of the log are kept. */
  logLines?: number
}

export interface ExitOutcome {
  code: number | null
  signal: NodeJS.Signals | null
}
