import { randomBytes } from 'node:crypto'
import { type TestDevice, TestGroup } from '../mls/index.js'
import type { Caller } from '../service/caller.js'
import type { Answers, ConvoView, MemberView, MessageView } from '../service/methods.js'
import { openSocket } from '../service/socket-stream.js'
import { openSse, type SseOptions } from '../service/sse-stream.js'
import type { EventStream, StreamOptions } from '../service/stream.js'
import { Convo } from './convo.js'
import { leasePackages } from './lease.js'

const PAGE = 100

/** One device of an account, with what it may call and a real MLS client. */
export class Person {
  /** Conversations that it has made or joined. */
  readonly seen = new Set<string>()

  constructor(
    readonly caller: Caller,
    readonly mls: TestDevice,
  ) {}

  get did(): string {
    return this.mls.did
  }

  get deviceId(): string {
    return this.mls.deviceId
  }

  call<M extends keyof Answers>(method: M, sent?: object): Promise<Answers[M]> {
    return this.caller.call(method, sent)
  }

  /** Registers the device; answers the references of its packages. */
  async register(count: number): Promise<string[]> {
    const packages = await this.mls.keyPackages(count)
    if (count > 0) packages.push(await this.mls.keyPackage({ lastResort: true }))
    await this.call('registerDevice', {
      deviceId: this.deviceId,
      signaturePublicKey: this.mls.publicKey,
      keyPackages: packages.map(({ bytes }) => bytes),
    })
    return packages.map(({ ref }) => ref)
  }

  /** Creates a conversation with all devices of these accounts, in one request. */
  async createConvo(dids: string[], more: object = {}): Promise<Convo> {
    const group = await TestGroup.create(this.mls, randomBytes(16))
    const add = await leasePackages(this, group, group.groupId, dids)
    const genesis = await group.groupInfo()
    const change = add.length === 0 ? undefined : await group.commit({ add })
    const { convo } = await this.call('createConvo', { genesis, change, ...more })
    if (change !== undefined) group.adopt()
    this.seen.add(convo.convoId)
    return new Convo(this, convo.convoId, group, change === undefined ? 0 : 1)
  }

  /** Joins the conversation by the welcome that waits, and acknowledges it. */
  async join(convoId: string): Promise<Convo> {
    const { welcomes } = await this.call('getWelcomes', { deviceId: this.deviceId, limit: PAGE })
    const found = welcomes.find((one) => one.convoId === convoId)
    if (found === undefined) throw new Error(`no welcome waits for ${this.mls.name}`)
    const group = await TestGroup.join(this.mls, found.welcome)
    await this.call('ackWelcome', { welcomeId: found.welcomeId, outcome: 'joined' })
    this.seen.add(convoId)
    return new Convo(this, convoId, group, found.seq)
  }

  /** Comes in by an external commit. */
  async joinExternally(convoId: string, groupInfo: Uint8Array, invite?: string): Promise<Convo> {
    const { group, change } = await TestGroup.joinExternally(this.mls, groupInfo)
    const { seq } = await this.call('joinConvo', { convoId, change, invite })
    group.adopt()
    this.seen.add(convoId)
    return new Convo(this, convoId, group, seq)
  }

  async view(convoId: string): Promise<ConvoView> {
    return (await this.call('getConvo', { convoId })).convo
  }

  async members(convoId: string): Promise<MemberView[]> {
    const members: MemberView[] = []
    let cursor: string | undefined
    do {
      const page = await this.call('getMembers', { convoId, cursor })
      members.push(...page.members)
      cursor = page.cursor
    } while (cursor !== undefined)
    return members
  }

  /** The log as it is answered, page after page, from `sinceSeq` on. */
  async log(convoId: string, { sinceSeq = 0, limit = PAGE } = {}): Promise<MessageView[]> {
    const entries: MessageView[] = []
    for (let from = sinceSeq, more = true; more;) {
      const page = await this.call('getMessages', { convoId, sinceSeq: from, limit })
      entries.push(...page.messages)
      more = page.hasMore && page.lastSeq > from
      from = page.lastSeq
    }
    return entries
  }

  socket(options: StreamOptions = {}): Promise<EventStream> {
    return openSocket(this.caller, options)
  }

  sse(options: SseOptions = {}): Promise<EventStream> {
    return openSse(this.caller, options)
  }
}
