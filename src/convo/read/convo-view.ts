import type { Policy } from '../../db/schema.js'
import type { Queryable } from '../../db/types.js'
import { ConvoNotFoundError } from '../../errors.js'
import type { ConvoView, Interval } from '../../lexicon/types/blue/catbird/mls/defs.js'
import type { ConvoId, Did } from '../../lib/ids.js'
import { FIRST_PREVIOUS_HASH } from '../hash-chain.js'
import { type ConvoRow, type FormerConvoRow, readConvoRows } from './convo-rows.js'
import { toMemberView } from './member-views.js'
import { unreadCount } from './unread.js'

/** What a former member is told in place of rules that are no longer its own. */
const FORMER_POLICY: Policy = { whoCanAdd: 'admin' }

/** The view that an account which is, or was, in the conversation has of it. */
export async function convoView(q: Queryable, did: Did, convoId: ConvoId): Promise<ConvoView> {
  const [view] = await convoViews(q, did, [convoId])
  if (!view) throw new Error('the account never was in the conversation')
  return view
}

/** @throws {ConvoNotFoundError} for an account that never was in the conversation, as for none. */
export async function requireConvoView(
  q: Queryable,
  did: Did,
  convoId: ConvoId,
): Promise<ConvoView> {
  const [view] = await convoViews(q, did, [convoId])
  if (!view) throw new ConvoNotFoundError('There is no such conversation')
  return view
}

/** Views in the order of `convoIds`, by one statement; without those that the account never was in. */
export async function convoViews(
  q: Queryable,
  did: Did,
  convoIds: readonly ConvoId[],
): Promise<ConvoView[]> {
  if (convoIds.length === 0) return []
  const rows = await readConvoRows(q, did, convoIds)
  const byId = new Map(rows.map((row) => [row.convo_id, row]))
  return convoIds.flatMap((convoId) => {
    const row = byId.get(convoId)
    return row ? [toConvoView(row)] : []
  })
}

/** `blue.catbird.mls.defs#convoView` */
function toConvoView(row: ConvoRow): ConvoView {
  return {
    convoId: row.convo_id,
    commitFraming: row.commit_framing,
    intervals: row.intervals.map(toInterval),
    kind: row.kind,
    cipherSuite: row.cipher_suite,
    creator: row.creator,
    role: row.role,
    muted: row.muted,
    cursor: row.cursor,
    memberCount: row.member_count,
    members: row.members.map(toMemberView),
    pendingRemovals: row.pending_removals,
    createdAt: row.created_at.toISOString(),
    ...(row.left_seq === null ? current(row) : former(row)),
  }
}

function current(row: ConvoRow) {
  const lastMessageAt =
    row.application_count > row.joined_application_count ? row.last_message_at : null
  return {
    groupId: toHex(row.group_id),
    generation: row.generation,
    ...(row.reset_seq !== null && { resetSeq: row.reset_seq }),
    epoch: row.epoch,
    lastSeq: row.last_seq,
    hash: toHex(row.hash),
    status: row.status,
    unreadCount: unreadCount(row.intervals, row.read_application_count, row.application_count),
    policy: row.policy,
    ...(row.metadata && { metadata: row.metadata }),
    ...(row.encrypted_metadata && { encryptedMetadata: row.encrypted_metadata }),
    ...(lastMessageAt && { lastMessageAt: lastMessageAt.toISOString() }),
  }
}

/** As the conversation was at the last entry that may be read; nothing counts any more. */
function former(row: FormerConvoRow) {
  const wasReset = row.left_generation > 0 && row.left_generation === row.generation
  return {
    groupId: toHex(row.left_group_id),
    generation: row.left_generation,
    ...(wasReset && { resetSeq: row.reset_seq! }),
    epoch: row.left_epoch,
    lastSeq: row.left_seq,
    hash: toHex(row.left_hash ?? FIRST_PREVIOUS_HASH),
    status: 'left',
    unreadCount: 0,
    policy: FORMER_POLICY,
  }
}

function toInterval({ joinedSeq, leftSeq }: ConvoRow['intervals'][number]): Interval {
  return { joinedSeq, ...(leftSeq !== null && { leftSeq }) }
}

function toHex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex')
}
