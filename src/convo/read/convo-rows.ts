import { sql } from 'kysely'
import type { CommitFraming, ConvoKind, Metadata, Policy, Role } from '../../db/schema.js'
import type { MemberStatus } from '../../db/schema.js'
import { runPrepared } from '../../db/prepared.js'
import type { Queryable } from '../../db/types.js'
import type { ConvoId, DeviceId, Did, Epoch, Seq } from '../../lib/ids.js'
import { type JsonMember, MEMBER_JSON } from './member-views.js'
import type { CountedInterval } from './unread.js'

/** As many as a view has. */
const MEMBERS_MAX = 50
const INTERVALS_MAX = 1_000
/** An application entry is of the epoch it stands in or of one so many before it (`epochGrace`) at most. */
const EPOCHS_BEHIND_MAX = 1_000

/**
 * What the views of conversations are made of, for an account that is or was in them: one statement for
 * any number, so that each is one state. For a former member it says what was at the last entry that it
 * may read, and nothing of the roster.
 *
 * @NOTE Each row is looked up by its key, in subqueries with a limit: joins and `any` were planned for ten
 * conversations, for which all memberships of an account were read.
 */
export async function readConvoRows(
  q: Queryable,
  did: Did,
  convoIds: readonly ConvoId[],
): Promise<ConvoRow[]> {
  return runPrepared(
    q,
    'convo_rows',
    sql<ConvoRow>`
    select
      convo.convo_id, convo.kind, convo.cipher_suite, convo.commit_framing, convo.creator,
      convo.policy, convo.metadata, convo.encrypted_metadata, convo.created_at,
      convo.last_message_at, convo.generation, convo.group_id, convo.epoch, convo.last_seq,
      convo.hash, convo.reset_seq, convo.application_count,
      own.role, own.status, own.muted, own.left_seq, own.joined_application_count,
      coalesce(cursors.seq, 0) as cursor,
      coalesce(cursors.application_count, 0) as read_application_count,
      (${INTERVALS}) as intervals,
      (${MEMBERS}) as members,
      (${MEMBER_COUNT}) as member_count,
      (${PENDING_REMOVALS}) as pending_removals,
      coalesce(last_entry.generation, 0) as left_generation,
      (${LEFT_EPOCH}) as left_epoch,
      (${LEFT_GROUP_ID}) as left_group_id,
      last_entry.hash as left_hash
    from unnest(${sql.val(convoIds)}::text[]) as wanted (convo_id)
    cross join lateral (
      select * from members
      where convo_id = wanted.convo_id and did = ${did} and latest limit 1
    ) as own
    cross join lateral (
      select * from conversations where convo_id = wanted.convo_id limit 1
    ) as convo
    left join lateral (
      select seq, application_count from cursors
      where convo_id = wanted.convo_id and did = ${did} limit 1
    ) as cursors on true
    left join lateral (
      select generation, epoch, hash from messages
      where convo_id = wanted.convo_id and seq = own.left_seq limit 1
    ) as last_entry on true`,
  )
}

const INTERVALS = sql`
  select json_agg(interval order by joined_seq)
  from (
    select joined_seq, json_build_object(
      'joinedSeq', joined_seq, 'leftSeq', left_seq,
      'joinedCount', joined_application_count, 'leftCount', left_application_count) as interval
    from members
    where members.convo_id = own.convo_id and members.did = own.did
    order by joined_seq desc limit ${sql.lit(INTERVALS_MAX)}
  ) as newest`

const MEMBERS = sql`
  select coalesce(json_agg(member order by joined_seq, member_id), '[]')
  from (
    select ${MEMBER_JSON} as member, joined_seq, member_id
    from members
    where members.convo_id = own.convo_id and members.left_at is null and own.left_at is null
    order by joined_seq, member_id limit ${sql.lit(MEMBERS_MAX)}
  ) as first`

const MEMBER_COUNT = sql`
  select count(*) from members
  where members.convo_id = own.convo_id and members.left_at is null and own.left_at is null`

const PENDING_REMOVALS = sql`
  select coalesce(
    json_agg(json_build_object('leafIndex', leaf_index, 'did', did, 'deviceId', device_id)
      order by leaf_index),
    '[]')
  from leaves
  where leaves.convo_id = own.convo_id and pending_reason is not null and own.left_at is null`

/** After the last commit that the last entry follows, or is. */
const LEFT_EPOCH = sql`
  select coalesce(max(epoch) + 1, last_entry.epoch, 0) from messages
  where messages.convo_id = own.convo_id and messages.generation = last_entry.generation
    and kind = 2 and seq <= own.left_seq
    and epoch between last_entry.epoch and last_entry.epoch + ${sql.lit(EPOCHS_BEHIND_MAX)}`

const LEFT_GROUP_ID = sql`
  select group_id from groups
  where groups.convo_id = own.convo_id and own.left_at is not null
    and groups.generation = coalesce(last_entry.generation, 0)`

export type ConvoRow = MemberConvoRow | FormerConvoRow

interface MemberConvoRow extends CommonRow {
  left_seq: null
  left_group_id: null
}

export interface FormerConvoRow extends CommonRow {
  left_seq: Seq
  left_group_id: Uint8Array
}

interface CommonRow {
  convo_id: ConvoId
  kind: ConvoKind
  cipher_suite: string
  commit_framing: CommitFraming
  creator: Did
  policy: Policy
  metadata: Metadata | null
  encrypted_metadata: Uint8Array | null
  created_at: Date
  last_message_at: Date | null
  generation: number
  group_id: Uint8Array
  epoch: Epoch
  last_seq: Seq
  hash: Uint8Array
  reset_seq: Seq | null
  application_count: number
  role: Role
  status: MemberStatus
  muted: boolean
  joined_application_count: number
  cursor: Seq
  read_application_count: number
  intervals: CountedInterval[]
  members: JsonMember[]
  member_count: number
  pending_removals: { leafIndex: number; did: Did; deviceId: DeviceId }[]
  left_generation: number
  left_epoch: Epoch
  /** Null where nothing was in the log. */
  left_hash: Uint8Array | null
}
