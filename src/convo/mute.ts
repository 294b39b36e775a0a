import { inTx } from '../db/tx.js'
import type { ConvoId, Did } from '../lib/ids.js'
import type { ConvoDeps } from './deps.js'
import { lockConvo } from './lock.js'
import { latestMembership, requireMember, setOwn } from './members.js'

/**
 * Keeps a conversation quiet for one account, on all of its devices, which are told; or no longer.
 *
 * @throws {ConvoNotFoundError} for an outsider, {NotMemberError} for a former member.
 */
export async function setMuted(
  deps: Pick<ConvoDeps, 'db' | 'outbox' | 'lanes'>,
  { actor, convoId, muted }: { actor: Did; convoId: ConvoId; muted: boolean },
): Promise<void> {
  await deps.lanes.run(convoId, () =>
    inTx(deps.db, async (tx) => {
      const convo = await lockConvo(tx, convoId)
      const own = requireMember(await latestMembership(tx, convoId, actor))
      if (own.muted === muted) return
      await setOwn(tx, convo!, actor, { muted })
      await deps.outbox.append(tx, [
        { kind: 'convo', convoId, action: 'updated', did: actor, seq: convo!.last_seq },
      ])
    }),
  )
}
