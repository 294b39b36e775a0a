import type { Tx } from '../db/types.js'
import type { Did } from '../lib/ids.js'

/** Forgets whom a deleted account blocked; who blocks it goes on to do so, whenever it comes back. */
export async function forgetBlocks(tx: Tx, did: Did): Promise<void> {
  await tx.deleteFrom('blocks').where('did', '=', did).execute()
}
