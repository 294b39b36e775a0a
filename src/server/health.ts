import { getHeapStatistics } from 'node:v8'
import { sql } from 'kysely'
import type { Backend } from '../backend/backend.js'
import { isMigrated } from '../db/migrate.js'
import type { Db } from '../db/types.js'
import { within } from '../lib/within.js'

const CHECK_TIMEOUT_MS = 2_000
/** Probes are neither authenticated nor counted: they share what was found this recently. */
const KEPT_MS = 1_000
const HEAP_SHARE_MAX = 0.95

export type Health = 'healthy' | 'unhealthy'

export interface Findings {
  database: Health
  memory: Health
  /** `disabled`: this process alone keeps what instances would share. */
  redis: Health | 'disabled'
  migrations: Health
}

/** Examines what the service stands on; never rejects, and takes two seconds at most. */
export function createHealth(db: Db, backend: Backend): () => Promise<Findings> {
  let recent: { at: number; findings: Promise<Findings> } | undefined
  return () => {
    if (!recent || performance.now() - recent.at > KEPT_MS) {
      recent = { at: performance.now(), findings: examine(db, backend) }
    }
    return recent.findings
  }
}

async function examine(db: Db, backend: Backend): Promise<Findings> {
  const [database, migrations, redis] = await Promise.all([
    healthy(sql`select 1`.execute(db)),
    healthy(isMigrated(db).then((done) => done || Promise.reject(new Error('not migrated')))),
    backend.kind === 'redis' ? healthy(backend.ping()) : ('disabled' as const),
  ])
  return { database, memory: memory(), redis, migrations }
}

function healthy(check: Promise<unknown>): Promise<Health> {
  return within(CHECK_TIMEOUT_MS, check).then(
    () => 'healthy',
    () => 'unhealthy',
  )
}

function memory(): Health {
  const { used_heap_size, heap_size_limit } = getHeapStatistics()
  return used_heap_size < HEAP_SHARE_MAX * heap_size_limit ? 'healthy' : 'unhealthy'
}
