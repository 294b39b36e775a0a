import { setTimeout as sleep } from 'node:timers/promises'
import { sql } from 'kysely'
import { openPostgres } from '../../../src/db/postgres.js'
import type { Database } from '../../../src/db/types.js'
import { ClientDevice } from '../client-device.js'
import { TestClient } from '../client.js'
import { startPlc, type TestPlc } from '../plc.js'
import { startPostgres, type TestPostgres } from '../postgres.js'
import { startRedis, type TestRedis } from '../redis.js'
import { type ServiceProcess, startProcess } from '../service-process.js'
import { Gateway } from './gateway.js'

const SERVICE_DID = 'did:web:cluster.test'

/**
 * Several processes of the built service on one PostgreSQL and one Redis of their own, behind a gateway:
 * each part can be killed, stopped and started again.
 */
export async function startCluster(processes: number): Promise<Cluster> {
  await using starting = new AsyncDisposableStack()
  const plc = starting.use(await startPlc())
  const postgres = starting.use(await startPostgres({ max_connections: '200' }))
  const redis = starting.use(await startRedis())
  const database = openPostgres({ url: postgres.url, poolSize: 4, onError: () => {} })
  starting.defer(() => database[Symbol.asyncDispose]())
  const start = (preload?: URL) => {
    const env = {
      DATABASE_URL: postgres.url,
      REDIS_URL: redis.url,
      SERVICE_DID,
      LOG_LEVEL: 'warn',
    }
    return startProcess({ plcUrl: plc.url, env, ...(preload && { preload }) })
  }
  const services: ServiceProcess[] = []
  for (let i = 0; i < processes; i++) services.push(starting.use(await start()))
  const gateway = starting.use(await Gateway.start(services.map(({ port }) => port)))
  const resources = starting.move()
  return {
    plc,
    postgres,
    redis,
    services,
    gateway,
    database,
    async start(preload) {
      return resources.use(await start(preload))
    },
    async crashDatabase(downMs = 0) {
      await postgres.stop('immediate')
      await sleep(downMs)
      await postgres.start()
      // Connections of before may still be in the pool.
      while (!(await answers(database))) await sleep(20)
    },
    client: (account, url = gateway.url) => new TestClient(url, SERVICE_DID, account),
    async device(url = gateway.url) {
      const account = await plc.createAccount()
      return ClientDevice.create(account, 'phone', { url, serviceDid: SERVICE_DID })
    },
    [Symbol.asyncDispose]: () => resources.disposeAsync(),
  }
}

function answers({ db }: Database): Promise<boolean> {
  return sql`select 1`.execute(db).then(
    () => true,
    () => false,
  )
}

export interface Cluster extends AsyncDisposable {
  readonly plc: TestPlc
  readonly postgres: TestPostgres
  readonly redis: TestRedis
  readonly services: ServiceProcess[]
  readonly gateway: Gateway
  /** For looking at what is stored. */
  readonly database: Database
  /** One more process, not behind the gateway, with a module that is loaded before the service. */
  start(preload: URL): Promise<ServiceProcess>
  /** A crash of PostgreSQL, and its recovery after `downMs`. */
  crashDatabase(downMs?: number): Promise<void>
  /** Through the gateway, or at one process. */
  client(account: TestClient['account'], url?: string): TestClient
  /** A whole client device of a new account, through the gateway or at one process; not registered yet. */
  device(url?: string): Promise<ClientDevice>
}
