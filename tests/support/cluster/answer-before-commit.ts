/**
 * Preload for a control: the service is told at once that a transaction has committed, and commits a second
 * later. What it acknowledges in between is lost if it is killed.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'

const LATE_MS = 1_000

type Query = (this: pg.Client, ...args: unknown[]) => unknown

const { prototype } = pg.Client as unknown as { prototype: { query: Query } }
const { query } = prototype
/** By connection: what comes next on it waits behind that. It is kept here, for the server would go on with what it has. */
const late = new WeakMap<pg.Client, Promise<unknown>>()

prototype.query = function (...args) {
  const [first] = args
  const text = typeof first === 'string' ? first : (first as { text?: string } | undefined)?.text
  const before = late.get(this)
  if (text?.toLowerCase() !== 'commit') {
    return before ? before.then(() => query.apply(this, args)) : query.apply(this, args)
  }
  const committed = Promise.resolve(before)
    .then(() => sleep(LATE_MS))
    .then(() => query.call(this, 'commit'))
    .catch(() => {})
    .then(() => {
      if (late.get(this) === committed) late.delete(this)
    })
  late.set(this, committed)
  return Promise.resolve({ command: 'COMMIT', rows: [], rowCount: null, fields: [] })
}
