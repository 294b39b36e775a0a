import { sql } from 'kysely'
import type { Queryable } from '../db/types.js'

/** Which transactions had ended at a moment (PostgreSQL's `pg_snapshot`). */
export class Snapshot {
  private constructor(
    /** Below this all had ended. */
    private readonly xmin: bigint,
    /** From this on none had begun to write. */
    private readonly xmax: bigint,
    private readonly running: ReadonlySet<bigint>,
  ) {}

  static async take(q: Queryable): Promise<Snapshot> {
    const { rows } = await sql<{ text: string }>`
      select pg_current_snapshot()::text as text`.execute(q)
    return Snapshot.parse(rows[0]!.text)
  }

  /** Of PostgreSQL's text form: `xmin:xmax:running,…`. */
  static parse(text: string): Snapshot {
    const [xmin, xmax, running] = text.split(':') as [string, string, string]
    const xids = running === '' ? [] : running.split(',').map(BigInt)
    return new Snapshot(BigInt(xmin), BigInt(xmax), new Set(xids))
  }

  /** Whether what the transaction wrote was there to be read. */
  sees(xid: bigint): boolean {
    return xid < this.xmin || (xid < this.xmax && !this.running.has(xid))
  }

  /** Whether the transaction, and every later one, began to write after the moment. */
  precedes(xid: bigint): boolean {
    return xid >= this.xmax
  }
}
