import { afterCommit, inTx } from '../db/tx.js'
import type { Queryable } from '../db/types.js'
import { InvalidCommitError } from '../errors.js'
import type { ConvoId, Did, Epoch, Seq } from '../lib/ids.js'
import { type CommitHeader, readCommitHeader } from '../mls/commit-header.js'
import { mlsError } from '../mls/mls-error.js'
import type { PublicGroup } from '../mls/public-group.js'
import { askOutside } from '../requests/ask-outside.js'
import { applyChange, type Change, type CheckedChange } from './apply-change.js'
import { countRefusals } from './count-refusals.js'
import type { ConvoDeps } from './deps.js'
import { gainedLeaves } from './effects.js'
import { epochMismatch } from './epoch-mismatch.js'
import { generationOf } from './generation-of.js'
import { readGroupState } from './group-state.js'
import { sha256 } from './hash-chain.js'
import { inviteToEnter, useInvite } from './invites/enter.js'
import type { InviteRow } from './invites/invite.js'
import { type LockedConvo, lockConvo } from './lock.js'
import { latestMembership, requireMember } from './members.js'
import { requireOpen } from './open.js'
import { acceptedCommit } from './repeated.js'
import { verifyChange } from './verify-change.js'

export interface CommitRequest {
  actor: Did
  convoId: ConvoId
  change: Change
  /** `external`: by a device that comes in by itself (`joinConvo`); `member`: by one that is in the tree. */
  by: 'member' | 'external'
  /** Secret of an invite, for an account that is no member. */
  inviteSecret?: string | undefined
  named?: CheckedChange['named']
  expect?: CheckedChange['expect']
}

export interface CommitOutcome {
  newEpoch: Epoch
  /** Of the commit's entry. */
  seq: Seq
}

/**
 * Takes a commit: checks its mathematics without a lock, since that is slow, and then, under the
 * conversation's lock, whether the epoch is still the one it ends, whether the sender may have its
 * effects, and writes all that follows. The same bytes again give the same answer.
 *
 * Checks run in the order of §3 of the protocol: duplicate, membership, epoch, pending removals, content.
 */
export function commitChange(deps: ConvoDeps, request: CommitRequest): Promise<CommitOutcome> {
  return countRefusals(deps, () => takeCommit(deps, request))
}

async function takeCommit(deps: ConvoDeps, request: CommitRequest): Promise<CommitOutcome> {
  const { actor, convoId, change } = request
  const commitId = Buffer.from(sha256(change.commit)).toString('hex')
  // Verified one after another: of many racing ones, those behind the winner cost one read each.
  return deps.verifying.run(convoId, async () => {
    const seen = await admit(deps, deps.db, request, commitId)
    if ('accepted' in seen) return seen.accepted
    const group = await currentGroup(deps, seen.convo)
    const commit = await verifyChange(deps, group, change, {
      sender: actor,
      framing: seen.convo.commit_framing,
    })
    if (commit.external) {
      await deps.joinLimits.admit(convoId, actor, commit.committer.deviceId)
    }
    const devicesOf = gainedLeaves(commit).map(({ did }) => did)
    const asked = await askOutside(deps, { convoId, adder: actor, devicesOf })
    return deps.lanes.run(convoId, () =>
      inTx(deps.db, async (tx) => {
        const convo = await lockConvo(tx, convoId)
        const again = await admit(deps, tx, request, commitId, convo)
        if ('accepted' in again) return again.accepted
        const { invite } = again
        const checked = {
          ...request,
          commit,
          commitId,
          asked,
          inviteId: invite?.invite_id,
          now: deps.clock(),
        }
        const after = await applyChange(tx, deps, again.convo, checked)
        if (invite) await useInvite(tx, invite, actor)
        afterCommit(tx, () => deps.verifier.keep(convoId, commit.next))
        return { newEpoch: after.epoch, seq: after.last_seq }
      }),
    )
  })
}

type Admission = { accepted: CommitOutcome } | Admitted
interface Admitted {
  convo: LockedConvo
  header: CommitHeader
  /** What an account that is no member comes in by. */
  invite: InviteRow | undefined
}

/** Duplicate, membership, epoch: on whatever `q` sees, so that it is asked before and under the lock. */
async function admit(
  { clock }: Pick<ConvoDeps, 'clock'>,
  q: Queryable,
  { actor, convoId, change, by, inviteSecret: secret }: CommitRequest,
  commitId: string,
  locked?: LockedConvo,
): Promise<Admission> {
  const membership = await latestMembership(q, convoId, actor)
  if (membership) {
    const accepted = await acceptedCommit(q, convoId, commitId)
    if (accepted) return { accepted }
  }
  const invite = await inviteToEnter(q, membership, { convoId, secret, now: clock() })
  if (!invite) requireMember(membership)
  const convo = locked ?? (await readConvo(q, convoId))
  requireOpen(convo)

  const header = readCommitHeader(change.commit)
  if (!header.ok) throw mlsError(header.refusal)
  await requireCurrentGroup(q, convo, header.value)
  const external = header.value.sender === 'external'
  if (external && by === 'member') {
    throw new InvalidCommitError(
      'An external commit goes to joinConvo (senderType, RFC 9420 §12.4.3.2)',
    )
  }
  if (!external && by === 'external') {
    throw new InvalidCommitError(
      'joinConvo takes an external commit as a PublicMessage (senderType, RFC 9420 §12.4.3.2)',
    )
  }
  return { convo, header: header.value, invite }
}

async function requireCurrentGroup(
  q: Queryable,
  convo: LockedConvo,
  { groupId, epoch }: CommitHeader,
): Promise<void> {
  const sameGroup = Buffer.compare(groupId, convo.group_id) === 0
  if (sameGroup && epoch === convo.epoch) return
  const generation = sameGroup ? convo.generation : await generationOf(q, convo.convo_id, groupId)
  if (generation !== undefined) throw await epochMismatch(q, convo, epoch, generation)
  throw new InvalidCommitError(
    'The commit is for another group than this conversation runs on (groupId, RFC 9420 §12.4.2)',
  )
}

async function readConvo(q: Queryable, convoId: ConvoId): Promise<LockedConvo> {
  const row = await q
    .selectFrom('conversations')
    .selectAll()
    .where('convo_id', '=', convoId)
    .executeTakeFirstOrThrow()
  return row as LockedConvo
}

async function currentGroup(deps: ConvoDeps, convo: LockedConvo): Promise<PublicGroup> {
  const kept = deps.verifier.kept(convo.convo_id, convo.group_id, convo.epoch)
  if (kept) return kept
  const groupInfo = await readGroupState(deps.db, convo)
  if (!groupInfo) {
    // Another commit won between the two reads: where the conversation is by now is to be read again.
    const current = await readConvo(deps.db, convo.convo_id)
    throw await epochMismatch(deps.db, current, convo.epoch, convo.generation)
  }
  const group = await deps.verifier.openStored(groupInfo)
  deps.verifier.keep(convo.convo_id, group)
  return group
}
