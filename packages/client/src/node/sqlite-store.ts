import { DatabaseSync } from 'node:sqlite'
import type { SQLInputValue } from 'node:sqlite'
import { sameBytes } from '../lib/bytes.js'
import { StoreTaken } from '../store/store.js'
import type { Store, StoreChange, StoreEntry, StoreGuard, StoreRange } from '../store/store.js'

/** Above every key: keys are text, and this is no character. */
const LAST = '\uffff'

/** One file, by Node's own SQLite: write-ahead log, synchronised at every write. */
export function openSqliteStore(path: string): Store {
  const database = new DatabaseSync(path)
  database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA busy_timeout = 5000')
  database.exec(
    'CREATE TABLE IF NOT EXISTS entries (key TEXT PRIMARY KEY, value BLOB) WITHOUT ROWID',
  )
  return new SqliteStore(database)
}

class SqliteStore implements Store {
  constructor(private readonly database: DatabaseSync) {}

  async get(key: string): Promise<Uint8Array | undefined> {
    return this.#get(key)
  }

  async list({ prefix, after, before, reverse, limit = -1 }: StoreRange): Promise<StoreEntry[]> {
    const conditions = ['key >= ?', 'key < ?']
    const values: SQLInputValue[] = [prefix, prefix + LAST]
    for (const [condition, bound] of [
      ['key > ?', after],
      ['key < ?', before],
    ] as const) {
      if (bound === undefined) continue
      conditions.push(condition)
      values.push(bound)
    }
    const rows = this.database
      .prepare(
        `SELECT key, value FROM entries WHERE ${conditions.join(' AND ')} ` +
          `ORDER BY key ${reverse === true ? 'DESC' : 'ASC'} LIMIT ?`,
      )
      .all(...values, limit)
    return rows.map((row) => ({ key: String(row.key), value: row.value as Uint8Array }))
  }

  async write(changes: StoreChange[], guard?: StoreGuard): Promise<void> {
    this.database.exec('BEGIN IMMEDIATE')
    try {
      if (guard !== undefined) {
        const value = this.#get(guard.key)
        if (value === undefined || !sameBytes(value, guard.value)) throw new StoreTaken()
      }
      const put = this.database.prepare('INSERT OR REPLACE INTO entries (key, value) VALUES (?, ?)')
      const remove = this.database.prepare('DELETE FROM entries WHERE key = ?')
      for (const { key, value } of changes) {
        if (value === undefined) remove.run(key)
        else put.run(key, value)
      }
      this.database.exec('COMMIT')
    } catch (error) {
      this.database.exec('ROLLBACK')
      throw error
    }
  }

  async close(): Promise<void> {
    this.database.close()
  }

  #get(key: string): Uint8Array | undefined {
    const row = this.database.prepare('SELECT value FROM entries WHERE key = ?').get(key)
    return row?.value as Uint8Array | undefined
  }
}
