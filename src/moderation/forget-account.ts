import type { Tx } from '../db/types.js'
import { DELETED_ACCOUNT, type Did } from '../lib/ids.js'

/** Takes the name of a deleted account out of all reports; what was reported stays. */
export async function forgetReports(tx: Tx, did: Did): Promise<void> {
  await tx
    .updateTable('reports')
    // The digest is over the reporter's name.
    .set({ reporter: DELETED_ACCOUNT, digest: null })
    .where('reporter', '=', did)
    .execute()
  await tx
    .updateTable('reports')
    .set({ subject: DELETED_ACCOUNT, digest: null })
    .where('subject', '=', did)
    .execute()
  await tx
    .updateTable('reports')
    .set({ resolved_by: DELETED_ACCOUNT })
    .where('resolved_by', '=', did)
    .execute()
}
