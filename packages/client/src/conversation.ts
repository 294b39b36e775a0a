import { MlsClientError } from './errors.js'
import type { ConversationEvent } from './events.js'
import { download, upload } from './convo/attachment.js'
import type { Attachment } from './convo/attachment.js'
import { catchUp } from './convo/catch-up.js'
import { checkDevices } from './convo/device-watch.js'
import type { CheckedDevice } from './convo/device-watch.js'
import { joinByCommit } from './convo/join.js'
import { addAccounts, removeAccounts, updateKeys } from './convo/membership.js'
import { sealTitle } from './convo/metadata.js'
import type { MessagePayload } from './convo/payload.js'
import { createInvite, listInvites, revokeInvite } from './convo/invites.js'
import type { Invite, InviteTerms } from './convo/invites.js'
import { listPeople } from './convo/people.js'
import type { Person } from './convo/people.js'
import { markRead } from './convo/read-position.js'
import { keys } from './convo/records.js'
import type {
  ConvoFacts,
  Fork,
  LastMessage,
  LogRecord,
  OutboxRecord,
  Title,
} from './convo/records.js'
import { refresh, takeView } from './convo/refresh.js'
import { listReports, reportMember, resolveReport } from './convo/reports.js'
import type { Report, ReportAction, ReportWish } from './convo/reports.js'
import { resetConvo } from './convo/reset.js'
import { safetyOf } from './convo/safety.js'
import type { Safety } from './convo/safety.js'
import { enqueue, flush, sendEphemeral } from './convo/send.js'
import type { ConvoState, RosterMismatch } from './convo/state.js'
import { hex, randomBytes } from './lib/bytes.js'
import { Queue } from './lib/queue.js'
import { epochOf, rosterOf } from './mls/roster.js'
import type { RosterDevice } from './mls/roster.js'

/** Typing is told this often at most. */
const TYPING_EVERY_MS = 4_000

/** One conversation, as this device knows it. */
export class Conversation implements AsyncIterable<ConversationEvent> {
  #typingToldAt = -Infinity

  /** @internal */
  constructor(
    private readonly state: ConvoState,
    private readonly resolve: (people: string[]) => Promise<string[]>,
  ) {}

  /** Its name at the service: lowercase hex, the same for all members and for ever. */
  get id(): string {
    return this.state.convoId
  }

  /** `group` or `direct`. */
  get kind(): string {
    return this.state.record.kind
  }

  /** `active`, or why nothing can be sent: `creating`, `waiting` (for a welcome or repair), `gone`. */
  get status(): 'creating' | 'active' | 'waiting' | 'gone' {
    return this.state.record.status
  }

  /** Name and description; undefined while this device has not been told their key. */
  get title(): Title | undefined {
    return this.state.record.title
  }

  /** The newest message that this device has read, if any. */
  get lastMessage(): LastMessage | undefined {
    return this.state.record.last
  }

  /** Roles, policy and status as the service tells them; undefined before it was asked. */
  get facts(): ConvoFacts | undefined {
    return this.state.record.view
  }

  /** Messages of others that no device of this account has read. */
  get unread(): number {
    return this.state.record.unread
  }

  /** Position of the last entry that was applied, and its hash: compare it with others out of band. */
  get position(): { seq: number; hash: string | undefined } {
    const { applied, hash } = this.state.record
    return { seq: applied, hash }
  }

  /** Another history that a member was shown, if one was ever noticed. */
  get fork(): Fork | undefined {
    return this.state.record.fork
  }

  /** Where the service, asked last, named other devices than the group has. */
  get rosterMismatch(): RosterMismatch | undefined {
    return this.state.mismatch
  }

  /** The devices of the group by its verified tree; empty while this device is not in it. */
  get devices(): RosterDevice[] {
    const { group } = this.state
    return group === undefined ? [] : rosterOf(group.ratchetTree)
  }

  /** These devices against what their accounts' own repositories say of them (`repositories`). */
  checkDevices(): Promise<CheckedDevice[]> {
    return checkDevices(this.state)
  }

  /** The accounts of these devices, each once. */
  get members(): string[] {
    return [...new Set(this.devices.map(({ did }) => did))]
  }

  /** The group's epoch, which each change of it ends; undefined while this device is not in it. */
  get epoch(): number | undefined {
    const { group } = this.state
    return group && epochOf(group)
  }

  /** Equal for all devices of an epoch and for nobody else (RFC 9420 §8.7), hex. */
  get epochAuthenticator(): string | undefined {
    const { group } = this.state
    return group && hex(group.keySchedule.epochAuthenticator)
  }

