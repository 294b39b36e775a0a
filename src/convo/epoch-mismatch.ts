import { ENTRY_KIND } from '../db/schema.js'
import type { Queryable } from '../db/types.js'
import { EpochMismatchError } from '../errors.js'
import type { ConvoId, Epoch } from '../lib/ids.js'

interface Where {
  convo_id: ConvoId
  generation: number
  epoch: Epoch
}

/**
 * Says where the conversation is, and which entry ended the epoch that was meant, so that the caller
 * can catch up.
 *
 * @param generation the one that `meant` is of; a former group has epochs of the same numbers.
 */
export async function epochMismatch(
  q: Queryable,
  convo: Where,
  meant: Epoch,
  generation = convo.generation,
): Promise<EpochMismatchError> {
  const winner = await q
    .selectFrom('messages')
    .select('seq')
    .where('convo_id', '=', convo.convo_id)
    .where('generation', '=', generation)
    .where('epoch', '=', meant)
    .where('kind', '=', ENTRY_KIND.commit)
    .executeTakeFirst()
  const ended = winner ? `; epoch ${meant} was ended by the commit at seq ${winner.seq}` : ''
  return new EpochMismatchError(
    `The conversation is at generation ${convo.generation}, epoch ${convo.epoch}${ended}. ` +
      'Apply what came since, then build anew.',
  )
}
