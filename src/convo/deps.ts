import type { Config } from '../config/index.js'
import type { Db } from '../db/types.js'
import type { Outside } from '../identity/outside.js'
import type { KeyedQueue } from '../lib/keyed-queue.js'
import type { ConvoId } from '../lib/ids.js'
import type { Metrics } from '../metrics.js'
import type { Verifier } from '../mls/verifier.js'
import type { Outbox } from '../outbox/append.js'
import type { PreviewLimits } from './invites/preview-limits.js'
import type { JoinLimits } from './join-limits.js'
import type { SendBatches } from './send-batch.js'
import type { EphemeralRelay } from './send-ephemeral.js'

type Counted =
  | 'messagesSent'
  | 'groupsCreated'
  | 'groupsReset'
  | 'membersAdded'
  | 'commitsAccepted'
  | 'commitsRefused'

/** What the use cases of a conversation need; the context is one. */
export interface ConvoDeps {
  readonly config: Pick<Config, 'mls' | 'limits'>
  readonly db: Db
  readonly metrics: Pick<Metrics, Counted>
  readonly outbox: Outbox
  readonly verifier: Verifier
  /**
   * Serialises the writers of one conversation in this process before they take a connection: more
   * connections on one hot conversation only make it slower (0.48 of the rate at 32). Messages go in
   * batches of their own.
   */
  readonly lanes: KeyedQueue<ConvoId>
  readonly sends: SendBatches
  /** The same for the slow part of a commit, so that messages do not wait for it. */
  readonly verifying: KeyedQueue<ConvoId>
  readonly joinLimits: JoinLimits
  readonly previewLimits: PreviewLimits
  /** Asked before anybody is added. */
  readonly outside: Outside
  readonly ephemeral: EphemeralRelay
  /** Names of the cipher suites that passed their self-test. */
  readonly suites: readonly string[]
  clock(): Date
}
