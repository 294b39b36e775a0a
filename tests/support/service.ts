import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Config } from '../../src/config/index.js'
import { readConfig } from '../../src/config/index.js'
import { createContext } from '../../src/context/index.js'
import type { Context } from '../../src/context/index.js'
import { createLogger, type Logger } from '../../src/logger.js'
import { startServer } from '../../src/server/server.js'
import { ClientDevice } from './client-device.js'
import { TestClient } from './client.js'
import { openTestDatabase } from './database.js'
import { copyTemplate } from './embedded-template.js'
import { idsIn } from './log-search.js'
import { startPlc } from './plc.js'
import type { TestAccount, TestPlc } from './plc.js'
import { freePort, NO_RATE_LIMITS, TEST_SUITES } from './service-process.js'

/**
 * The whole service in this process, over real HTTP: every method, its own database (a clone of the
 * migrated template on `DATABASE_URL`, else an embedded one in a temporary directory), the Redis of
 * `REDIS_URL` if that is set, a PLC directory of its own, and no limits on rates unless `env` sets them. It
 * logs all it can, and disposing of it fails if an id, a token or an address is in that.
 */
export async function startService(options: ServiceOptions = {}): Promise<TestService> {
  await using starting = new AsyncDisposableStack()
  const plc = starting.use(await startPlc())
  const dataDir = await mkdtemp(join(tmpdir(), 'catbird-mls-'))
  starting.defer(() => rm(dataDir, { recursive: true, force: true }))
  await copyTemplate(dataDir)
  const databaseUrl =
    process.env.DATABASE_URL === undefined ? undefined : starting.use(await openTestDatabase()).url
  const config = readConfig({
    NODE_ENV: 'test',
    HOST: '127.0.0.1',
    SERVER_PORT: String(await freePort()),
    DATA_DIR: dataDir,
    DATABASE_URL: databaseUrl,
    REDIS_URL: process.env.REDIS_URL,
    PLC_URL: plc.url,
    LOG_LEVEL: 'trace',
    ...NO_RATE_LIMITS,
    ...TEST_SUITES,
    ...options.env,
  })
  const log: string[] = []
  const logger = createLogger(config, { write: (line) => void log.push(line) })
  let running = await run(config, logger, options.clock)
  starting.defer(() => running[Symbol.asyncDispose]())
  const address = { url: running.url, serviceDid: config.service.did }
  const resources = starting.move()
  return {
    ...address,
    config,
    get context() {
      return running.context
    },
    plc,
    log,
    async restart() {
      await running[Symbol.asyncDispose]()
      running = await run(config, logger, options.clock)
    },
    createAccount: () => plc.createAccount(),
    async client(account) {
      const { url, serviceDid } = address
      return new TestClient(url, serviceDid, account ?? (await plc.createAccount()))
    },
    async device(deviceId = 'phone', account) {
      return ClientDevice.create(account ?? (await plc.createAccount()), deviceId, address)
    },
    async [Symbol.asyncDispose]() {
      await resources.disposeAsync()
      const telling = log.filter((line) => idsIn(line).length > 0)
      if (telling.length > 0) throw new Error(`the log names somebody:\n${telling.join('')}`)
    },
  }
}

async function run(config: Config, logger: Logger, clock: ServiceOptions['clock']) {
  await using starting = new AsyncDisposableStack()
  const context = starting.use(await createContext(config, { logger, clock }))
  const { url } = starting.use(await startServer(context))
  const resources = starting.move()
  return { context, url, [Symbol.asyncDispose]: () => resources.disposeAsync() }
}

export interface ServiceOptions {
  /** Variables over and above what the support sets. */
  env?: Record<string, string>
  clock?: () => Date
}

export interface TestService extends AsyncDisposable {
  readonly url: string
  readonly serviceDid: string
  readonly config: Config
  /** What the process is made of: `context.db` for looking at rows. */
  readonly context: Context
  readonly plc: TestPlc
  /** Lines of the log, as JSON. */
  readonly log: string[]
  /** Stops it as an operator would, and starts it again on the same port and data. */
  restart(): Promise<void>
  createAccount(): Promise<TestAccount>
  /** A client for an account, a new one by default. */
  client(account?: TestAccount): Promise<TestClient>
  /** A whole client device, of a new account by default; not registered yet. */
  device(deviceId?: string, account?: TestAccount): Promise<ClientDevice>
}
