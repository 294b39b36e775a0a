import { afterCommit } from '../db/tx.js'
import type { Tx } from '../db/types.js'
import { requireLiveDevice } from '../devices/live.js'
import { consumeKeyPackages } from '../keys/consume.js'
import type { Did } from '../lib/ids.js'
import type { VerifiedCommit } from '../mls/verify-commit.js'
import { admitAccounts } from '../requests/admit.js'
import type { Asked } from '../requests/ask-outside.js'
import { requireRoom } from './room.js'
import type { ConvoDeps } from './deps.js'
import { type RosterChange, rosterChange, type Standing } from './effects.js'
import type { Expectation } from './expectations.js'
import { writeGroupState } from './group-state.js'
import { sha256 } from './hash-chain.js'
import { readLeaves } from './leaves.js'
import type { LockedConvo } from './lock.js'
import { insertEntry } from './log.js'
import { openMembers } from './members.js'
import { judge } from './policy.js'
import { policyError } from './refusals.js'
import { requestEvents, rosterEvents } from './roster-events.js'
import { advanceEpoch } from './store.js'
import { writeRoster } from './write-roster.js'
import { writeWelcomes } from './write-welcomes.js'

/**
 * Judges a verified commit on locked data, and writes all that follows from it: the entry, the epoch,
 * the roster that the tree shows, used key packages, welcomes, events. Every commit, whatever its
 * method, goes this one way.
 */
export async function applyChange(
  tx: Tx,
  deps: ApplyDeps,
  before: LockedConvo,
  checked: CheckedChange,
): Promise<LockedConvo> {
  const standing = {
    members: await openMembers(tx, before.convo_id),
    leaves: await readLeaves(tx, before.convo_id),
  }
  const roster = rosterChange(checked.actor, checked.commit, standing, checked.named)
  judgeOrThrow(deps, before, checked, roster, standing)
  checked.expect?.(roster, checked.commit)
  await admitDevices(tx, deps, before, checked)
  // After the packages: who has none to use for an account learns nothing of whom it lets in.
  const standings = await admitAccounts(tx, {
    convoId: before.convo_id,
    adder: checked.actor,
    added: roster.opens,
    company: companyAfter(standing, roster),
    asked: checked.asked,
  })
  await requireRoom(tx, roster.opens)

  const head = await insertEntry(tx, before, {
    kind: 'commit',
    messageId: checked.commitId,
    epoch: before.epoch,
    ciphertext: checked.change.commit,
    contentHash: sha256(checked.change.commit),
    now: checked.now,
  })
  const convo = await advanceEpoch(tx, before, head)
  await writeGroupState(tx, convo, checked.change.groupInfo)
  await writeRoster(tx, convo, checked, roster, standings)
  await deps.outbox.append(tx, [
    { kind: 'message', convoId: convo.convo_id, seq: convo.last_seq },
    ...rosterEvents(convo, checked, roster),
    ...requestEvents(convo, standings),
  ])
  await writeWelcomes(tx, deps, convo, checked)
  afterCommit(tx, () => {
    deps.metrics.commitsAccepted.inc()
    deps.metrics.membersAdded.inc(roster.opens.length)
  })
  return convo
}

function judgeOrThrow(
  { config }: ApplyDeps,
  convo: LockedConvo,
  { actor, commit }: CheckedChange,
  roster: RosterChange,
  standing: Standing,
): void {
  const roles = new Map(standing.members.map(({ did, role }) => [did, role]))
  // An account that comes in by an invite has no role before its own commit gives it one.
  const role = roles.get(actor) ?? 'member'
  const verdict = judge(role, roster.effects, {
    kind: convo.kind,
    // The two accounts of a direct conversation meet in its first commit.
    founding: convo.last_seq === 0 && !commit.external,
    policy: convo.policy,
    roles,
    maxMembers: config.limits.membersPerConvo,
    maxLeaves: config.limits.leavesPerConvo,
    maxDevicesPerAccount: config.limits.devicesPerAccount,
  })
  if (!verdict.ok) throw policyError(verdict.refusal)
}

function companyAfter({ members }: Standing, { opens, closes }: RosterChange): Did[] {
  return [...members.map(({ did }) => did).filter((did) => !closes.includes(did)), ...opens]
}

/** Added devices come by a leased key package each; one that comes by itself must be registered. */
async function admitDevices(
  tx: Tx,
  deps: ApplyDeps,
  convo: LockedConvo,
  { actor, commit, now }: CheckedChange,
): Promise<void> {
  if (commit.external) {
    const { did, deviceId, signatureKey } = commit.committer
    await requireLiveDevice(tx, did, deviceId, signatureKey)
  }
  const refs = commit.added.map(({ keyPackageRef }) => keyPackageRef)
  if (refs.length === 0) return
  await consumeKeyPackages(tx, deps, { refs, by: actor, convoId: convo.convo_id, now })
}

export type ApplyDeps = Pick<ConvoDeps, 'outbox' | 'config' | 'metrics'>

/** A commit with what travels beside it (`blue.catbird.mls.defs#change`). */
export interface Change {
  commit: Uint8Array
  groupInfo: Uint8Array
  welcome?: Uint8Array
}

export interface CheckedChange {
  actor: Did
  change: Change
  commit: VerifiedCommit
  commitId: string
  /** What others said of the accounts that the commit adds. */
  asked: Asked
  /** By which the actor comes in. */
  inviteId?: string | undefined
  /** Accounts named for removal: those without a device go by an otherwise empty commit. */
  named?: readonly Did[] | undefined
  /** Compares what the request said (didList) with what the commit does; throws. */
  expect?: Expectation | undefined
  now: Date
}
