import { Kysely, PostgresDialect, sql } from 'kysely'
import pg from 'pg'
import { createListener } from './listener.js'
import { PARSERS } from './parsers.js'
import { runPipelined } from './pipelined.js'
import { PreparingClient } from './preparing-client.js'
import type { Schema } from './schema.js'
import type { Database } from './types.js'

const STATEMENT_TIMEOUT_MS = 5_000
const LOCK_TIMEOUT_MS = 2_000
const IDLE_IN_TRANSACTION_TIMEOUT_MS = 5_000
const POOL_WAIT_MS = 2_000
const POOL_IDLE_MS = 30_000

export interface PostgresOptions {
  url: string
  poolSize: number
  onError: (error: Error) => void
}

/** A PostgreSQL server, 15 to 18, through a pool of connections with short time-outs. */
export function openPostgres({ url, poolSize, onError }: PostgresOptions): Database {
  const pool = new pg.Pool({
    Client: PreparingClient,
    connectionString: url,
    max: poolSize,
    connectionTimeoutMillis: POOL_WAIT_MS,
    idleTimeoutMillis: POOL_IDLE_MS,
    statement_timeout: STATEMENT_TIMEOUT_MS,
    lock_timeout: LOCK_TIMEOUT_MS,
    idle_in_transaction_session_timeout: IDLE_IN_TRANSACTION_TIMEOUT_MS,
    application_name: 'catbird-mls',
    types: { getTypeParser },
    // Statements that are given at once are sent at once; who waits for each notices nothing.
    pipeline: true,
  })
  // An idle connection that the server ends is replaced by the pool; without a listener it would end the process.
  pool.on('error', onError)
  // One in use fails its query; the event that follows would end the process all the same.
  pool.on('connect', (client) => client.on('error', () => {}))
  const db = new Kysely<Schema>({ dialect: new PostgresDialect({ pool }) })
  const listener = createListener(url, onError)
  return {
    kind: 'postgres',
    db,
    description: describe(url),
    async pipelined(steps) {
      const client = await pool.connect()
      try {
        const value = await runPipelined(client, steps)
        client.release()
        return value
      } catch (error) {
        // In doubt the connection goes: another one is in a known state.
        client.release(true)
        throw error
      }
    },
    listen: (channel, handler) => listener.listen(channel, handler),
    async notify(channel) {
      await sql`select pg_notify(${channel}, '')`.execute(db)
    },
    pool() {
      const { totalCount, idleCount, waitingCount } = pool
      const active = totalCount - idleCount
      // The pool queues everybody for a moment, also who gets an idle connection.
      const waiting = Math.max(0, waitingCount - idleCount)
      return { size: poolSize, active, idle: idleCount, waiting }
    },
    async [Symbol.asyncDispose]() {
      await listener[Symbol.asyncDispose]()
      await db.destroy()
    },
  }
}

const getTypeParser = ((oid: number, format?: 'text' | 'binary') =>
  PARSERS[oid] ?? pg.types.getTypeParser(oid, format as 'text')) as typeof pg.types.getTypeParser

function describe(url: string): string {
  try {
    const { host, pathname } = new URL(url)
    return `PostgreSQL at ${host || 'a local socket'}${pathname}`
  } catch {
    return 'PostgreSQL'
  }
}
