import { inTx } from '../db/tx.js'
import type { ConvoId, Did } from '../lib/ids.js'
import type { ConvoDeps } from './deps.js'
import { lockConvo } from './lock.js'
import { latestMembership, requireMember, setOwn } from './members.js'

/**
 * Takes a request: from now on what is read counts. Told to the account's own devices; nothing changes
 * where it was accepted before.
 *
 * @throws {ConvoNotFoundError} for an outsider, {NotMemberError} for a former member.
 */
export async function acceptConvo(
  deps: Pick<ConvoDeps, 'db' | 'outbox' | 'lanes'>,
  { actor, convoId }: { actor: Did; convoId: ConvoId },
): Promise<void> {
  await deps.lanes.run(convoId, () =>
    inTx(deps.db, async (tx) => {
      const convo = await lockConvo(tx, convoId)
      const { status } = requireMember(await latestMembership(tx, convoId, actor))
      if (status === 'accepted') return
      await setOwn(tx, convo!, actor, { status: 'accepted' })
      await deps.outbox.append(tx, [
        { kind: 'convo', convoId, action: 'accepted', did: actor, seq: convo!.last_seq },
      ])
    }),
  )
}
