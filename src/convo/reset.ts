import { afterCommit, inTx } from '../db/tx.js'
import type { ConvoId, Did } from '../lib/ids.js'
import { NotAdminError } from '../errors.js'
import { endWelcomes } from '../welcomes/end.js'
import { applyChange } from './apply-change.js'
import { countRefusals } from './count-refusals.js'
import type { ConvoDeps } from './deps.js'
import {
  askAboutFirst,
  type Founding,
  foundedBefore,
  takeGroupId,
  verifyFounding,
  wasFounded,
} from './genesis.js'
import { writeGroupState } from './group-state.js'
import { replaceLeaves } from './leaves.js'
import { lockConvo } from './lock.js'
import { latestMembership, requireMember } from './members.js'
import { requireOpen } from './open.js'
import { beginGeneration } from './store.js'

export interface ResetRequest extends Founding {
  actor: Did
  convoId: ConvoId
}

/**
 * Puts a conversation whose group is beyond repair on a new one: the next generation, at epoch 0. The
 * log, intervals and roles stay; pending removals end; welcomes of the old group are superseded. It
 * needs no working MLS state, and the same bytes again change nothing.
 */
export async function resetConvo(deps: ConvoDeps, request: ResetRequest): Promise<void> {
  if (!request.change) return replaceGroup(deps, request)
  return countRefusals(deps, () => replaceGroup(deps, request))
}

async function replaceGroup(deps: ConvoDeps, request: ResetRequest): Promise<void> {
  const { actor, convoId } = request
  const member = await latestMembership(deps.db, convoId, actor)
  if (member && (await foundedBefore(deps.db, actor, request)) === convoId) return
  requireMember(member)
  const founding = await verifyFounding(deps, actor, request)
  const asked = await askAboutFirst(deps, actor, founding, { convoId })
  await deps.lanes.run(convoId, () =>
    inTx(deps.db, async (tx) => {
      const before = await lockConvo(tx, convoId)
      const member = await latestMembership(tx, convoId, actor)
      if (member && (await wasFounded(tx, actor, convoId, founding))) return
      const { role } = requireMember(member)
      requireOpen(before!)
      if (role !== 'admin') throw new NotAdminError('Only admins reset a conversation')

      const { group, genesis, creator } = founding
      const convo = await beginGeneration(tx, before!, {
        groupId: group.groupId,
        cipherSuite: group.cipherSuite,
        framing: deps.config.mls.commitFraming,
      })
      await takeGroupId(tx, convo, founding)
      await writeGroupState(tx, convo, genesis)
      await replaceLeaves(tx, convo, [creator])
      await endWelcomes(tx, { convoId, state: 'superseded' })
      await deps.outbox.append(tx, [
        { kind: 'convo', convoId, action: 'reset', seq: convo.last_seq },
      ])
      afterCommit(tx, () => deps.metrics.groupsReset.inc())
      if (founding.first) {
        await applyChange(tx, deps, convo, { actor, ...founding.first, asked, now: deps.clock() })
      }
    }),
  )
}