  /**
   * Sends text, or a payload of the application. It is stored before it is sent: if this rejects
   * because the service is out of reach, the message goes out at the next sync, once.
   */
  async send(content: string | MessagePayload): Promise<{ msgId: string }> {
    const payload = typeof content === 'string' ? { type: 'text' as const, text: content } : content
    // A message ends the writing that was told before it.
    this.#typingToldAt = -Infinity
    const { msgId } = await enqueue(this.state, payload)
    await flush(this.state)
    return { msgId }
  }

  /** Encrypts and uploads a file; what it answers is sent as one of a message's `attachments`. */
  upload(file: Uint8Array, about: { mimeType: string; name?: string }): Promise<Attachment> {
    return upload(this.state, file, about)
  }

  /** The file of an attachment, checked and decrypted. */
  download(attachment: Attachment): Promise<Uint8Array> {
    return download(this.state, attachment)
  }

  /** What was sent and is not in the log yet, oldest first. */
  async unsent(): Promise<{ msgId: string; payload: MessagePayload; createdAt: string }[]> {
    const prefix = keys.outboxOf(this.id)
    const waiting = await this.state.deps.store.list<OutboxRecord>({ prefix })
    return waiting.flatMap(({ record: { msgId, payload, createdAt } }) =>
      payload.type === 'text' || payload.type === 'data' ? [{ msgId, payload, createdAt }] : [],
    )
  }

  /** Entries of the log as this device read them, ascending: the newest, or those before `before`. */
  async history({ before, limit = 50 }: { before?: number; limit?: number } = {}): Promise<
    LogRecord[]
  > {
    const records = await this.state.deps.store.list<LogRecord>({
      prefix: keys.logOf(this.id),
      ...(before !== undefined && { before: keys.log(this.id, before) }),
      reverse: true,
      limit,
    })
    return records.map(({ record }) => record).toReversed()
  }

  /** Events of this conversation from now on; leave the loop, or close the client, to end it. */
  [Symbol.asyncIterator](): AsyncIterableIterator<ConversationEvent> {
    const { events, signal } = this.state.deps
    const queue = new Queue<ConversationEvent>(() => stop())
    const stop = events.listen((event) => {
      if ('convoId' in event && event.convoId === this.id) queue.put(event)
    })
    if (signal.aborted) queue.close()
    else signal.addEventListener('abort', () => queue.close(), { once: true })
    return queue
  }

  /** Adds people, by handle or DID, with all their devices. */
  async add(...people: string[]): Promise<void> {
    await addAccounts(this.state, await this.resolve(people))
    // The newcomers are told the key of the name.
    await flush(this.state)
  }

  /** Removes people, by handle or DID, with all their devices. Admins, and moderators for plain members. */
  async remove(...people: string[]): Promise<void> {
    await removeAccounts(this.state, await this.resolve(people))
  }

  /** Ends this account's membership at once; others see to the keys. */
  async leave(): Promise<void> {
    const { convoId, deps } = this.state
    const { convo } = await deps.service.call('getConvo', (mls, options) =>
      mls.getConvo({ convoId }, options),
    )
    const joinedSeq = convo.intervals.at(-1)?.joinedSeq
    await deps.service.call('leaveConvo', (mls, options) =>
      mls.leaveConvo(
        { convoId, ...(joinedSeq !== undefined && { joinedSeq }) },
        { ...options, encoding: 'application/json' },
      ),
    )
    await this.state.transitions.run(() =>
      this.state.save({ record: { status: 'gone' }, group: null, staged: null }),
    )
    deps.events.emit({ type: 'gone', convoId })
  }

  /** Takes a conversation that somebody else has added this account to. */
  accept(): Promise<void> {
    return this.#set('acceptConvo')
  }

  /** No pushes for this conversation, on any device of the account. */
  mute(): Promise<void> {
    return this.#set('muteConvo')
  }

  /** Pushes again. */
  unmute(): Promise<void> {
    return this.#set('unmuteConvo')
  }

  /** All members with roles and requests, as the service tells them. */
  people(): Promise<Person[]> {
    return listPeople(this.state)
  }

  /** What people compare to be sure of each other: keys, epoch, hash of the log. */
  safety(): Promise<Safety> {
    return safetyOf(this.state)
  }

  /** A way in for whoever has its secret, which is told this once. Admins only. */
  createInvite(terms: InviteTerms = {}): Promise<Invite & { secret: string }> {
    return createInvite(this.state, terms)
  }

  /** The invites there are, without their secrets; the newest of those that ended, too. Admins only. */
  invites(): Promise<Invite[]> {
    return listInvites(this.state)
  }

