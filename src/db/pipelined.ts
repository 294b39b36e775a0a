import type { CompiledQuery } from 'kysely'
import type pg from 'pg'
import type { PipelinedSteps, StatementRunner } from './types.js'

/**
 * A transaction in two round trips: `begin` goes out with what is read, and what is written with `commit`.
 * An error on the way makes `commit` a rollback.
 */
export async function runPipelined<R, T>(
  client: pg.PoolClient,
  { read, write }: PipelinedSteps<R, T>,
): Promise<T> {
  const tx = new PipelinedTx(client)
  const [, seen] = await inOneWrite(client, () => allOf([client.query('begin'), read(tx)]))
  let value!: T
  const [, { command }] = await inOneWrite(client, () => {
    const decided = write(tx, seen)
    value = decided.value
    tx.close()
    return allOf([decided.written, client.query('commit')])
  })
  if (command !== 'COMMIT') throw new Error('the transaction was rolled back at its end')
  return value
}

/** What is sent before `send` returns leaves together: each write would wake the server up. */
function inOneWrite<T>({ connection: { stream } }: pg.PoolClient, send: () => T): T {
  stream.cork()
  try {
    return send()
  } finally {
    stream.uncork()
  }
}

class PipelinedTx implements StatementRunner {
  #closed = false

  constructor(private readonly client: pg.PoolClient) {}

  /** `commit` is on its way: what comes later would be no part of the transaction. */
  close(): void {
    this.#closed = true
  }

  async executeQuery<Row>({ sql, parameters }: CompiledQuery<Row>): Promise<{ rows: Row[] }> {
    if (this.#closed) throw new Error('a statement after the end of its transaction')
    return this.client.query(sql, [...parameters]) as never
  }
}

/** Waits for all, whatever becomes of them, and then gives the first failure. */
async function allOf<A, B>(promises: [Promise<A>, Promise<B>]): Promise<[A, B]> {
  await Promise.allSettled(promises)
  return Promise.all(promises)
}
