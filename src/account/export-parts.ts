import { sql } from 'kysely'
import type { Db } from '../db/types.js'
import type { Did } from '../lib/ids.js'
import { paged } from './paged.js'

/** What the lines of one type are, and which tables they tell of. */
export interface ExportPart {
  type: string
  tables: readonly string[]
  read(db: Db, did: Did): AsyncIterable<Record<string, unknown>>
}

/**
 * In the order of the export. Of others they hold nothing, no device and no bytes of theirs, save whom the
 * account itself has reported or blocked.
 */
export const EXPORT_PARTS: readonly ExportPart[] = [
  {
    type: 'device',
    tables: ['devices'],
    read: (db, did) =>
      paged(
        (after) => sql`
          select device_id as "deviceId", signature_key as "signaturePublicKey", name,
            created_at as "createdAt", last_seen_at as "lastSeenAt", deleted_at as "deletedAt"
          from devices where did = ${did} and device_id > ${after?.deviceId ?? ''}
          order by device_id limit 50`,
        db,
      ),
  },
  {
    type: 'keyPackage',
    tables: ['key_packages'],
    read: (db, did) =>
      paged(
        (after) => sql`
          select device_id as "deviceId", ref as "keyPackageRef", cipher_suite as "cipherSuite",
            key_package as "keyPackage", last_resort as "lastResort", created_at as "createdAt",
            not_after as "expiresAt", consumed_at as "consumedAt", deleted_at as "deletedAt"
          from key_packages
          where did = ${did}
            and (device_id, ref) > (${after?.deviceId ?? ''}, ${after?.keyPackageRef ?? ''})
          order by device_id, ref limit 50`,
        db,
      ),
  },
  {
    type: 'lease',
    tables: ['key_packages', 'last_resort_leases'],
    read: (db, did) =>
      paged(
        () => sql`
          select ref as "keyPackageRef", leased_convo as "convoId", leased_until as "until"
          from key_packages where leased_to = ${did}
          union all
          select ref, leased_convo, leased_until from last_resort_leases where leased_to = ${did}`,
        db,
        { once: true },
      ),
  },
  {
    type: 'membership',
    tables: ['members'],
    read: (db, did) =>
      paged(
        (after) => sql`
          select member_id as "membershipId", convo_id as "convoId", role, status, muted,
            joined_seq as "joinedSeq", joined_at as "joinedAt", left_seq as "leftSeq",
            left_at as "leftAt", invite_id as "inviteId"
          from members where did = ${did} and member_id > ${after?.membershipId ?? 0}
          order by member_id limit 500`,
        db,
      ),
  },
  {
    type: 'leaf',
    tables: ['leaves'],
    read: (db, did) =>
      paged(
        (after) => sql`
          select convo_id as "convoId", leaf_index as "leafIndex", device_id as "deviceId",
            added_seq as "addedSeq", pending_reason as "pendingReason"
          from leaves
          where did = ${did}
            and (convo_id, leaf_index) > (${after?.convoId ?? ''}, ${after?.leafIndex ?? -1})
          order by convo_id, leaf_index limit 500`,
        db,
      ),
  },
  {
    type: 'group',
    tables: ['groups', 'conversations'],
    read: (db, did) =>
      paged(
        () => sql`
          select g.convo_id as "convoId", g.generation, g.created_at as "createdAt"
          from groups g
          where g.created_by = ${did}
            and g.convo_id in (select convo_id from members where did = ${did})`,
        db,
        { once: true },
      ),
  },
  {
    type: 'cursor',
    tables: ['cursors'],
    read: (db, did) =>
      paged(
        () => sql`
          select convo_id as "convoId", seq, updated_at as "updatedAt"
          from cursors
          where did = ${did} and convo_id in (select convo_id from members where did = ${did})`,
        db,
        { once: true },
      ),
  },
  {
    type: 'welcome',
    tables: ['welcomes'],
    read: (db, did) =>
      paged(
        () => sql`
          select welcome_id as "welcomeId", convo_id as "convoId", device_id as "deviceId", epoch, seq,
            state, reason, created_at as "createdAt", expires_at as "expiresAt", ended_at as "endedAt"
          from welcomes where did = ${did}`,
        db,
        { once: true },
      ),
  },
  {
    type: 'welcomeSent',
    tables: ['welcomes'],
    read: (db, did) =>
      paged(
        () => sql`
          select distinct convo_id as "convoId", epoch, seq, created_at as "createdAt"
          from welcomes
          where added_by = ${did} and convo_id in (select convo_id from members where did = ${did})`,
        db,
        { once: true },
      ),
  },
  {
    type: 'pushRegistration',
    tables: ['push_registrations'],
    read: (db, did) =>
      paged(
        () => sql`
          select device_id as "deviceId", platform, app_id as "appId", sealed_token as "sealedToken",
            created_at as "createdAt"
          from push_registrations where did = ${did}`,
        db,
        { once: true },
      ),
  },
  {
    type: 'report',
    tables: ['reports'],
    read: (db, did) =>
      paged(
        (after) => sql`
          select report_number as "reportNumber", report_id as "reportId", convo_id as "convoId", subject,
            category, encrypted_content as "encryptedContent", message_ids as "messageIds",
            created_at as "createdAt"
          from reports where reporter = ${did} and report_number > ${after?.reportNumber ?? 0}
          order by report_number limit 50`,
        db,
      ),
  },
  {
    type: 'blob',
    tables: ['blobs', 'blob_usage', 'loose_objects'],
    read: (db, did) =>
      paged(
        (after) => sql`
          select blob_id as "blobId", encode(sha256, 'hex') as sha256, size,
            created_at as "createdAt",
            array(select distinct convo_id from blob_places p
              where p.blob_id = blobs.blob_id and p.deleted_at is null) as "convoIds"
          from blobs where did = ${did} and blob_id > ${after?.blobId ?? ''}
          order by blob_id limit 500`,
        db,
      ),
  },
  {
    type: 'resolution',
    tables: ['reports'],
    read: (db, did) =>
      paged(
        () => sql`
          select report_id as "reportId", convo_id as "convoId", action, notes,
            resolved_at as "resolvedAt"
          from reports where resolved_by = ${did}`,
        db,
        { once: true },
      ),
  },
  {
    type: 'event',
    tables: ['event_stream'],
    read: (db, did) =>
      paged(
        () => sql`
          select kind, convo_id as "convoId", seq, payload, created_at as "createdAt" from (
            select * from event_stream where did = ${did}
            union all
            select * from event_stream where kind = 'device' and payload->>'subject' = ${did}
            union all
            select e.* from members m
            join event_stream e on e.convo_id = m.convo_id and e.kind = 'membershipChange'
            where m.did = ${did} and m.latest and e.payload->>'subject' = ${did}
          ) events order by xid, id`,
        db,
        { once: true },
      ),
  },
  {
    type: 'invite',
    tables: ['invites'],
    read: (db, did) =>
      paged(
        () => sql`
          select invite_id as "inviteId", convo_id as "convoId", created_at as "createdAt",
            expires_at as "expiresAt", max_uses as "maxUses", uses, revoked_at as "revokedAt"
          from invites
          where created_by = ${did} and convo_id in (select convo_id from members where did = ${did})`,
        db,
        { once: true },
      ),
  },
  {
    type: 'block',
    tables: ['blocks'],
    read: (db, did) =>
      paged(
        (after) => sql`
          select block_id as "blockId", subject as did, created_at as "createdAt"
          from blocks where did = ${did} and block_id > ${after?.blockId ?? 0}
          order by block_id limit 500`,
        db,
      ),
  },
  {
    type: 'status',
    tables: ['account_status'],
    read: (db, did) =>
      paged(
        () => sql`
          select checked_at as "checkedAt", gone_since as "goneSince"
          from account_status where did = ${did}`,
        db,
        { once: true },
      ),
  },
  {
    type: 'deletion',
    tables: ['account_deletions'],
    read: (db, did) =>
      paged(() => sql`select begun_at as "begunAt" from account_deletions where did = ${did}`, db, {
        once: true,
      }),
  },
]
