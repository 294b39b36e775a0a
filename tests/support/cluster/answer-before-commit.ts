/**
 * Preload for a control: the service is told at once that a transaction has committed, and commits 300 ms
 * later. What it acknowledges in between is lost if it is killed.
 */
import pg from 'pg'

type Query = (this: pg.Client, ...args: unknown[]) => unknown

const { prototype } = pg.Client as unknown as { prototype: { query: Query } }
const { query } = prototype

prototype.query = function (...args) {
  const [first] = args
  const text = typeof first === 'string' ? first : (first as { text?: string } | undefined)?.text
  if (text?.toLowerCase() !== 'commit') return query.apply(this, args)
  // One after the other on this connection; what comes next waits behind them.
  const late = [query.call(this, 'select pg_sleep(0.3)'), query.call(this, 'commit')]
  for (const each of late) (each as Promise<unknown>).catch(() => {})
  return Promise.resolve({ command: 'COMMIT', rows: [], rowCount: null, fields: [] })
}
