import type { ColumnType, Generated } from 'kysely'
import type { BlobId, ConvoId, DeviceId, Did, Epoch, Seq } from '../lib/ids.js'

/** The tables, as both dialects read them: int8 as safe integer, bytea as Uint8Array, jsonb parsed. */
export interface Schema {
  service_state: ServiceStateTable
  devices: DevicesTable
  key_packages: KeyPackagesTable
  last_resort_leases: LastResortLeasesTable
  conversations: ConversationsTable
  groups: GroupsTable
  group_states: GroupStatesTable
  leaves: LeavesTable
  members: MembersTable
  messages: MessagesTable
  cursors: CursorsTable
  welcome_messages: WelcomeMessagesTable
  welcomes: WelcomesTable
  event_stream: EventStreamTable
  account_deletions: AccountDeletionsTable
  reports: ReportsTable
  blobs: BlobsTable
  blob_places: BlobPlacesTable
  loose_objects: LooseObjectsTable
  blob_usage: BlobUsageTable
  blob_store: BlobStoreTable
  blocks: BlocksTable
  invites: InvitesTable
  account_status: AccountStatusTable
  push_registrations: PushRegistrationsTable
  push_queue: PushQueueTable
  push_cursor: PushCursorTable
}

export type Role = 'admin' | 'moderator' | 'member'
export type MemberStatus = 'accepted' | 'request'
export type ConvoKind = 'group' | 'direct'
export type CommitFraming = 'public' | 'any'
export type PendingReason = 'left' | 'deviceDeleted' | 'accountDeleted'
export type WelcomeState = 'pending' | 'joined' | 'failed' | 'superseded' | 'removed'

/** `messages.kind`, also the byte that goes into the hash chain. */
export const ENTRY_KIND = { application: 1, commit: 2 } as const

export interface Policy {
  whoCanAdd: 'admin' | 'member'
  maxMembers?: number
}

export interface Metadata {
  name?: string
  description?: string
}

/** jsonb: read parsed, written as JSON text (an array would otherwise become a Postgres array). */
type Json<T> = ColumnType<T, string, string>
type Now = Generated<Date>

interface ServiceStateTable {
  only_row: Generated<boolean>
  incarnation: string
  system_identifier: string
  began_at: Now
}

interface DevicesTable {
  did: Did
  device_id: DeviceId
  signature_key: Uint8Array
  name: string | null
  created_at: Now
  last_seen_at: Now
  deleted_at: Date | null
  key_packages_deleted: number | null
}

interface KeyPackagesTable {
  ref: string
  did: Did
  device_id: DeviceId
  cipher_suite: string
  key_package: Uint8Array | null
  init_key: Uint8Array
  not_after: Date
  last_resort: boolean
  created_at: Now
  leased_to: Did | null
  leased_convo: ConvoId | null
  leased_until: Date | null
  consumed_at: Date | null
  deleted_at: Date | null
  sync_digest: Uint8Array | null
}

interface LastResortLeasesTable {
  ref: string
  leased_to: Did
  leased_convo: ConvoId | null
  leased_until: Date
}

interface ConversationsTable {
  convo_id: ConvoId
  kind: ConvoKind
  direct_pair: string | null
  group_id: Uint8Array
  generation: Generated<number>
  epoch: Epoch
  last_seq: Generated<Seq>
  application_count: Generated<number>
  hash: Uint8Array
  reset_seq: Seq | null
  cipher_suite: string
  commit_framing: CommitFraming
  creator: Did
  policy: Json<Policy>
  metadata: ColumnType<Metadata | null, string | null, string | null>
  encrypted_metadata: Uint8Array | null
  created_at: Now
  last_message_at: Date | null
  closed_at: Date | null
}

interface GroupsTable {
  group_id: Uint8Array
  convo_id: ConvoId
  generation: number
  genesis_digest: Uint8Array
  created_by: Did
  created_at: Now
}

interface GroupStatesTable {
  convo_id: ConvoId
  generation: number
  epoch: Epoch
  group_info: Uint8Array
}

interface LeavesTable {
  convo_id: ConvoId
  leaf_index: number
  did: Did
  device_id: DeviceId
  signature_key: Uint8Array
  added_seq: Seq
  pending_reason: PendingReason | null
  pending_since: Date | null
}

