import { randomBytes, randomUUID } from 'node:crypto'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { pino } from 'pino'
import { XRPCError } from '@atproto/xrpc-server'
import { createMemoryBackend } from '../../src/backend/memory-backend.js'
import { lockConvo } from '../../src/convo/lock.js'
import { appendEntries } from '../../src/convo/append-entries.js'
import { sha256 } from '../../src/convo/hash-chain.js'
import { insertEntry, placeEntry } from '../../src/convo/log.js'
import { closeMembership, openMembership } from '../../src/convo/members.js'
import { openIncarnation } from '../../src/db/incarnation.js'
import { inTx } from '../../src/db/tx.js'
import type { Database, Tx } from '../../src/db/types.js'
import { AuthMissingError } from '../../src/errors.js'
import type { ConvoId, DeviceId, Did, Epoch, Seq } from '../../src/lib/ids.js'
import { createOutbox, type Outbox } from '../../src/outbox/append.js'
import { encodeCursor } from '../../src/outbox/cursor.js'
import type { StreamEvent } from '../../src/outbox/events.js'
import { readHorizonLag } from '../../src/outbox/horizon.js'
import { readNewest } from '../../src/outbox/read.js'
import { createStream, type StreamDeps, type StreamService } from '../../src/stream/index.js'
import { EventReader } from './client-stream.js'
import { openTestDatabase } from './database.js'

const NSID = 'blue.catbird.mls.subscribeConvoEvents'

/** Accounts that no other test has. */
export function people(): { ALICE: Did; BOB: Did; CAROL: Did } {
  const of = (name: string) => `did:web:${name}-${randomBytes(6).toString('hex')}.test` as Did
  return { ALICE: of('alice'), BOB: of('bob'), CAROL: of('carol') }
}

/**
 * The streams alone, on a real database and real sockets: facts are written as the use cases write
 * them, and a token is the name of its holder (`<did>` or `<did>#<deviceId>`).
 */
export class StreamStage implements AsyncDisposable {
  private constructor(
    readonly database: Database,
    readonly incarnation: string,
    readonly stream: StreamService,
    readonly outbox: Outbox,
    readonly server: Server,
    private readonly ownsDatabase: boolean,
  ) {}

