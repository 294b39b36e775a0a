import type { Auth } from '../auth/index.js'
import type { Backend } from '../backend/backend.js'
import type { Config } from '../config/index.js'
import type { BlobDeps } from '../convo/blobs/deps.js'
import type { ConvoDeps } from '../convo/deps.js'
import type { Database } from '../db/types.js'
import type { PushOffer } from '../devices/push.js'
import type { Logger } from '../logger.js'
import type { StreamService } from '../stream/index.js'

/** What handlers are given: the use cases' needs, who may call, and nothing that they would build themselves. */
export interface Context extends ConvoDeps, BlobDeps {
  readonly config: Config
  readonly logger: Logger
  readonly database: Database
  readonly backend: Backend
  readonly auth: Auth
  readonly stream: StreamService
  readonly push: PushOffer
}
