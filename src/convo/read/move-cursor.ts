import { inTx } from '../../db/tx.js'
import type { Tx } from '../../db/types.js'
import { InvalidRequestError } from '../../errors.js'
import type { ConvoId, Did, Seq } from '../../lib/ids.js'
import type { ConvoDeps } from '../deps.js'
import { lockConvos } from '../lock.js'
import { latestMembership, requireMember } from '../members.js'

export interface CursorMove {
  convoId: ConvoId
  did: Did
  /** The last entry that was read. */
  seq: Seq
}

/**
 * Notes how far an account has read and tells its own devices, if it is further than before; answers
 * what is noted. Nothing counts as read before the account has accepted the conversation, which is
 * locked only so that the event stands in the order of the log.
 *
 * @throws {ConvoNotFoundError} for an outsider, {NotMemberError} for a former member.
 * @throws {InvalidRequestError} for a position that the account may not read.
 */
export async function moveCursor(deps: CursorDeps, move: CursorMove): Promise<Seq> {
  const { convoId, did, seq } = move
  return deps.lanes.run(convoId, () =>
    inTx(deps.db, async (tx) => {
      await lockConvos(tx, [convoId])
      const { status } = requireMember(await latestMembership(tx, convoId, did))
      const before = await readCursor(tx, move)
      if (seq <= before || status === 'request') return before
      const values = {
        seq,
        application_count: await countAt(tx, move),
        updated_at: deps.clock(),
      }
      await tx
        .insertInto('cursors')
        .values({ convo_id: convoId, did, ...values })
        .onConflict((oc) => oc.columns(['convo_id', 'did']).doUpdateSet(values))
        .execute()
      await deps.outbox.append(tx, [{ kind: 'read', convoId, did, seq }])
      return seq
    }),
  )
}

async function readCursor(tx: Tx, { convoId, did }: CursorMove): Promise<Seq> {
  const row = await tx
    .selectFrom('cursors')
    .select('seq')
    .where('convo_id', '=', convoId)
    .where('did', '=', did)
    .executeTakeFirst()
  return row?.seq ?? (0 as Seq)
}

/** The log's count of application entries at an entry of one of the account's intervals. */
async function countAt(tx: Tx, { convoId, did, seq }: CursorMove): Promise<number> {
  const entry = await tx
    .selectFrom('messages')
    .select('application_count')
    .where('convo_id', '=', convoId)
    .where('seq', '=', seq)
    .where(({ exists, selectFrom }) =>
      exists(
        selectFrom('members')
          .select('member_id')
          .where('convo_id', '=', convoId)
          .where('did', '=', did)
          .where('joined_seq', '<=', seq)
          .where((eb) => eb.or([eb('left_seq', 'is', null), eb('left_seq', '>=', seq)])),
      ),
    )
    .executeTakeFirst()
  if (entry) return entry.application_count
  throw new InvalidRequestError('seq is no entry of the log that the account may read')
}

type CursorDeps = Pick<ConvoDeps, 'db' | 'outbox' | 'lanes' | 'clock'>
