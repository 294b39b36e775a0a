import type { ConvoDeps } from '../convo/deps.js'

/** What the use cases of reports need; the context is one. */
export type ModerationDeps = Pick<ConvoDeps, 'db' | 'outbox' | 'lanes' | 'clock'>