  static async open(options: StageOptions = {}): Promise<StreamStage> {
    const database = options.database ?? (await openTestDatabase())
    const incarnation = await openIncarnation(database.db)
    const stream = createStream({
      config: {
        stream: { bufferSize: options.bufferSize ?? 1_000 },
        service: { trustedProxies: 0 },
      },
      database,
      incarnation,
      backend: options.backend ?? createMemoryBackend(),
      auth: options.auth ?? NAMES,
      logger: pino({ level: 'silent' }),
      ...(options.settings && { settings: options.settings }),
    })
    const server = createServer((req, res) => {
      stream.handleSse(req, res).catch((error: unknown) => {
        if (!(error instanceof XRPCError)) throw error
        res.writeHead(error.statusCode, { 'content-type': 'application/json' })
        res.end(JSON.stringify(error.payload))
      })
    })
    server.on('upgrade', (req, socket, head) => {
      socket.on('error', () => socket.destroy())
      stream.handleUpgrade(req, socket, head)
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    await stream.start()
    const outbox = createOutbox(() => stream.wake())
    return new StreamStage(database, incarnation, stream, outbox, server, !options.database)
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/xrpc/${NSID}`
  }

  /** Opens a stream over WebSocket as `holder` (`<did>` or `<did>#<deviceId>`). */
  listen(holder: string, params: Record<string, string> = {}): Promise<EventReader> {
    const query = new URLSearchParams(params)
    return EventReader.open(`${this.url.replace('http', 'ws')}?${query}`, holder)
  }

  /**
   * The cursor of the last event so far, once all can be read: on a server that others use too, an event
   * waits for transactions that have nothing to do with it.
   */
  async settled(): Promise<string> {
    const { db } = this.database
    while ((await readHorizonLag(db)) > 0) await sleep(5)
    return encodeCursor(this.incarnation, (await readNewest(db))!)
  }

  /** A conversation in which `members` are from its beginning. */
  async convo(...members: Did[]): Promise<ConvoId> {
    const groupId = randomBytes(16)
    const convoId = groupId.toString('hex') as ConvoId
    await inTx(this.database.db, async (tx) => {
      await tx
        .insertInto('conversations')
        .values({
          convo_id: convoId,
          kind: 'group',
          direct_pair: null,
          group_id: groupId,
          epoch: 0 as Epoch,
          hash: Buffer.alloc(32),
          reset_seq: null,
          cipher_suite: 'MLS_128_DHKEMX25519_AES128GCM_SHA256_Ed25519',
          commit_framing: 'public',
          creator: members[0]!,
          policy: JSON.stringify({ whoCanAdd: 'member' }),
          metadata: null,
          encrypted_metadata: null,
          last_message_at: null,
          closed_at: null,
        })
        .execute()
      for (const did of members) await this.#admit(tx, convoId, did, 1 as Seq)
      await this.outbox.append(tx, [{ kind: 'convo', convoId, action: 'created', seq: 1 as Seq }])
    })
    return convoId
  }

  /** Appends application entries, each in its own transaction, and answers the seq of the last. */
  async send(convoId: ConvoId, count = 1, bytes = 100): Promise<Seq> {
    let seq = 0 as Seq
    for (let i = 0; i < count; i++) {
      seq = await inTx(this.database.db, (tx) => this.append(tx, convoId, 'application', bytes))
    }
    return seq
  }

  /** Appends an entry and its event in `tx`. */
  async append(
    tx: Tx,
    convoId: ConvoId,
    kind: 'application' | 'commit',
    bytes = 100,
  ): Promise<Seq> {
    const convo = (await lockConvo(tx, convoId))!
    const now = new Date()
    const ciphertext = randomBytes(bytes)
    const entry = {
      kind,
      messageId: randomUUID(),
      // One commit per epoch: the table refuses a second.
      epoch: (kind === 'commit' ? convo.last_seq : convo.epoch) as number as Epoch,
      ciphertext,
      contentHash: sha256(ciphertext),
    }
    if (kind === 'application') {
      const placed = placeEntry(convo, entry)
      await appendEntries(tx, this.outbox, [placed], now)
      return placed.seq
    }
    const head = await insertEntry(tx, convo, { ...entry, now })
    await tx
      .updateTable('conversations')
      .set({ ...head, last_message_at: now })
      .where('convo_id', '=', convoId)
      .execute()
    await this.outbox.append(tx, [{ kind: 'message', convoId, seq: head.last_seq }])
    return head.last_seq
  }

  /** A commit that adds an account. */
  add(convoId: ConvoId, did: Did): Promise<Seq> {
    return inTx(this.database.db, async (tx) => {
      const seq = await this.append(tx, convoId, 'commit')
      await this.#admit(tx, convoId, did, seq)
      await this.outbox.append(tx, [membership(convoId, did, 'joined', seq)])
      return seq
    })
  }

  /** A commit that removes an account. */
  remove(convoId: ConvoId, did: Did): Promise<Seq> {
    return inTx(this.database.db, async (tx) => {
      const seq = await this.append(tx, convoId, 'commit')
      const convo = (await lockConvo(tx, convoId))!
      await closeMembership(tx, convo, { did, leftSeq: seq, now: new Date() })
      await this.outbox.append(tx, [membership(convoId, did, 'removed', seq)])
      return seq
    })
  }

  /** An account leaves: no entry is written. */
  leave(convoId: ConvoId, did: Did): Promise<Seq> {
    return inTx(this.database.db, async (tx) => {
      const convo = (await lockConvo(tx, convoId))!
      await closeMembership(tx, convo, { did, leftSeq: convo.last_seq, now: new Date() })
      await this.outbox.append(tx, [membership(convoId, did, 'left', convo.last_seq)])
      return convo.last_seq
    })
  }

  /** Events without a fact of their own. */
  announce(...events: StreamEvent[]): Promise<void> {
    return inTx(this.database.db, (tx) => this.outbox.append(tx, events))
  }

  async device(did: Did, deviceId: string): Promise<DeviceId> {
    await this.database.db
      .insertInto('devices')
      .values({
        did,
        device_id: deviceId as DeviceId,
        signature_key: randomBytes(32),
        name: null,
        deleted_at: null,
        key_packages_deleted: null,
      })
      .execute()
    return deviceId as DeviceId
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stream[Symbol.asyncDispose]()
    this.server.closeAllConnections()
    await new Promise<void>((resolve) => this.server.close(() => resolve()))
    if (this.ownsDatabase) await this.database[Symbol.asyncDispose]()
  }

  async #admit(tx: Tx, convoId: ConvoId, did: Did, joinedSeq: Seq): Promise<void> {
    const convo = (await lockConvo(tx, convoId))!
    const member = { did, joinedSeq, joinedApplicationCount: 0, role: 'member' as const }
    await openMembership(tx, convo, { ...member, now: new Date() })
  }
}

export function membership(
  convoId: ConvoId,
  subject: Did,
  action: 'joined' | 'left' | 'removed' | 'roleChanged',
  seq: Seq,
): StreamEvent {
  return { kind: 'membershipChange', convoId, subject, action, epoch: 0 as Epoch, seq }
}

/** Believes who the caller says it is; what a real token needs is tested elsewhere. */
const NAMES: StreamDeps['auth'] = {
  async ticketOrAccount({ req }) {
    const name = /^Bearer (.+)$/.exec(req.headers.authorization ?? '')?.[1]
    if (name === undefined) throw new AuthMissingError('no name')
    const [did, deviceId] = name.split('#')
    return {
      credentials: { did: did as Did, ...(deviceId && { deviceId: deviceId as DeviceId }) },
    }
  },
}

export interface StageOptions {
  /** Another process on the same database; not closed with the stage. */
  database?: Database
  backend?: StreamDeps['backend']
  /** Real tokens, for tests of the whole. */
  auth?: StreamDeps['auth']
  bufferSize?: number
  settings?: StreamDeps['settings']
}
