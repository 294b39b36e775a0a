import { sql } from 'kysely'
import type { Queryable } from '../types.js'
import { BackupError } from './backup-error.js'

/**
 * @throws {BackupError} when a service is connected to the database of a server: what it remembers of
 * the database would be wrong after this. An embedded one is guarded by the lock of its directory.
 */
export async function requireUnused(q: Queryable): Promise<void> {
  const { rows } = await sql<{ sessions: number }>`
    select count(*)::int as sessions from pg_stat_activity
    where datname = current_database() and application_name like 'catbird-mls%'
      and pid <> pg_backend_pid()`.execute(q)
  const { sessions } = rows[0]!
  if (sessions === 0) return
  throw new BackupError(
    `A service is connected to the database (${sessions} sessions): stop it first, and start it afterwards.`,
  )
}
