import { randomBytes } from 'node:crypto'
import { appendEntries } from '../../src/convo/append-entries.js'
import { FIRST_PREVIOUS_HASH, sha256 } from '../../src/convo/hash-chain.js'
import { addLeaves, markPending, removeLeaves, replaceLeaves } from '../../src/convo/leaves.js'
import { type LockedConvo, lockConvo } from '../../src/convo/lock.js'
import { insertEntry, type NewEntry, type PlacedEntry, placeEntry } from '../../src/convo/log.js'
import { closeMembership, openMembership } from '../../src/convo/members.js'
import { advanceEpoch, beginGeneration } from '../../src/convo/store.js'
import { inTx } from '../../src/db/tx.js'
import type { Db, Tx } from '../../src/db/types.js'
import type { ConvoId, DeviceId, Did, Epoch, Seq } from '../../src/lib/ids.js'

/** Nobody listens. */
const UNANNOUNCED = { append: async () => {}, announced: () => {} }

const SUITE = 'MLS_128_DHKEMX25519_AES128GCM_SHA256_Ed25519'

/** `did:plc:aaa…`: one account per letter. */
export function didOf(letter: string): Did {
  return `did:plc:${letter.repeat(24)}` as Did
}

/** What the log has, as a test knows it. */
export interface KnownEntry {
  seq: Seq
  kind: 'application' | 'commit'
  id: string
  generation: number
  epoch: Epoch
  ciphertext: Uint8Array
}

/**
 * A conversation written by the writers of the service itself, with bytes that are no MLS: for tests of
 * what is read. Keeps what it wrote, so that a test can say what is to be seen.
 */
export class ConvoLog {
  readonly entries: KnownEntry[] = []
  readonly intervals = new Map<Did, { joined: number; left?: number }[]>()
  #nextLeaf = 0

  private constructor(
    readonly db: Db,
    readonly convoId: ConvoId,
  ) {}

  static async create(db: Db, creator: Did, deviceId = 'phone'): Promise<ConvoLog> {
    const groupId = randomBytes(16)
    const log = new ConvoLog(db, groupId.toString('hex') as ConvoId)
    await inTx(db, async (tx) => {
      const row = await tx
        .insertInto('conversations')
        .values({
          convo_id: log.convoId,
          kind: 'group',
          group_id: groupId,
          epoch: 0 as Epoch,
          hash: FIRST_PREVIOUS_HASH,
          cipher_suite: SUITE,
          commit_framing: 'public',
          creator,
          policy: JSON.stringify({ whoCanAdd: 'member' }),
          metadata: JSON.stringify({ name: 'Cats' }),
          encrypted_metadata: Buffer.from('sealed'),
        })
        .returningAll()
        .executeTakeFirstOrThrow()
      const convo = row as LockedConvo
      await log.#takeGroup(tx, convo, creator)
      await addLeaves(tx, convo, [log.#leaf(creator, deviceId)])
      await openMembership(tx, convo, {
        did: creator,
        joinedSeq: 1 as Seq,
        joinedApplicationCount: 0,
        role: 'admin',
        now: new Date(),
      })
    })
    log.intervals.set(creator, [{ joined: 1 }])
    return log
  }

  /** Writes `count` application entries, of the epoch `behind` the current one. */
  async say(count = 1, { bytes = 40, behind = 0 } = {}): Promise<void> {
    for (let i = 0; i < count; i++) {
      await this.#write(async (tx, convo) => {
        const epoch = Math.max(0, convo.epoch - behind) as Epoch
        const entry = this.#entry('application', epoch, bytes)
        const placed = placeEntry(convo, entry)
        await appendEntries(tx, UNANNOUNCED, [placed], new Date())
        this.#keep(placed)
      })
    }
  }