interface MembersTable {
  member_id: Generated<number>
  convo_id: ConvoId
  did: Did
  joined_seq: Seq
  left_seq: Seq | null
  joined_at: Now
  left_at: Date | null
  latest: Generated<boolean>
  role: Role
  status: MemberStatus
  muted: Generated<boolean>
  joined_application_count: number
  left_application_count: number | null
  invite_id: string | null
}

interface MessagesTable {
  convo_id: ConvoId
  seq: Seq
  kind: number
  generation: number
  epoch: Epoch
  message_id: string
  ciphertext: Uint8Array | null
  content_hash: Uint8Array
  previous_hash: Uint8Array
  hash: Uint8Array
  application_count: number
  created_at: Now
}

interface CursorsTable {
  convo_id: ConvoId
  did: Did
  seq: Seq
  application_count: number
  updated_at: Now
}

interface WelcomeMessagesTable {
  convo_id: ConvoId
  seq: Seq
  welcome: Uint8Array
}

interface WelcomesTable {
  welcome_id: string
  convo_id: ConvoId
  seq: Seq
  did: Did
  device_id: DeviceId
  key_package_ref: string
  group_id: Uint8Array
  generation: number
  epoch: Epoch
  added_by: Did
  created_at: Now
  expires_at: Date
  state: Generated<WelcomeState>
  reason: string | null
  ended_at: Date | null
}

interface BlocksTable {
  block_id: Generated<number>
  did: Did
  subject: Did
  created_at: Now
}

interface InvitesTable {
  invite_id: string
  convo_id: ConvoId
  secret_hash: Uint8Array
  created_by: Did
  created_at: Now
  expires_at: Date | null
  max_uses: number | null
  uses: Generated<number>
  revoked_at: Date | null
}

interface EventStreamTable {
  id: Generated<number>
  /** xid8, read as decimal text. */
  xid: Generated<string>
  kind: string
  convo_id: ConvoId | null
  did: Did | null
  seq: Seq | null
  payload: Json<Record<string, unknown>>
  created_at: Now
}

interface AccountDeletionsTable {
  did: Did
  begun_at: Date
}

interface ReportsTable {
  report_number: Generated<number>
  report_id: string
  convo_id: ConvoId
  reporter: Did
  subject: Did
  category: string
  encrypted_content: Uint8Array | null
  message_ids: Json<string[]>
  digest: Uint8Array | null
  created_at: Now
  status: Generated<'open' | 'resolved'>
  action: string | null
  notes: string | null
  resolved_by: Did | null
  resolved_at: Date | null
  operator_status: Generated<'open' | 'resolved'>
  operator_action: string | null
  operator_notes: string | null
  operator_at: Date | null
  forwarded_to: string | null
  forwarded_at: Date | null
}

interface BlobsTable {
  blob_id: BlobId
  did: Did
  sha256: Uint8Array
  size: number
  object_key: string
  created_at: Now
}

interface BlobPlacesTable {
  convo_id: ConvoId
  blob_id: BlobId
  seq: Seq
  created_at: Now
  deleted_at: Date | null
}

interface LooseObjectsTable {
  object_key: string
  did: Did | null
  reserved: Generated<number>
  created_at: Now
}

interface BlobUsageTable {
  did: Did
  bytes: number
}

interface BlobStoreTable {
  only_row: Generated<boolean>
  mark: string
}

interface PushRegistrationsTable {
  registration_id: Generated<number>
  did: Did
  device_id: DeviceId
  platform: 'ios' | 'android' | 'web'
  app_id: string
  token_hash: Uint8Array
  sealed_token: Uint8Array
  created_at: Now
}

interface PushQueueTable {
  registration_id: number
  convo_id: ConvoId
  seq: Seq
  queued_at: Now
  due_at: Date
  attempts: Generated<number>
  put_off: Generated<boolean>
  claimed_until: Date | null
}

interface PushCursorTable {
  only_row: Generated<boolean>
  incarnation: string
  /** xid8, read as decimal text. */
  xid: string
  id: number
}

interface AccountStatusTable {
  did: Did
  checked_at: Date
  gone_since: Date | null
}
