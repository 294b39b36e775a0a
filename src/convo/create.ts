import type { ConvoKind, Metadata, Policy } from '../db/schema.js'
import { afterCommit, inTx } from '../db/tx.js'
import type { Tx } from '../db/types.js'
import { InvalidRequestError } from '../errors.js'
import { type ConvoId, convoIdOf, type Did, type Epoch, type Seq } from '../lib/ids.js'
import { applyChange } from './apply-change.js'
import { countRefusals } from './count-refusals.js'
import type { ConvoDeps } from './deps.js'
import { directPair, findOpenDirect, otherAccount } from './direct.js'
import {
  askAboutFirst,
  type Founding,
  foundedBefore,
  takeGroupId,
  type VerifiedFounding,
  verifyFounding,
  wasFounded,
} from './genesis.js'
import { writeGroupState } from './group-state.js'
import { FIRST_PREVIOUS_HASH } from './hash-chain.js'
import { addLeaves } from './leaves.js'
import { type LockedConvo, lockConvos } from './lock.js'
import { openMembership } from './members.js'
import { requireRoom } from './room.js'

const DEFAULT_POLICY: Policy = { whoCanAdd: 'member' }
const CONVO_ID_MIN_BYTES = 16
const CONVO_ID_MAX_BYTES = 64

export interface CreateRequest extends Founding {
  actor: Did
  kind: ConvoKind
  metadata?: Metadata
  encryptedMetadata?: Uint8Array
  policy?: Policy
}

/**
 * Creates a conversation, and adds people by the first commit, in one transaction. The same bytes again
 * answer with the conversation that they made; a direct conversation that the pair has already is the
 * answer for any new one.
 */
export async function createConvo(deps: ConvoDeps, request: CreateRequest): Promise<ConvoId> {
  if (!request.change) return found(deps, request)
  return countRefusals(deps, () => found(deps, request))
}

async function found(deps: ConvoDeps, request: CreateRequest): Promise<ConvoId> {
  const { actor } = request
  const before = await foundedBefore(deps.db, actor, request)
  if (before) return before
  const founding = await verifyFounding(deps, actor, request)
  const convoId = newConvoId(founding)
  const other = request.kind === 'direct' ? otherAccount(actor, founding) : undefined
  const pair = other && directPair(actor, other)
  const asked = await askAboutFirst(deps, actor, founding, { pair })

  return inTx(deps.db, async (tx) => {
    // The pair is locked like a conversation: two that create it at once make one.
    await lockConvos(tx, pair ? [convoId, pair as ConvoId] : [convoId])
    if (await wasFounded(tx, actor, convoId, founding)) return convoId
    const existing = pair && (await findOpenDirect(tx, pair))
    if (existing) return existing
    await requireRoom(tx, [actor])
    const convo = await insertConvo(tx, deps, convoId, request, founding, pair)
    await deps.outbox.append(tx, [{ kind: 'convo', convoId, action: 'created', seq: 1 as Seq }])
    afterCommit(tx, () => deps.metrics.groupsCreated.inc())
    if (founding.first) {
      await applyChange(tx, deps, convo, { actor, ...founding.first, asked, now: deps.clock() })
    }
    return convoId
  })
}

async function insertConvo(
  tx: Tx,
  deps: ConvoDeps,
  convoId: ConvoId,
  request: CreateRequest,
  founding: VerifiedFounding,
  pair: string | undefined,
): Promise<LockedConvo> {
  const { group, creator, genesis } = founding
  const now = deps.clock()
  const row = await tx
    .insertInto('conversations')
    .values({
      convo_id: convoId,
      kind: request.kind,
      direct_pair: pair ?? null,
      group_id: group.groupId,
      epoch: 0 as Epoch,
      hash: FIRST_PREVIOUS_HASH,
      cipher_suite: group.cipherSuite,
      commit_framing: deps.config.mls.commitFraming,
      creator: request.actor,
      policy: JSON.stringify(request.policy ?? DEFAULT_POLICY),
      metadata: request.metadata ? JSON.stringify(request.metadata) : null,
      encrypted_metadata: request.encryptedMetadata ?? null,
      created_at: now,
    })
    .returningAll()
    .executeTakeFirstOrThrow()
  const convo = row as LockedConvo
  await takeGroupId(tx, convo, founding)
  await writeGroupState(tx, convo, genesis)
  await addLeaves(tx, convo, [creator])
  await openMembership(tx, convo, {
    did: request.actor,
    joinedSeq: 1 as Seq,
    joinedApplicationCount: 0,
    role: 'admin',
    now,
  })
  return convo
}

function newConvoId({ group }: VerifiedFounding): ConvoId {
  const { length } = group.groupId
  if (length < CONVO_ID_MIN_BYTES || length > CONVO_ID_MAX_BYTES) {
    throw new InvalidRequestError(
      `A group id has ${CONVO_ID_MIN_BYTES} to ${CONVO_ID_MAX_BYTES} random bytes`,
    )
  }
  return convoIdOf(group.groupId)
}