  /** One commit: `add` brings in devices, `remove` takes accounts out with all their leaves. */
  async commit({ add = [], remove = [], bytes = 90 }: RosterEdit = {}): Promise<Seq> {
    return this.#write(async (tx, before) => {
      const entry = this.#entry('commit', before.epoch, bytes)
      const head = await insertEntry(tx, before, { ...entry, now: new Date() })
      this.#keep(placeEntry(before, entry))
      const convo = await advanceEpoch(tx, before, head)
      const gone = await this.#leavesOf(tx, remove)
      await removeLeaves(tx, convo, gone)
      for (const did of remove) await this.#close(tx, convo, did)
      await addLeaves(
        tx,
        convo,
        add.map(([did, deviceId]) => this.#leaf(did, deviceId)),
      )
      for (const did of new Set(add.map(([did]) => did))) {
        if (!this.isMember(did)) await this.#open(tx, convo, did)
      }
      return convo.last_seq
    })
  }

  /** Ends a membership without an entry; the leaves stay, as pending removals. */
  async leave(did: Did): Promise<void> {
    await this.#write(async (tx, convo) => {
      await this.#close(tx, convo, did)
      await markPending(tx, convo, { did, reason: 'left', now: new Date() })
    })
  }

  /** The next generation, by `did`, whose device alone is in the new tree. */
  async reset(did: Did, deviceId = 'phone'): Promise<void> {
    await this.#write(async (tx, before) => {
      const group = { groupId: randomBytes(20), cipherSuite: SUITE, framing: 'public' as const }
      const convo = await beginGeneration(tx, before, group)
      await this.#takeGroup(tx, convo, did)
      await replaceLeaves(tx, convo, [this.#leaf(did, deviceId)])
    })
  }

  isMember(did: Did): boolean {
    const last = this.intervals.get(did)?.at(-1)
    return last !== undefined && last.left === undefined
  }

  /** Whether an account may read the entry at `seq`. */
  maySee(did: Did, seq: number): boolean {
    return (this.intervals.get(did) ?? []).some(
      ({ joined, left }) => joined <= seq && seq <= (left ?? Infinity),
    )
  }

  visibleTo(did: Did): KnownEntry[] {
    return this.entries.filter(({ seq }) => this.maySee(did, seq))
  }

  async row(): Promise<LockedConvo> {
    const query = this.db.selectFrom('conversations').selectAll()
    const row = await query.where('convo_id', '=', this.convoId).executeTakeFirstOrThrow()
    return row as LockedConvo
  }

  async #write<T>(body: (tx: Tx, convo: LockedConvo) => Promise<T>): Promise<T> {
    return inTx(this.db, async (tx) => {
      const convo = await lockConvo(tx, this.convoId)
      return body(tx, convo!)
    })
  }

  #entry(kind: KnownEntry['kind'], epoch: Epoch, bytes: number): NewEntry {
    const messageId = kind === 'commit' ? randomBytes(32).toString('hex') : crypto.randomUUID()
    const ciphertext = randomBytes(bytes)
    return { kind, messageId, epoch, ciphertext, contentHash: sha256(ciphertext) }
  }

  #keep({ seq, kind, messageId: id, generation, epoch, ciphertext }: PlacedEntry): void {
    this.entries.push({ seq, kind, id, generation, epoch, ciphertext })
  }

  async #open(tx: Tx, convo: LockedConvo, did: Did): Promise<void> {
    await openMembership(tx, convo, {
      did,
      joinedSeq: convo.last_seq,
      joinedApplicationCount: convo.application_count,
      role: 'member',
      now: new Date(),
    })
    const intervals = this.intervals.get(did) ?? []
    this.intervals.set(did, [...intervals, { joined: convo.last_seq }])
  }

  async #close(tx: Tx, convo: LockedConvo, did: Did): Promise<void> {
    await closeMembership(tx, convo, { did, leftSeq: convo.last_seq, now: new Date() })
    this.intervals.get(did)!.at(-1)!.left = convo.last_seq
  }

  async #leavesOf(tx: Tx, dids: readonly Did[]): Promise<number[]> {
    if (dids.length === 0) return []
    const rows = await tx
      .selectFrom('leaves')
      .select('leaf_index')
      .where('convo_id', '=', this.convoId)
      .where('did', 'in', dids)
      .execute()
    return rows.map(({ leaf_index }) => leaf_index)
  }

  async #takeGroup(tx: Tx, convo: LockedConvo, did: Did): Promise<void> {
    await tx
      .insertInto('groups')
      .values({
        group_id: convo.group_id,
        convo_id: convo.convo_id,
        generation: convo.generation,
        genesis_digest: randomBytes(32),
        created_by: did,
      })
      .execute()
  }

  #leaf(did: Did, deviceId: string) {
    const leafIndex = this.#nextLeaf++
    return { leafIndex, did, deviceId: deviceId as DeviceId, signatureKey: keyOf(did, deviceId) }
  }
}

/** A signature key for a device, the same whenever asked for. */
export function keyOf(did: Did, deviceId: string): Uint8Array {
  return Buffer.from(`${did}#${deviceId}`)
}

export interface RosterEdit {
  add?: readonly (readonly [did: Did, deviceId: string])[]
  remove?: readonly Did[]
  /** Of the commit. */
  bytes?: number
}
