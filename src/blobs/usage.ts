import type { Tx } from '../db/types.js'
import type { Did } from '../lib/ids.js'

/** What the smallest blob counts as: it bounds the number of blobs, too. */
const COUNTED_BYTES_MIN = 4096

/** What a blob of so many bytes takes of a quota. */
export function counted(bytes: number): number {
  return Math.max(bytes, COUNTED_BYTES_MIN)
}

/**
 * What the accounts' blobs take, each locked until the end of `tx`: the first lock of all that writes
 * blobs. In one order, so that two that want several never deadlock.
 */
export async function lockUsage(tx: Tx, dids: readonly Did[]): Promise<ReadonlyMap<Did, number>> {
  const accounts = [...new Set(dids)].sort()
  if (accounts.length === 0) return new Map()
  await tx
    .insertInto('blob_usage')
    .values(accounts.map((did) => ({ did, bytes: 0 })))
    .onConflict((conflict) => conflict.column('did').doNothing())
    .execute()
  const rows = await tx
    .selectFrom('blob_usage')
    .selectAll()
    .where('did', 'in', accounts)
    .orderBy('did')
    .forUpdate()
    .execute()
  return new Map(rows.map(({ did, bytes }) => [did, bytes]))
}

/** `bytes` may be negative. */
export async function addUsage(tx: Tx, did: Did, bytes: number): Promise<void> {
  if (bytes === 0) return
  await tx
    .updateTable('blob_usage')
    .set(({ eb }) => ({ bytes: eb('bytes', '+', bytes) }))
    .where('did', '=', did)
    .execute()
}
