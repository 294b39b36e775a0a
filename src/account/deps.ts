import type { ConvoDeps } from '../convo/deps.js'

/** What the use cases of an account need; the context is one. */
export type AccountDeps = Pick<ConvoDeps, 'db' | 'outbox' | 'lanes' | 'clock'>
