import type { RequestHandler } from 'express'
import type { Context as HandlerContext } from '../api/handler-context.js'
import { registerMethods } from '../api/register.js'
import { createAuth } from '../auth/index.js'
import { createAllowances } from '../backend/allowances.js'
import { Uploads } from '../blobs/uploads.js'
import type { Config } from '../config/index.js'
import { createEphemeralRelay } from '../convo/ephemeral-relay.js'
import { createSendBatches } from '../convo/send-batch.js'
import { createPreviewLimits } from '../convo/invites/preview-limits.js'
import { createJoinLimits } from '../convo/join-limits.js'
import { openIncarnation } from '../db/incarnation.js'
import { migrate } from '../db/migrate.js'
import type { Database } from '../db/types.js'
import { createIdentity } from '../identity/identity.js'
import { checkAccounts, finishDeletions, JOBS, type Retention, startJobs } from '../jobs/index.js'
import { createStatusCheck } from '../identity/repo-status.js'
import { createOutside } from '../identity/outside.js'
import type { Server } from '../lexicon/index.js'
import type { ConvoId } from '../lib/ids.js'
import { KeyedQueue } from '../lib/keyed-queue.js'
import { createAccountLimits } from '../limits/account-limits.js'
import { createAddressLimit } from '../limits/address-limit.js'
import { createLogger, type Logger } from '../logger.js'
import { usableSuites } from '../mls/suites.js'
import { Verifier } from '../mls/verifier.js'
import { createMetrics, type Metrics } from '../metrics.js'
import { createOutbox } from '../outbox/append.js'
import { createStream } from '../stream/index.js'
import { countJob, openGauges } from './gauges.js'
import { openPush } from './open-push.js'
import { openBackend } from './open-backend.js'
import { openBlobs } from './open-blobs.js'
import { openDatabase } from './open-database.js'

/** Every stateful thing of the process, made once; closed last-in first-out. */
export interface Context extends HandlerContext, AsyncDisposable {
  readonly incarnation: string
  readonly metrics: Metrics
  /** Counts a request by its address, before authentication. */
  readonly limitAddress: RequestHandler
  /** The same for what is asked to sign in, in development; counted apart. */
  readonly limitSignIn: RequestHandler
  register(server: Server): void
}

export interface ContextOptions {
  logger?: Logger
  clock?: () => Date
}

/**
 * Opens the database (migrating it), the shared store and the streams, and tests the cipher suites.
 * Where one fails, what was opened before it is closed again.
 */
export async function createContext(
  config: Config,
  { logger = createLogger(config), clock = () => new Date() }: ContextOptions = {},
): Promise<Context> {
  await using opening = new AsyncDisposableStack()
  // First of all: tokens that are older than the store of used ones are refused.
  const backend = opening.use(await openBackend(config, logger))
  const database = opening.use(await openDatabase(config, logger))
  const blobs = opening.use(await openBlobs(config))
  const { ran } = await migrate(database.db, config.database)
  if (ran.length > 0) logger.info({ migrations: ran.length }, 'the database was migrated')
  const incarnation = await openIncarnation(database.db)

  const metrics = createMetrics()
  const allowances = createAllowances(backend)
  const addressLimit = createAddressLimit(allowances, config.rates.ip)
  const identity = createIdentity(config.identity)
  const auth = createAuth({
    serviceDid: config.service.did,
    ...config.auth,
    jwtSecret: config.secrets.jwtSecret,
    identity,
    backend,
    limits: createAccountLimits(allowances, config.rates),
    now: () => clock().getTime(),
  })
  const stream = opening.use(
    createStream({
      config,
      database,
      incarnation,
      backend,
      auth,
      addressLimit,
      logger,
      onUpgrade: (status) => metrics.requests.inc({ ...UPGRADE, status }),
    }),
  )
  await stream.start()
  const outbox = createOutbox(() => stream.wake())
  const lanes = new KeyedQueue<ConvoId>()
  const sends = createSendBatches(
    { config, database, outbox, metrics, lanes, clock },
    batchesAtOnce(database),
  )
  const { vault, platforms, job } = openPush({
    config,
    db: database.db,
    incarnation,
    stream,
    logger,
    resources: opening,
  })
  const accounts = { db: database.db, outbox, lanes, clock }
  const graceDays = config.retention.accountGraceDays
  const check = createStatusCheck({ identity, allowLocalhost: config.identity.allowLocalhost })
  const jobs = [
    ...JOBS,
    finishDeletions(accounts),
    ...(graceDays > 0 ? [checkAccounts(accounts, { check, graceDays })] : []),
    ...job,
  ]
  const jobContext = { db: database.db, blobs, retention: retentionOf(config) }
  opening.use(startJobs(jobContext, logger, (run) => countJob(metrics, run), jobs))
  openGauges(metrics, { database, stream, version: config.service.version })
  const verifier = opening.use(new Verifier())
  const suites = await usableSuites(config.mls.cipherSuites)
  const resources = opening.move()

  const context: Context = {
    config,
    logger,
    database,
    db: database.db,
    incarnation,
    metrics,
    backend,
    auth,
    stream,
    push: { vault, platforms },
    outbox,
    blobs,
    uploads: new Uploads(),
    verifier,
    suites,
    lanes,
    sends,
    verifying: new KeyedQueue<ConvoId>(),
    joinLimits: createJoinLimits(allowances),
    previewLimits: createPreviewLimits(allowances),
    outside: createOutside({ identity, ...config.identity }),
    ephemeral: createEphemeralRelay(allowances, (message) => stream.publishEphemeral(message)),
    clock,
    limitAddress: addressLimit.middleware,
    limitSignIn: createAddressLimit(allowances, config.rates.ip, 'sign-in').middleware,
    register: (server) => registerMethods(server, context),
    [Symbol.asyncDispose]: () => resources.disposeAsync(),
  }
  return context
}

const UPGRADE = { method: 'GET', route: 'blue.catbird.mls.subscribeConvoEvents' }

/** Most connections are left to others; the embedded database has one session. */
function batchesAtOnce({ pool }: Database): number {
  return pool ? Math.max(1, Math.floor(pool().size / 4)) : 1
}

function retentionOf({ limits, retention }: Config): Retention {
  return {
    events: limits.eventRetentionDays,
    welcomes: limits.welcomeRetentionDays,
    messages: retention.messageDays,
  }
}
