import { createHash, randomUUID } from 'node:crypto'
import type { MessageView } from '../../src/lexicon/types/blue/catbird/mls/defs.js'
import { checkChain } from './client-log.js'
import { isFailure, patiently } from './client-retry.js'
import type { TestClient } from './client.js'
import { Lane } from '../../packages/conformance/src/lib/lane.js'
import { type CommitOptions, readPrivateMessage, type TestGroup } from './mls/index.js'

const PAGE = 100
const COMMIT_ATTEMPTS = 10

/**
 * What a device knows of one conversation: the MLS state, and the log up to the last applied entry.
 * It may send while it reads; commits it makes one at a time.
 */
export class ClientConvo {
  /** Messages in the order of the log. */
  readonly read: ReadMessage[] = []
  /** Own messages by `msgId`: MLS cannot read back what one wrote oneself. */
  readonly #sent = new Map<string, string>()
  /** Messages of earlier epochs may still come; this device has no keys for them. */
  readonly #firstEpoch: number
  /** Hash of the last applied entry, once one was read. */
  #hash: string | undefined
  /** The stream and a request may bring the same entry at the same time. */
  readonly #lane = new Lane()

  constructor(
    readonly api: TestClient,
    readonly convoId: string,
    readonly group: TestGroup,
    /** `seq` of the last applied entry. */
    public applied: number,
  ) {
    this.#firstEpoch = group.epoch
  }

  /** Adds all devices of the accounts that are not in the group yet. */
  add(dids: string[]): Promise<CommitAnswer> {
    return this.#commit('addMembers', async () => ({
      add: await leasePackages(this.api, this.group, this.convoId, dids),
    }))
  }

  /** Removes all leaves of the accounts. */
  remove(dids: string[]): Promise<CommitAnswer> {
    return this.#commit('removeMembers', async () => ({
      remove: dids.flatMap((did) => this.group.leavesOf(did)),
    }))
  }

  /** New keys for the own leaf, and whatever else `options` says. */
  update(options: CommitOptions = {}): Promise<CommitAnswer> {
    return this.#commit('submitCommit', async () => options)
  }

  /** Sends in the newest epoch that this device has applied. */
  async send(text: string): Promise<SentMessage> {
    const { convoId, group } = this
    const msgId = randomUUID()
    this.#sent.set(msgId, text)
    for (;;) {
      const ciphertext = await group.encrypt(text)
      // Not `group.epoch`: a commit may have been applied since.
      const epoch = Number(readPrivateMessage(ciphertext).epoch)
      const message = { convoId, msgId, epoch, ciphertext }
      try {
        const { seq } = await patiently(() => this.api.procedure('sendMessage', message))
        if (seq === undefined) throw new Error('a persistent message has a seq')
        return { seq, msgId, bytes: ciphertext.length }
      } catch (error) {
        if (!isFailure(error, 'EpochMismatch')) throw error
        await this.catchUp()
      }
    }
  }

  /** Reads the log from the last applied entry to its end, and applies it. */
  async catchUp(): Promise<void> {
    for (let more = true; more;) {
      const page = await this.#page(this.applied)
      for (const entry of page.messages) await this.apply(entry)
      more = page.hasMore && !this.group.removed
    }
  }

  /** Applies the next entry of the log; one that is known already changes nothing. */
  apply(entry: MessageView): Promise<void> {
    return this.#lane.run(() => this.#apply(entry))
  }

  /**
   * All that the account may read, from the beginning: inside its intervals, without gaps, and each
   * interval one chain of hashes.
   */
  async history(): Promise<MessageView[]> {
    const { convo } = await patiently(() => this.api.query('getConvo', { convoId: this.convoId }))
    const entries: MessageView[] = []
    for (let more = true; more;) {
      const page = await this.#page(entries.at(-1)?.seq ?? 0)
      entries.push(...page.messages)
      more = page.hasMore
    }
    let inside = 0
    for (const { joinedSeq, leftSeq = convo.lastSeq } of convo.intervals) {
      const run = entries.filter(({ seq }) => seq >= joinedSeq && seq <= leftSeq)
      const wanted = leftSeq - Math.max(joinedSeq, 1) + 1
      if (run.length !== wanted) throw new Error(`${run.length} entries where ${wanted} belong`)
      checkChain(run)
      inside += run.length
    }
    if (inside !== entries.length) throw new Error('entries from outside the intervals')
    return entries
  }

  async #apply(entry: MessageView): Promise<void> {
    if (entry.seq <= this.applied || this.group.removed) return
    if (entry.seq !== this.applied + 1) throw new Error(`${entry.seq} after ${this.applied}`)
    this.#hash = checkChain([entry], this.#hash)
    this.applied = entry.seq
    const { ciphertext } = entry
    if (ciphertext === undefined) return
    if (entry.messageType === 'commit') {
      if (entry.id !== createHash('sha256').update(ciphertext).digest('hex')) {
        throw new Error(`the id of seq ${entry.seq} is not the hash of the commit`)
      }
      await this.group.process(ciphertext)
    } else if (entry.epoch >= this.#firstEpoch) {
      const own = this.#sent.get(entry.id)
      const text = own ?? (await this.group.decryptText(ciphertext))
      this.read.push({ seq: entry.seq, id: entry.id, text, own: own !== undefined })
    }
  }

  #page(sinceSeq: number) {
    const { convoId } = this
    return patiently(() => this.api.query('getMessages', { convoId, sinceSeq, limit: PAGE }))
  }

  /** Builds a commit, and builds it anew on the winner whenever another has won the epoch. */
  async #commit(method: CommitMethod, intent: () => Promise<CommitOptions>): Promise<CommitAnswer> {
    const { convoId, group } = this
    for (let attempt = 1; ; attempt++) {
      const change = await group.commit(await intent())
      try {
        const answer = await patiently(() => this.api.procedure(method, { convoId, change }))
        // Not adopted here: the entry comes by the log, as every other.
        await this.catchUp()
        return answer
      } catch (error) {
        group.drop()
        if (!isFailure(error, 'EpochMismatch') || attempt === COMMIT_ATTEMPTS) throw error
        await this.catchUp()
      }
    }
  }
}

/**
 * Leases key packages of the accounts' devices that are not in the group: their bytes, for Adds.
 *
 * @param leaving says of a device that the same commit removes it.
 */
export async function leasePackages(
  api: TestClient,
  group: TestGroup,
  convoId: string,
  dids: string[],
  leaving: (name: string) => boolean = () => false,
): Promise<Uint8Array[]> {
  const members = group.members().map(({ identity }) => identity)
  const present = new Set(members.filter((name) => !leaving(name)))
  const leased = await patiently(() => api.query('getKeyPackages', { dids, convoId }))
  return leased.keyPackages
    .filter(({ did, deviceId }) => !present.has(`${did}#${deviceId}`))
    .map(({ keyPackage }) => keyPackage)
}

export interface ReadMessage {
  seq: number
  /** `msgId`. */
  id: string
  text: string
  own: boolean
}

export interface SentMessage {
  seq: number
  msgId: string
  /** Size of the ciphertext. */
  bytes: number
}

export interface CommitAnswer {
  newEpoch: number
  seq: number
}

type CommitMethod = 'addMembers' | 'removeMembers' | 'submitCommit'
