import type { Kysely, Transaction } from 'kysely'
import type { Schema } from './schema.js'

export type Db = Kysely<Schema>
/** What must be atomic takes a `Tx`; only `inTx` yields one. */
export type Tx = Transaction<Schema>
export type Queryable = Db | Tx

export interface Database extends AsyncDisposable {
  readonly kind: 'postgres' | 'embedded'
  readonly db: Db
  /** Where the data is, for people: never with a password. */
  readonly description: string
  /**
   * Wake-ups between processes on one database. A handler is called without a payload, soon after a
   * notify on any process; calls may be lost while the connection is away, so poll as well.
   */
  listen(channel: string, handler: () => void): Promise<AsyncDisposable>
  notify(channel: string): Promise<void>
  /** How the connections are used; an embedded database has none. */
  readonly pool?: () => PoolUse
}

export interface PoolUse {
  /** How many there may be. */
  size: number
  active: number
  idle: number
  /** Who waits for one. */
  waiting: number
}
