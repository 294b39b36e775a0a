import type { Tx } from '../db/types.js'
import type { Did } from '../lib/ids.js'

/**
 * Deletes the events that were for this account alone, those aside that end its streams. Nobody's cursor
 * can stand at one of them but its own, so that the hole is no one's loss.
 */
export async function forgetPersonalEvents(tx: Tx, did: Did): Promise<void> {
  await tx
    .deleteFrom('event_stream')
    .where('did', '=', did)
    .where('kind', '<>', 'account')
    .execute()
}
