import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import type { RequestHandler } from 'express'
import type { Backend } from '../backend/backend.js'
import type { Config } from '../config/index.js'
import type { Database } from '../db/types.js'
import type { Server } from '../lexicon/index.js'
import type { Logger } from '../logger.js'
import type { Metrics } from '../metrics.js'

/** What the HTTP server needs of the process. */
export interface ServerContext {
  readonly config: Config
  readonly logger: Logger
  readonly database: Pick<Database, 'db'>
  readonly backend: Backend
  readonly metrics?: Metrics
  readonly stream?: StreamGate
  /** Counts a request by its address, before authentication. */
  readonly limitAddress: RequestHandler
  /** The same for what is asked to sign in, in development; counted apart. */
  readonly limitSignIn: RequestHandler
  /** Gives every method its handler. */
  register(server: Server): void
}

export interface StreamGate {
  /** Authenticates, and answers in any case: with a stream, or with an HTTP error. */
  handleUpgrade(req: IncomingMessage, socket: Duplex, head: Buffer): void
  /** Ends all streams with 1001 and takes no new ones. */
  close(): Promise<void>
}
