import { createHash } from 'node:crypto'
import type { Queryable, Tx } from '../db/types.js'
import { requireLiveDevice } from '../devices/live.js'
import { ConvoExistsError, InvalidCommitError } from '../errors.js'
import type { ConvoId, Did } from '../lib/ids.js'
import { readCommitHeader } from '../mls/commit-header.js'
import { mlsError } from '../mls/mls-error.js'
import type { Leaf, PublicGroup } from '../mls/public-group.js'
import type { VerifiedCommit } from '../mls/verify-commit.js'
import { type Asked, askOutside, NOTHING_ASKED } from '../requests/ask-outside.js'
import type { Change } from './apply-change.js'
import type { ConvoDeps } from './deps.js'
import { findOpenDirect } from './direct.js'
import { gainedLeaves } from './effects.js'
import { sha256 } from './hash-chain.js'
import { verifyChange } from './verify-change.js'

/** A new group as its creator brings it: GroupInfo of epoch 0, and perhaps the first commit. */
export interface Founding {
  genesis: Uint8Array
  change?: Change
}

/** The same, verified. */
export interface VerifiedFounding extends Founding {
  group: PublicGroup
  creator: Leaf
  /** SHA-256 over all of its bytes: a repetition is known by it. */
  digest: Uint8Array
  first?: { change: Change; commit: VerifiedCommit; commitId: string }
}

/** Checks genesis and first commit, without a lock. */
export async function verifyFounding(
  deps: ConvoDeps,
  creator: Did,
  { genesis, change }: Founding,
): Promise<VerifiedFounding> {
  const options = { now: deps.clock(), suites: deps.suites }
  const opened = await deps.verifier.openGenesis(genesis, { ...options, creator })
  if (!opened.ok) throw mlsError(opened.refusal)
  const group = opened.value
  const founding = {
    genesis,
    group,
    creator: group.leaves()[0]!,
    digest: digestOf({ genesis, change }),
  }
  if (!change) return founding
  requireFirstCommit(group, change)
  const { commitFraming: framing } = deps.config.mls
  const commit = await verifyChange(deps, group, change, { sender: creator, framing })
  const commitId = Buffer.from(sha256(change.commit)).toString('hex')
  return { ...founding, change, first: { change, commit, commitId } }
}

/**
 * The conversation that these very bytes founded, if they did: a late retry is answered without
 * asking whether its key packages still are what they were.
 */
export async function foundedBefore(
  q: Queryable,
  actor: Did,
  founding: Founding,
): Promise<ConvoId | undefined> {
  const row = await q
    .selectFrom('groups')
    .select('convo_id')
    .where('genesis_digest', '=', digestOf(founding))
    .where('created_by', '=', actor)
    .executeTakeFirst()
  return row?.convo_id
}

/**
 * True if this very founding was done before; false if the group id is free.
 *
 * @throws {ConvoExistsError} when the group id is taken by other bytes or another account.
 */
export async function wasFounded(
  q: Queryable,
  actor: Did,
  convoId: ConvoId,
  { group, digest }: VerifiedFounding,
): Promise<boolean> {
  const taken = await q
    .selectFrom('groups')
    .select(['convo_id', 'created_by', 'genesis_digest'])
    .where('group_id', '=', group.groupId)
    .executeTakeFirst()
  if (!taken) return false
  const same =
    taken.convo_id === convoId &&
    taken.created_by === actor &&
    Buffer.compare(taken.genesis_digest, digest) === 0
  if (!same) throw new ConvoExistsError('This group id was used before; make a new group')
  return true
}

/**
 * What others say of the accounts that the first commit adds.
 *
 * @param place `convoId` of a reset; `pair` of a direct conversation, which adds nobody where there is one.
 */
export async function askAboutFirst(
  deps: Pick<ConvoDeps, 'db' | 'outside'>,
  adder: Did,
  { first }: VerifiedFounding,
  { convoId, pair }: { convoId?: ConvoId; pair?: string | undefined },
): Promise<Asked> {
  if (!first || (pair && (await findOpenDirect(deps.db, pair)))) return NOTHING_ASKED
  const devicesOf = gainedLeaves(first.commit).map(({ did }) => did)
  return askOutside(deps, { adder, devicesOf, ...(convoId && { convoId }) })
}

/** Takes the group id for ever, and admits the creator's device. */
export async function takeGroupId(
  tx: Tx,
  convo: { convo_id: ConvoId; generation: number },
  { group, digest, creator }: VerifiedFounding,
): Promise<void> {
  await requireLiveDevice(tx, creator.did, creator.deviceId, creator.signatureKey)
  await tx
    .insertInto('groups')
    .values({
      group_id: group.groupId,
      convo_id: convo.convo_id,
      generation: convo.generation,
      genesis_digest: digest,
      created_by: creator.did,
    })
    .execute()
}

function requireFirstCommit(group: PublicGroup, change: Change): void {
  const header = readCommitHeader(change.commit)
  if (!header.ok) throw mlsError(header.refusal)
  const { groupId, epoch, sender } = header.value
  if (Buffer.compare(groupId, group.groupId) !== 0 || epoch !== 0 || sender === 'external') {
    throw new InvalidCommitError(
      'The change must be a commit of the creator in epoch 0 of the genesis (epoch, RFC 9420 §12.4.2)',
    )
  }
}

function digestOf({ genesis, change }: Founding): Uint8Array {
  const digest = createHash('sha256')
  for (const part of [genesis, change?.commit, change?.groupInfo, change?.welcome]) {
    const length = Buffer.alloc(8)
    length.writeBigInt64BE(BigInt(part?.length ?? -1))
    digest.update(length)
    if (part) digest.update(part)
  }
  return digest.digest()
}
