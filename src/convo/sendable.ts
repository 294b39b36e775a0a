import type { Queryable } from '../db/types.js'
import { InvalidMlsMessageError } from '../errors.js'
import type { Epoch } from '../lib/ids.js'
import { mlsError } from '../mls/mls-error.js'
import { epochMismatch } from './epoch-mismatch.js'
import { generationOf } from './generation-of.js'
import type { LockedConvo } from './lock.js'
import { requireOpen } from './open.js'
import type { PreparedMessage } from './prepared-message.js'

/** What of a conversation decides whether a message is taken. */
export type Place = Pick<
  LockedConvo,
  'convo_id' | 'generation' | 'epoch' | 'group_id' | 'closed_at'
>

/**
 * Open, epoch within the grace, and bytes that are what the request says they are.
 *
 * @throws {Misplaced} where the words need a look at the log.
 */
export function requireSendable(convo: Place, message: PreparedMessage, epochGrace: number): void {
  requireOpen(convo)
  const { epoch, verdict } = message
  const oldest = Math.max(0, convo.epoch - epochGrace)
  if (epoch > convo.epoch || epoch < oldest) throw new Misplaced(convo, epoch)
  if (!verdict.ok) throw mlsError(verdict.refusal)
  const { groupId, epoch: inMessage } = verdict.value
  if (Buffer.compare(groupId, convo.group_id) !== 0) throw new Misplaced(convo, inMessage, groupId)
  if (inMessage !== epoch) {
    throw new InvalidMlsMessageError(
      `The message is of epoch ${inMessage}, the request says ${epoch} (epoch, RFC 9420 §6.3)`,
    )
  }
}

/** A message of an epoch, or of a group, that is not taken now. */
export class Misplaced extends Error {
  override readonly name = 'Misplaced'
  constructor(
    readonly convo: Place,
    readonly epoch: Epoch,
    /** Where it is not the current one. */
    readonly groupId?: Uint8Array,
  ) {
    super('the message is misplaced')
  }
}

/** Says of a `Misplaced` message where it belongs; all other failures go on as they are. */
export async function explaining<T>(q: Queryable, send: () => Promise<T>): Promise<T> {
  try {
    return await send()
  } catch (error) {
    throw error instanceof Misplaced ? await explain(q, error) : error
  }
}

async function explain(q: Queryable, { convo, epoch, groupId }: Misplaced): Promise<Error> {
  if (!groupId) return epochMismatch(q, convo, epoch)
  const former = await generationOf(q, convo.convo_id, groupId)
  if (former !== undefined) return epochMismatch(q, convo, epoch, former)
  return new InvalidMlsMessageError('The message is for another group (groupId, RFC 9420 §6.3)')
}
