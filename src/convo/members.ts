import type { Selectable } from 'kysely'
import type { MemberStatus, Role, Schema } from '../db/schema.js'
import type { Queryable, Tx } from '../db/types.js'
import { ConvoNotFoundError, NotMemberError } from '../errors.js'
import type { ConvoId, Did, Seq } from '../lib/ids.js'
import type { LockedConvo } from './lock.js'

export type MemberRow = Selectable<Schema['members']>

/** All open memberships, in the order of succession to the last admin: `joinedSeq`, then by arrival. */
export async function openMembers(tx: Queryable, convoId: ConvoId): Promise<MemberRow[]> {
  return tx
    .selectFrom('members')
    .selectAll()
    .where('convo_id', '=', convoId)
    .where('left_at', 'is', null)
    .orderBy('joined_seq')
    .orderBy('member_id')
    .execute()
}

/** The newest membership of an account, open or ended; undefined for an outsider. */
export async function latestMembership(
  q: Queryable,
  convoId: ConvoId,
  did: Did,
): Promise<MemberRow | undefined> {
  return q
    .selectFrom('members')
    .selectAll()
    .where('convo_id', '=', convoId)
    .where('did', '=', did)
    .where('latest', '=', true)
    .executeTakeFirst()
}

/**
 * @throws {ConvoNotFoundError} for an account that never was in the conversation, as for none.
 * @throws {NotMemberError} for a former member.
 */
export function requireMember<M extends MemberRow>(row: M | undefined): M {
  requireMembership(row ? (row.left_at === null ? 'open' : 'ended') : null)
  return row!
}

/** The same of what is known of an account's newest membership; null: it never had one. */
export function requireMembership(newest: 'open' | 'ended' | null): void {
  if (newest === null) throw new ConvoNotFoundError('There is no such conversation')
  if (newest === 'ended') {
    throw new NotMemberError('You are no longer a member; read up to the end of your membership')
  }
}

export interface NewMember {
  did: Did
  joinedSeq: Seq
  joinedApplicationCount: number
  role: Role
  status?: MemberStatus
  inviteId?: string | undefined
  now: Date
}

/** Opens the membership interval that begins with `joinedSeq`. Who had muted the conversation still has. */
export async function openMembership(tx: Tx, convo: LockedConvo, member: NewMember): Promise<void> {
  const former = await tx
    .updateTable('members')
    .set({ latest: false })
    .where('convo_id', '=', convo.convo_id)
    .where('did', '=', member.did)
    .where('latest', '=', true)
    .returning('muted')
    .executeTakeFirst()
  await tx
    .insertInto('members')
    .values({
      convo_id: convo.convo_id,
      did: member.did,
      joined_seq: member.joinedSeq,
      joined_at: member.now,
      role: member.role,
      status: member.status ?? 'accepted',
      muted: former?.muted ?? false,
      invite_id: member.inviteId ?? null,
      joined_application_count: member.joinedApplicationCount,
    })
    .execute()
}

/** Ends a membership: `leftSeq` is the last entry that the account may read. */
export async function closeMembership(
  tx: Tx,
  convo: LockedConvo,
  { did, leftSeq, now }: { did: Did; leftSeq: Seq; now: Date },
): Promise<void> {
  await tx
    .updateTable('members')
    .set({ left_seq: leftSeq, left_at: now, left_application_count: convo.application_count })
    .where('convo_id', '=', convo.convo_id)
    .where('did', '=', did)
    .where('left_at', 'is', null)
    .execute()
}

export async function setRole(tx: Tx, convo: LockedConvo, did: Did, role: Role): Promise<void> {
  await tx
    .updateTable('members')
    .set({ role })
    .where('convo_id', '=', convo.convo_id)
    .where('did', '=', did)
    .where('left_at', 'is', null)
    .execute()
}

/** What an account alone decides of its open membership. */
export async function setOwn(
  tx: Tx,
  convo: LockedConvo,
  did: Did,
  own: { status?: MemberStatus; muted?: boolean },
): Promise<void> {
  await tx
    .updateTable('members')
    .set(own)
    .where('convo_id', '=', convo.convo_id)
    .where('did', '=', did)
    .where('left_at', 'is', null)
    .execute()
}
