import type { Config } from '../config/index.js'
import type { Db } from '../db/types.js'
import type { Outbox } from '../outbox/append.js'

/** What the use cases of a device need; the context is one. */
export interface DeviceDeps {
  readonly config: { readonly limits: Pick<Config['limits'], 'devicesPerAccount'> }
  readonly db: Db
  readonly outbox: Outbox
  clock(): Date
}
