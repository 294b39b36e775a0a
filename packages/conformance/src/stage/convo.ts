import { randomUUID } from 'node:crypto'
import {
  type Change,
  type CommitOptions,
  readPrivateMessage,
  type TestGroup,
} from '../mls/index.js'
import type { Committed, MessageView } from '../service/methods.js'
import { leasePackages } from './lease.js'
import type { Person } from './person.js'

/** What a device knows of a conversation: the MLS state, and up to where it has applied the log. */
export class Convo {
  /** Own messages by `msgId`: MLS cannot read back what one wrote oneself. */
  readonly #own = new Set<string>()
  readonly #firstEpoch: number
  /** Texts of others, in the order of the log. */
  readonly read: string[] = []

  constructor(
    readonly person: Person,
    readonly convoId: string,
    readonly group: TestGroup,
    /** `seq` of the last applied entry. */
    public applied: number,
  ) {
    this.#firstEpoch = group.epoch
  }

  /** A message as `sendMessage` takes it, in the epoch of this device's state. */
  async message(text: string, more: object = {}): Promise<SentMessage> {
    const ciphertext = await this.group.encrypt(text)
    const epoch = Number(readPrivateMessage(ciphertext).epoch)
    return { convoId: this.convoId, msgId: randomUUID(), epoch, ciphertext, ...more }
  }

  /** Sends a text; answers what was sent, and its `seq`. */
  async send(text: string): Promise<SentMessage & { seq: number }> {
    const message = await this.message(text)
    this.#own.add(message.msgId)
    const { seq } = await this.person.call('sendMessage', message)
    if (seq === undefined) throw new Error('sendMessage answers no seq for a persistent message')
    return { ...message, seq }
  }

  /** Commits, and applies what was accepted. */
  async commit(options: CommitOptions = {}, method: CommitMethod = 'submitCommit') {
    const change = await this.group.commit(options)
    return this.submit(change, method)
  }

  /** Sends what was staged last. */
  async submit(change: Change, method: CommitMethod = 'submitCommit'): Promise<Committed> {
    try {
      const answer = await this.person.call(method, { convoId: this.convoId, change })
      await this.catchUp()
      return answer
    } catch (error) {
      this.group.drop()
      throw error
    }
  }

  async add(dids: readonly string[]): Promise<Committed> {
    await this.catchUp()
    return this.commit({ add: await this.lease(dids) }, 'addMembers')
  }

  async remove(dids: readonly string[]): Promise<Committed> {
    await this.catchUp()
    return this.commit({ remove: this.leavesOf(dids) }, 'removeMembers')
  }

  lease(dids: readonly string[], leaving: readonly number[] = []): Promise<Uint8Array[]> {
    return leasePackages(this.person, this.group, this.convoId, dids, leaving)
  }

  leavesOf(whose: readonly string[]): number[] {
    return whose.flatMap((who) => this.group.leavesOf(who))
  }

  /** Reads the log on from the last applied entry, and applies it. */
  async catchUp(): Promise<void> {
    for (const entry of await this.person.log(this.convoId, { sinceSeq: this.applied })) {
      if (this.group.removed) return
      await this.#apply(entry)
    }
  }

  async #apply({ seq, id, messageType, epoch, ciphertext }: MessageView): Promise<void> {
    if (seq <= this.applied || ciphertext === undefined) return
    if (messageType === 'commit') await this.group.process(ciphertext)
    else if (epoch >= this.#firstEpoch && !this.#own.has(id)) {
      this.read.push(await this.group.decryptText(ciphertext))
    }
    this.applied = seq
  }
}

export type CommitMethod = 'addMembers' | 'removeMembers' | 'submitCommit'

/** What `sendMessage` takes. */
export interface SentMessage {
  convoId: string
  msgId: string
  epoch: number
  ciphertext: Uint8Array
}
