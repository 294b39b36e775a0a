import { randomBytes } from 'node:crypto'
import { CompiledQuery } from 'kysely'
import pg from 'pg'
import type { Db } from '../../src/db/types.js'
import { encodeCursor } from '../../src/outbox/cursor.js'

/** Rows that a transaction writes: as in real life, events have many transactions. */
const BATCH = 2_000
const MESSAGE_BYTES = 512
const PACKAGE_BYTES = 300
const SUITE = 'MLS_128_DHKEMX25519_AES128GCM_SHA256_Ed25519'

/**
 * Conversations and messages as rows, in the shapes that the service writes; what they hold nobody can
 * decrypt, and hashes chain nothing.
 */
export class Filled implements AsyncDisposable {
  private constructor(
    private readonly query: Query,
    private readonly end: () => Promise<void>,
  ) {}

  /** On a database that is open already. */
  static on(db: Db): Filled {
    const query: Query = async (text, parameters) => {
      const { rows } = await db.executeQuery(CompiledQuery.raw(text, parameters))
      return { rows: rows as never }
    }
    return new Filled(query, async () => {})
  }

  static async open(databaseUrl: string): Promise<Filled> {
    const client = new pg.Client({ connectionString: databaseUrl })
    await client.connect()
    await client.query('set synchronous_commit = off')
    return new Filled(
      async (text, parameters) => ({ rows: (await client.query(text, parameters)).rows as never }),
      () => client.end(),
    )
  }

  /** Each with the same members. */
  async convos({
    count,
    members,
  }: {
    count: number
    members: readonly string[]
  }): Promise<string[]> {
    const convoIds = Array.from({ length: count }, () => randomBytes(16).toString('hex'))
    for (let from = 0; from < count; from += BATCH) {
      await this.query(INSERT_CONVOS, [convoIds.slice(from, from + BATCH), members])
    }
    return convoIds
  }

  /** `each` more messages in every one of `convoIds`, and their events. */
  async messages(convoIds: readonly string[], each: number): Promise<void> {
    const perConvo = Math.min(each, BATCH)
    const convosAtOnce = Math.max(1, Math.floor(BATCH / perConvo))
    for (let from = 0; from < convoIds.length; from += convosAtOnce) {
      const some = convoIds.slice(from, from + convosAtOnce)
      for (let written = 0; written < each; written += perConvo) {
        await this.query(INSERT_MESSAGES, [some, Math.min(perConvo, each - written)])
      }
    }
  }

  /** A device for each account, its registration's event, and packages that others can claim. */
  async packages(dids: readonly string[], each: number): Promise<void> {
    for (let from = 0; from < dids.length; from += BATCH) {
      const some = dids.slice(from, from + BATCH)
      await this.query(INSERT_DEVICES, [some])
      await this.query(INSERT_PACKAGES, [some, each])
    }
  }

  /** What a table takes with its indexes. */
  async mib(table: string): Promise<number> {
    const { rows } = await this.query<{ bytes: string }>(
      'select pg_total_relation_size($1::regclass) as bytes',
      [table],
    )
    return Number(rows[0]!.bytes) / 1_048_576
  }

  /** Of a reader that has seen all there is. */
  async cursor(): Promise<string> {
    const { rows } = await this.query<{ incarnation: string; xid: string; id: string }>(
      `select incarnation, xid::text, id from service_state, event_stream
       order by event_stream.xid desc, id desc limit 1`,
    )
    const { incarnation, xid, id } = rows[0]!
    return encodeCursor(incarnation, { xid: BigInt(xid), id: Number(id) })
  }

  /** Of events and of log entries, since the database began; sessions tell it when they end. */
  async rowsRead(): Promise<{ events: number; entries: number }> {
    await this.query('select pg_stat_force_next_flush()')
    await this.query('select pg_stat_clear_snapshot()')
    const { rows } = await this.query<{ relname: string; read: string }>(
      `select relname, seq_tup_read + coalesce(idx_tup_fetch, 0) as read from pg_stat_user_tables`,
    )
    const of = (table: string) => Number(rows.find(({ relname }) => relname === table)?.read)
    return { events: of('event_stream'), entries: of('messages') }
  }

  /** So that plans are made for what there is. */
  async analyze(): Promise<void> {
    await this.query('analyze')
  }

  /** Leaves the tables as autovacuum would. */
  async settle(): Promise<void> {
    await this.query('vacuum analyze')
    await this.query('checkpoint')
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.end()
  }
}

type Query = <R>(text: string, parameters?: unknown[]) => Promise<{ rows: R[] }>

const INSERT_CONVOS = `
  with created as (
    insert into conversations
      (convo_id, kind, group_id, epoch, hash, cipher_suite, commit_framing, creator, policy)
    select id, 'group', decode(id, 'hex'), 0, decode(repeat('00', 32), 'hex'),
      '${SUITE}', 'public', ($2::text[])[1],
      '{"whoCanAdd":"member"}'
    from unnest($1::text[]) as id
  )
  insert into members (convo_id, did, joined_seq, role, status, joined_application_count)
  select id, did, 1, 'member', 'accepted', 0 from unnest($1::text[]) id, unnest($2::text[]) did`

const INSERT_MESSAGES = `
  with heads as (
    update conversations
    set last_seq = last_seq + $2::integer, application_count = application_count + $2::integer,
      hash = sha256('head'), last_message_at = now()
    where convo_id = any($1::text[])
    returning convo_id, last_seq - $2::integer as seq, application_count - $2::integer as applications,
      epoch
  ), written as (
    insert into messages (convo_id, seq, kind, generation, epoch, message_id, ciphertext,
      content_hash, previous_hash, hash, application_count)
    select convo_id, seq + i, 1, 0, epoch, gen_random_uuid(), decode(repeat('5a', ${MESSAGE_BYTES}), 'hex'),
      sha256('content'), sha256('previous'), sha256('hash'), applications + i
    from heads cross join generate_series(1, $2::integer) i
  )
  insert into event_stream (kind, convo_id, seq, payload)
  select 'message', convo_id, seq + i, '{}' from heads cross join generate_series(1, $2::integer) i
  order by i, convo_id`

const INSERT_DEVICES = `
  with written as (
    insert into devices (did, device_id, signature_key)
    select did, 'phone', sha256(convert_to(did, 'UTF8')) from unnest($1::text[]) did
  )
  insert into event_stream (kind, payload)
  select 'device', json_build_object('subject', did, 'deviceId', 'phone', 'action', 'registered')
  from unnest($1::text[]) did`

const INSERT_PACKAGES = `
  insert into key_packages
    (ref, did, device_id, cipher_suite, key_package, init_key, not_after, last_resort)
  select encode(sha256(convert_to(id, 'UTF8')), 'hex'), did, 'phone', '${SUITE}',
    decode(repeat('5a', ${PACKAGE_BYTES}), 'hex'), sha256(convert_to('init ' || id, 'UTF8')),
    now() + interval '30 days', false
  from unnest($1::text[]) did cross join generate_series(1, $2::integer) n
    cross join lateral (select did || ' ' || n as id) named`
