import { AsyncLocalStorage } from 'node:async_hooks'
import { ServiceUnavailableError } from '../errors.js'
import { sqlstateOf, TRANSIENT, UNAVAILABLE } from './sqlstate.js'
import type { Database, Db, PipelinedSteps, StatementRunner, Tx } from './types.js'

const ATTEMPTS_MAX = 4
const BACKOFF_MS = 10

const current = new AsyncLocalStorage<true>()
const commitHooks = new WeakMap<StatementRunner, Set<() => void>>()

/**
 * Runs `body` in one READ COMMITTED transaction, again after a serialisation failure or a deadlock.
 * `body` must have no effect beside the database; what follows a commit goes through `afterCommit`.
 *
 * @NOTE A transaction inside a transaction is refused: on the embedded database, which has a single
 * session, it would wait for itself for ever.
 *
 * @throws {ServiceUnavailableError} when the database cannot be reached, or did not answer in time. The
 * outcome is then unknown; every procedure can be repeated.
 */
export function inTx<T>(db: Db, body: (tx: Tx) => Promise<T>): Promise<T> {
  return patiently((hooks) =>
    db.transaction().execute(async (tx) => {
      const value = await body(tx)
      hooks.of(tx)
      return value
    }),
  )
}

/**
 * The same in two round trips, for a transaction that reads all it needs at once, decides, and writes at
 * once: nothing waits for an answer that it does not need.
 */
export function inPipelinedTx<R, T>(
  database: Pick<Database, 'pipelined'>,
  { read, write }: PipelinedSteps<R, T>,
): Promise<T> {
  return patiently((hooks) =>
    database.pipelined<R, T>({
      read,
      write: (tx, seen) => {
        const outcome = write(tx, seen)
        hooks.of(tx)
        return outcome
      },
    }),
  )
}

async function patiently<T>(attempt: (hooks: Hooks) => Promise<T>): Promise<T> {
  if (current.getStore()) throw new Error('inTx inside inTx')
  for (let attempts = 1; ; attempts++) {
    try {
      return await runOnce(attempt)
    } catch (error) {
      const state = sqlstateOf(error)
      if (state !== undefined && TRANSIENT.has(state) && attempts < ATTEMPTS_MAX) {
        await new Promise((resolve) =>
          setTimeout(resolve, BACKOFF_MS * attempts * (1 + Math.random())),
        )
        continue
      }
      throw unavailable(error) ?? error
    }
  }
}

/** Calls `hook` once after `tx` has committed, however often it was given. */
export function afterCommit(tx: StatementRunner, hook: () => void): void {
  const hooks = commitHooks.get(tx)
  if (hooks) hooks.add(hook)
  else commitHooks.set(tx, new Set([hook]))
}

/** The declared error for a database that is away or too slow; undefined where `error` is something else. */
export function unavailable(error: unknown): ServiceUnavailableError | undefined {
  const state = sqlstateOf(error)
  if (state === undefined || !(UNAVAILABLE.has(state) || TRANSIENT.has(state))) return undefined
  return new ServiceUnavailableError('The database cannot be reached or is too busy; try again', {
    cause: error,
  })
}

async function runOnce<T>(attempt: (hooks: Hooks) => Promise<T>): Promise<T> {
  let hooks: Set<() => void> | undefined
  const result = await current.run(true, () =>
    attempt({ of: (tx) => (hooks = commitHooks.get(tx)) }),
  )
  for (const hook of hooks ?? []) hook()
  return result
}

/** Keeps the hooks of the transaction that comes to its end. */
interface Hooks {
  of(tx: StatementRunner): void
}
