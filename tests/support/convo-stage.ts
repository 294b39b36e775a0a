import { expect } from 'vitest'
import type { ClientConvo } from './client-convo.js'
import type { ClientDevice } from './client-device.js'
import type { TestAccount } from './plc.js'
import { startService, type ServiceOptions, type TestService } from './service.js'

/** For `beforeAll`: a process tests every cipher suite when it starts, which takes long on a busy machine. */
export const OPENS_WITHIN_MS = 240_000

/** What requests on conversations write; `devices` only as far as reading does not touch it. */
const TABLES = [
  'conversations',
  'groups',
  'group_states',
  'leaves',
  'members',
  'messages',
  'cursors',
  'key_packages',
  'last_resort_leases',
  'welcome_messages',
  'welcomes',
  'event_stream',
  'account_deletions',
  'reports',
  'blobs',
  'blob_places',
  'loose_objects',
  'blob_usage',
  'blocks',
  'invites',
  'push_registrations',
] as const

/** The whole service with people on it, whose devices are registered and have key packages. */
export class ConvoStage implements AsyncDisposable {
  private constructor(readonly service: TestService) {}

  static async open(options: ServiceOptions = {}): Promise<ConvoStage> {
    return new ConvoStage(await startService(options))
  }

  get db() {
    return this.service.context.db
  }

  /** A registered device, of a new account by default. */
  async device(account?: TestAccount, deviceId = 'phone'): Promise<ClientDevice> {
    const device = await this.service.device(deviceId, account)
    await device.register(4)
    return device
  }

  devices(count: number): Promise<ClientDevice[]> {
    return Promise.all(Array.from({ length: count }, () => this.device()))
  }

  /** New people in one conversation; the first is its creator and admin. */
  async met(count: number): Promise<Met> {
    const people = await this.devices(count)
    const [creator, ...others] = people as [ClientDevice, ...ClientDevice[]]
    const { convoId } = await creator.createConvo(others.map(({ did }) => did))
    for (const other of others) await other.join()
    return { convoId, people, convos: people.map((person) => person.convo(convoId)) }
  }

  /** All that is stored, to compare with what is stored later. */
  async stored(): Promise<Record<string, string[]>> {
    const tables: Record<string, string[]> = {}
    for (const table of TABLES) {
      const rows = await this.db.selectFrom(table).selectAll().execute()
      tables[table] = rows.map((row) => JSON.stringify(row, bytesAsHex)).sort()
    }
    return tables
  }

  /** The call fails with this error, in words that match, and nothing that is stored changes. */
  async refuses(call: () => Promise<unknown>, error: string, words = /./): Promise<void> {
    const before = await this.stored()
    const outcome = await call().then(
      () => ({ error: 'none' }),
      (failure: unknown) => failure,
    )
    expect(outcome).toMatchObject({ error, message: expect.stringMatching(words) as string })
    expect(await this.stored()).toEqual(before)
  }

  /** The call succeeds, and nothing that is stored changes. */
  async changesNothing<T>(call: () => Promise<T>): Promise<T> {
    const before = await this.stored()
    const answer = await call()
    expect(await this.stored()).toEqual(before)
    return answer
  }

  /** Members, leaves and the head of the log, as one value. */
  async roster(convoId: string) {
    const convo = await this.db
      .selectFrom('conversations')
      .select(['generation', 'epoch', 'last_seq', 'reset_seq', 'closed_at'])
      .where('convo_id', '=', convoId as never)
      .executeTakeFirstOrThrow()
    const members = await this.db
      .selectFrom('members')
      .select(['did', 'role', 'joined_seq', 'left_seq', 'left_at'])
      .where('convo_id', '=', convoId as never)
      .orderBy('member_id')
      .execute()
    const leaves = await this.db
      .selectFrom('leaves')
      .select(['did', 'device_id', 'pending_reason'])
      .where('convo_id', '=', convoId as never)
      .orderBy('leaf_index')
      .execute()
    return {
      generation: convo.generation,
      epoch: convo.epoch,
      lastSeq: convo.last_seq,
      resetSeq: convo.reset_seq,
      closed: convo.closed_at !== null,
      members: members.map(({ did, role, joined_seq, left_seq, left_at }) => ({
        did,
        role,
        interval: [joined_seq, left_at === null ? undefined : left_seq],
      })),
      leaves: leaves.map(({ did, device_id, pending_reason }) => [
        `${did}#${device_id}`,
        pending_reason,
      ]),
    }
  }

  /** What was announced of the conversation: kind and action, in order. */
  async announced(convoId: string): Promise<Announced[]> {
    const rows = await this.db
      .selectFrom('event_stream')
      .select(['kind', 'payload'])
      .where('convo_id', '=', convoId as never)
      .orderBy('id')
      .execute()
    return rows.map(({ kind, payload }) => ({ kind, ...payload }))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.service[Symbol.asyncDispose]()
  }
}

export type Announced = Record<string, unknown> & { kind: string }

export interface Met {
  convoId: string
  people: ClientDevice[]
  convos: ClientConvo[]
}

function bytesAsHex(_key: string, value: unknown): unknown {
  return value instanceof Uint8Array ? Buffer.from(value).toString('hex') : value
}
