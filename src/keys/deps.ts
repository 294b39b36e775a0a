import type { Backend } from '../backend/backend.js'
import type { Config } from '../config/index.js'
import type { Db } from '../db/types.js'
import type { Outbox } from '../outbox/append.js'

/** What the use cases of key packages need; the context is one. */
export interface KeyDeps {
  readonly config: {
    readonly limits: Pick<
      Config['limits'],
      'devicesPerAccount' | 'keyPackagesPerDevice' | 'keyPackagesPerBatch'
    >
    readonly mls: Pick<Config['mls'], 'keyPackageLeaseSeconds'>
  }
  readonly db: Db
  readonly outbox: Outbox
  /** Counts claims, for all instances. */
  readonly backend: Pick<Backend, 'count'>
  /** Names of the cipher suites that passed their self-test. */
  readonly suites: readonly string[]
  clock(): Date
}
