import type { CompiledQuery, Kysely, Transaction } from 'kysely'
import type { Schema } from './schema.js'

export type Db = Kysely<Schema>
/** What must be atomic takes a `Tx`; only `inTx` yields one. */
export type Tx = Transaction<Schema>
export type Queryable = Db | Tx

/** What `prepared` statements run on; every `Queryable` is one. */
export interface StatementRunner {
  executeQuery<Row>(query: CompiledQuery<Row>): Promise<{ rows: Row[] }>
}

/** A transaction that decides once, by what it has read; see `inPipelinedTx`. */
export interface PipelinedSteps<R, T> {
  read: (tx: StatementRunner) => Promise<R>
  /** Sends all that it sends before it returns. */
  write: (tx: StatementRunner, seen: R) => { value: T; written: Promise<void> }
}

export interface Database extends AsyncDisposable {
  readonly kind: 'postgres' | 'embedded'
  readonly db: Db
  /** One attempt; `inPipelinedTx` is what to call. */
  pipelined<R, T>(steps: PipelinedSteps<R, T>): Promise<T>
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
