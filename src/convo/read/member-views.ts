import { sql } from 'kysely'
import type { MemberStatus, Role } from '../../db/schema.js'
import type { Queryable } from '../../db/types.js'
import type { MemberView } from '../../lexicon/types/blue/catbird/mls/defs.js'
import type { ConvoId, DeviceId, Did, Seq } from '../../lib/ids.js'
import { latestMembership, requireMember } from '../members.js'
import { formatPageCursor, parsePageCursor } from './page-cursor.js'

/** One row of `members` as JSON, with its devices; a leaf that is pending removal is no device. */
export const MEMBER_JSON = sql<JsonMember>`json_build_object(
  'did', members.did, 'role', members.role, 'status', members.status,
  'hasLeft', members.left_at is not null,
  'joinedAt', members.joined_at, 'joinedSeq', members.joined_seq,
  'inviteId', members.invite_id,
  'devices', (
    select coalesce(
      json_agg(json_build_object('deviceId', device_id, 'leafIndex', leaf_index) order by leaf_index),
      '[]')
    from leaves
    where leaves.convo_id = members.convo_id and leaves.did = members.did
      and pending_reason is null))`

/**
 * A page of the roster, in the order of joining.
 *
 * @throws {ConvoNotFoundError} for an outsider, {NotMemberError} for a former member.
 * @throws {InvalidCursorError}
 */
export async function memberViews(q: Queryable, request: MembersQuery): Promise<MembersPage> {
  const { convoId, did, limit, cursor } = request
  const [joinedSeq, memberId] = cursor === undefined ? [-1, -1] : parsePageCursor(cursor, 2)
  const { rows } = await sql<{ member: JsonMember; joined_seq: Seq; member_id: number }>`
    select ${MEMBER_JSON} as member, joined_seq, member_id
    from members
    where convo_id = ${convoId} and left_at is null
      and (joined_seq, member_id) > (${joinedSeq}, ${memberId})
      and exists (
        select from members as caller
        where caller.convo_id = ${convoId} and caller.did = ${did} and caller.left_at is null)
    order by joined_seq, member_id
    limit ${limit + 1}`.execute(q)
  if (rows.length === 0) requireMember(await latestMembership(q, convoId, did))
  const page = rows.slice(0, limit)
  const last = page.at(-1)
  return {
    members: page.map(({ member }) => toMemberView(member)),
    ...(last &&
      rows.length > limit && { cursor: formatPageCursor(last.joined_seq, last.member_id) }),
  }
}

/** The newest membership of an account that is, or was, in the conversation. */
export async function memberView(q: Queryable, convoId: ConvoId, did: Did): Promise<MemberView> {
  const { rows } = await sql<{ member: JsonMember }>`
    select ${MEMBER_JSON} as member
    from members
    where convo_id = ${convoId} and did = ${did} and latest`.execute(q)
  if (!rows[0]) throw new Error('the account never was in the conversation')
  return toMemberView(rows[0].member)
}

/** `blue.catbird.mls.defs#memberView` */
export function toMemberView(member: JsonMember): MemberView {
  const { did, role, status, hasLeft, joinedAt, joinedSeq, inviteId, devices } = member
  return {
    did,
    role,
    status: hasLeft ? 'left' : status,
    joinedAt: new Date(joinedAt).toISOString(),
    joinedSeq,
    ...(inviteId !== null && { inviteId }),
    devices,
  }
}

export interface JsonMember {
  did: Did
  role: Role
  status: MemberStatus
  hasLeft: boolean
  /** As PostgreSQL writes a time in JSON. */
  joinedAt: string
  joinedSeq: Seq
  inviteId: string | null
  devices: { deviceId: DeviceId; leafIndex: number }[]
}

export interface MembersQuery {
  convoId: ConvoId
  /** Who asks. */
  did: Did
  limit: number
  cursor?: string | undefined
}

export interface MembersPage {
  members: MemberView[]
  cursor?: string
}
