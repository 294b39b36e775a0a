import type { Database } from '../db/types.js'
import type { JobRun } from '../jobs/index.js'
import { within } from '../lib/within.js'
import type { Metrics } from '../metrics.js'
import type { StreamService } from '../stream/index.js'

/** A scrape is answered although the database is not. */
const READ_TIMEOUT_MS = 2_000
const SECOND_MS = 1_000

/** What is read of the process's parts when it is asked for. */
export function openGauges(metrics: Metrics, { database, stream, version }: Gauged): void {
  metrics.gaugeBy('build_info', 'The version that runs', 'version', () => ({ [version]: 1 }), 'max')
  metrics.gauge('workers', 'Processes that serve on the port', () => 1)
  metrics.gauge('stream_connections', 'Open event streams', () => stream.stats().open)
  metrics.gauge('stream_tail_events', 'Recent events in memory', () => stream.stats().tailEvents)
  metrics.gauge('stream_tail_bytes', 'Memory of recent events', () => stream.stats().tailBytes)
  metrics.gauge(
    'event_horizon_lag_seconds',
    'Age of the oldest event that a running transaction keeps from being read',
    () => stream.stats().horizonLagMs / SECOND_MS,
    'max',
  )
  metrics.gauge(
    'stream_lag_seconds',
    'Age of the oldest event that the streams of this process have not been given',
    () => within(READ_TIMEOUT_MS, stream.readLag()).then(toSeconds, () => undefined),
    'max',
  )
  const { pool } = database
  if (!pool) return
  metrics.gauge('database_pool_size', 'Connections that may be open', () => pool().size)
  metrics.gaugeBy('database_pool_connections', 'Connections, and who waits', 'state', () => {
    const { active, idle, waiting } = pool()
    return { active, idle, waiting }
  })
}

export function countJob(metrics: Metrics, { job, ok, rows, ms }: JobRun): void {
  metrics.jobRuns.inc({ task: job, outcome: ok ? 'done' : 'failed' })
  metrics.jobRows.inc({ task: job }, rows)
  metrics.jobSeconds.observe({ task: job }, ms / SECOND_MS)
}

function toSeconds(ms: number): number {
  return ms / SECOND_MS
}

export interface Gauged {
  database: Pick<Database, 'pool'>
  stream: Pick<StreamService, 'stats' | 'readLag'>
  version: string
}
