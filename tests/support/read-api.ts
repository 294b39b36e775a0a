import { getCommits } from '../../src/api/convos/getCommits.js'
import { getConvo } from '../../src/api/convos/getConvo.js'
import { getConvoHealth } from '../../src/api/convos/getConvoHealth.js'
import { getConvos } from '../../src/api/convos/getConvos.js'
import { getEpoch } from '../../src/api/convos/getEpoch.js'
import { getGroupInfo } from '../../src/api/convos/getGroupInfo.js'
import { getMembers } from '../../src/api/convos/getMembers.js'
import { getMessages } from '../../src/api/messages/getMessages.js'
import { updateCursor } from '../../src/api/messages/updateCursor.js'
import { describeServer } from '../../src/api/service/describeServer.js'
import { createAuth } from '../../src/auth/index.js'
import { createMemoryBackend } from '../../src/backend/memory-backend.js'
import { type Config, parseConfig } from '../../src/config/index.js'
import type { Database, Db } from '../../src/db/types.js'
import { createIdentity } from '../../src/identity/identity.js'
import type { ConvoId } from '../../src/lib/ids.js'
import { KeyedQueue } from '../../src/lib/keyed-queue.js'
import { createLogger } from '../../src/logger.js'
import { createOutbox } from '../../src/outbox/append.js'
import { startServer } from '../../src/server/server.js'
import { TestClient } from './client.js'
import { openTestDatabase } from './database.js'
import { DEFAULT_SUITE } from './mls/index.js'
import { startPlc } from './plc.js'

const HANDLERS = [
  describeServer,
  getCommits,
  getConvo,
  getConvoHealth,
  getConvos,
  getEpoch,
  getGroupInfo,
  getMembers,
  getMessages,
  updateCursor,
]

/** The methods that read conversations over HTTP, with real tokens; answers are validated. */
export async function startReadApi(): Promise<ReadApi> {
  await using starting = new AsyncDisposableStack()
  const database: Database = starting.use(await openTestDatabase())
  const plc = starting.use(await startPlc())
  const parsed = parseConfig({ NODE_ENV: 'test', SERVER_PORT: '0', LOG_LEVEL: 'silent' })
  if (!parsed.ok) throw new Error(parsed.refusal.join())
  const config = parsed.value
  const backend = createMemoryBackend()
  const auth = createAuth({
    serviceDid: config.service.did,
    enforceLxm: true,
    enforceJti: true,
    jtiTtlSeconds: config.auth.jtiTtlSeconds,
    identity: createIdentity({ plcUrl: plc.url, allowLocalhost: false }),
    backend,
  })
  const { db } = database
  const ctx = {
    config,
    db,
    auth,
    outbox: createOutbox(() => {}),
    lanes: new KeyedQueue<ConvoId>(),
    suites: [DEFAULT_SUITE],
    push: { platforms: [] },
    clock: () => new Date(),
  } as unknown as Parameters<typeof getConvo>[1]
  const server = starting.use(
    await startServer({
      config,
      logger: createLogger(config),
      database,
      backend,
      limitAddress: (_req, _res, next) => next(),
      limitSignIn: (_req, _res, next) => next(),
      register: (registered) => HANDLERS.forEach((handler) => handler(registered, ctx)),
    }),
  )
  const resources = starting.move()
  return {
    db,
    config,
    url: server.url,
    async client() {
      return new TestClient(server.url, config.service.did, await plc.createAccount())
    },
    [Symbol.asyncDispose]: () => resources.disposeAsync(),
  }
}

export interface ReadApi extends AsyncDisposable {
  db: Db
  config: Config
  url: string
  /** For a new account. */
  client(): Promise<TestClient>
}