  /** Ends an invite: whoever came in by it stays. */
  revokeInvite(inviteId: string): Promise<Invite> {
    return revokeInvite(this.state, inviteId)
  }

  /** Tells those who moderate; answers the report's id. */
  async report(person: string, wish: ReportWish): Promise<string> {
    const [did = ''] = await this.resolve([person])
    return reportMember(this.state, did, wish)
  }

  /** Reports about members, newest first. Admins and moderators only. */
  reports(status?: 'open' | 'resolved'): Promise<Report[]> {
    return listReports(this.state, status)
  }

  /** Says what was done about a report. It does nothing else: to remove somebody, `remove`. */
  resolveReport(reportId: string, action: ReportAction, notes?: string): Promise<Report> {
    return resolveReport(this.state, reportId, action, notes)
  }

  /** Who may add people, and how many there may be. Admins only. */
  async setPolicy(policy: { whoCanAdd: 'admin' | 'member'; maxMembers?: number }): Promise<void> {
    const { convoId, deps } = this.state
    const { convo } = await deps.service.call('updateConvo', (mls, options) =>
      mls.updateConvo({ convoId, policy }, options),
    )
    await takeView(this.state, convo)
  }

  /** Makes somebody admin, moderator, or neither. Admins only. */
  async setRole(person: string, role: 'admin' | 'moderator' | 'member'): Promise<void> {
    const { convoId, deps } = this.state
    const [did = ''] = await this.resolve([person])
    await deps.service.call('setMemberRole', (mls, options) =>
      mls.setMemberRole({ convoId, did, role }, { ...options, encoding: 'application/json' }),
    )
    await refresh(this.state)
  }

  /** Gives it another name: readable by members alone, unless it is to be public. Admins only. */
  async rename(title: { name?: string; description?: string; public?: boolean }): Promise<void> {
    const { convoId, deps } = this.state
    const { name, description } = title
    const texts = {
      ...(name !== undefined && { name }),
      ...(description !== undefined && { description }),
    }
    let input: { metadata?: typeof texts; encryptedMetadata?: Uint8Array }
    if (title.public === true) input = { metadata: texts }
    else {
      // A new key each time: whoever was removed since the last has no part in this one.
      const key = hex(randomBytes(32))
      input = { encryptedMetadata: await sealTitle(convoId, key, { ...texts, public: false }) }
      await this.state.transitions.run(() => this.state.save({ record: { nextMetadataKey: key } }))
      await enqueue(this.state, { type: 'metadataKey', key })
      await flush(this.state)
    }
    await deps.service.call('updateConvo', (mls, options) =>
      mls.updateConvo({ convoId, ...input }, { ...options, encoding: 'application/json' }),
    )
    await refresh(this.state)
  }

  /** Fresh keys for this device, so that one who once had its old ones reads no further. */
  updateKeys(): Promise<void> {
    return updateKeys(this.state)
  }

  /** Tells those who are there now; often is no more than every few seconds. */
  async typing(typing = true): Promise<void> {
    const now = performance.now()
    if (typing && now - this.#typingToldAt < TYPING_EVERY_MS) return
    this.#typingToldAt = typing ? now : -Infinity
    await sendEphemeral(this.state, { type: 'typing', typing })
  }

  /** Moves the read position (the last entry by default); `tell` shows it to the others as well. */
  async markRead({ seq, tell = false }: { seq?: number; tell?: boolean } = {}): Promise<void> {
    const upTo = seq ?? this.state.record.applied
    if (upTo > this.state.record.applied) throw new MlsClientError('invalid', 'not read yet')
    await markRead(this.state, upTo)
    if (tell) await sendEphemeral(this.state, { type: 'read', seq: upTo })
  }

  /** Reads what the log has beyond `position`, without waiting for the stream. */
  async sync(): Promise<void> {
    await catchUp(this.state)
  }

  /** Comes back with fresh state; messages of the epochs between stay unreadable to this device. */
  rejoin(): Promise<void> {
    return joinByCommit(this.state, { anew: true })
  }

  /**
   * Puts the conversation on a new group with all its members, where nobody can repair the old one.
   * Roles and history stay. Admins only.
   */
  async reset(): Promise<void> {
    await resetConvo(this.state)
    await flush(this.state)
  }

  async #set(method: 'acceptConvo' | 'muteConvo' | 'unmuteConvo'): Promise<void> {
    const { convoId, deps } = this.state
    const { convo } = await deps.service.call(method, (mls, options) =>
      mls[method]({ convoId }, { ...options, encoding: 'application/json' }),
    )
    await takeView(this.state, convo)
  }
}
