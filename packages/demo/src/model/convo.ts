import { computed, signal } from '@preact/signals'
import type {
  Conversation,
  ConversationEvent,
  LogRecord,
  MessagePayload,
} from '@catbird/mls-client'
import { lastLine } from '../text/snippet.js'
import { listOf } from '../text/names.js'
import type { Names } from './names.js'
import { problemOf } from './problem.js'
import type { Problem } from './problem.js'

const PAGE = 60
const TYPING_LASTS_MS = 6_000

/** One conversation as it is shown: what the client knows, in signals that views follow. */
export class Convo {
  /** Entries that are loaded, ascending. Undefined while the first are read. */
  readonly entries = signal<readonly LogRecord[] | undefined>(undefined)
  readonly hasEarlier = signal(false)
  readonly typing = signal<ReadonlyMap<string, number>>(new Map())
  /** How far others have shown that they have read. */
  readonly readBy = signal<ReadonlyMap<string, number>>(new Map())
  /** Why the last attempt to send failed. */
  readonly sendProblem = signal<Problem | undefined>(undefined)
  readonly trouble = signal<Problem | undefined>(undefined)
  /** An admin has begun a new group for this conversation, while this page was open. */
  readonly wasReset = signal(false)
  /** Grows when there are new reports. */
  readonly reportsVersion = signal(0)
  readonly #version = signal(0)
  readonly #waiting = signal<readonly Unsent[]>([])
  /** What came while the first entries were read. */
  #early: LogRecord[] = []
  readonly #timers = new Map<string, ReturnType<typeof setTimeout>>()

  constructor(
    readonly conversation: Conversation,
    private readonly names: Names,
    private readonly ownDid: string,
  ) {}

  get id(): string {
    return this.conversation.id
  }

  /** All that is read from the client directly, as of the last event. */
  readonly now = computed(() => {
    void this.#version.value
    const { kind, status, title, facts, unread, devices, fork, rosterMismatch } = this.conversation
    const listed = Object.keys(facts?.roles ?? {})
    const members = [...new Set([...this.conversation.members, ...listed])]
    const request = facts?.status === 'request'
    return {
      ...{ kind, status, title, facts, unread, devices, fork, members },
      mismatch: rosterMismatch,
      request,
      direct: kind === 'direct',
      role: facts?.role ?? 'member',
      muted: facts?.muted ?? false,
    }
  })

  /** What is not in the log yet: it is never shown beside its entry. */
  readonly unsent = computed(() => {
    const written = new Set(this.entries.value?.map(({ id }) => id))
    return this.#waiting.value.filter(({ msgId }) => !written.has(msgId))
  })

  readonly others = computed(() => this.now.value.members.filter((did) => did !== this.ownDid))

  readonly title = computed(() => {
    const { title, direct } = this.now.value
    if (title?.name !== undefined && title.name !== '') return title.name
    const names = this.others.value.map((did) => this.names.of(did).name)
    if (names.length > 0) return direct ? names[0]! : listOf(names)
    return direct ? 'A conversation that has ended' : 'Only you'
  })

  readonly last = computed(() =>
    lastLine(this.entries.value ?? [], (did, atStart) => this.called(did, atStart)),
  )

  /** When something last happened: conversations are listed by it. */
  readonly lastAt = computed(() => {
    const at = this.last.value?.at ?? new Date(this.now.value.facts?.createdAt ?? Date.now())
    return at.getTime()
  })

  readonly typists = computed(() =>
    [...this.typing.value.keys()].map((did) => this.names.of(did).name),
  )

  called(did: string, atStart: boolean): string {
    if (did === this.ownDid) return atStart ? 'You' : 'you'
    return this.names.of(did).name
  }

  async load(): Promise<void> {
    const entries = await this.conversation.history({ limit: PAGE })
    this.entries.value = entries
    for (const entry of this.#early.splice(0)) this.#append(entry)
    this.hasEarlier.value = entries.length === PAGE
    await this.readUnsent()
  }

  async loadEarlier(): Promise<void> {
    const [first] = this.entries.peek() ?? []
    if (first === undefined) return
    const earlier = await this.conversation.history({ before: first.seq, limit: PAGE })
    this.hasEarlier.value = earlier.length === PAGE
    this.entries.value = [...earlier, ...(this.entries.peek() ?? [])]
  }

  /** Resolves when it is in the log, or is known to wait; a failure is shown with the message. */
  async send(payload: MessagePayload): Promise<void> {
    this.sendProblem.value = undefined
    try {
      await this.conversation.send(payload)
    } catch (error) {
      this.sendProblem.value = problemOf(error)
    }
    await this.readUnsent()
  }

  take(event: ConversationEvent): void {
    if (event.type === 'typing') return this.#typing(event.by.did, event.typing)
    if (event.type === 'read') return this.#read(event.by.did, event.seq)
    if (event.type === 'entry') this.#append(event.entry)
    if (event.type === 'trouble') this.trouble.value = problemOf(event.error)
    if (event.type === 'joined') this.trouble.value = undefined
    if (event.type === 'reset') this.wasReset.value = true
    if (event.type === 'report') this.reportsVersion.value += 1
    this.refresh()
  }

  refresh(): void {
    this.#version.value += 1
    void this.readUnsent()
  }

  async readUnsent(): Promise<void> {
    const unsent = await this.conversation.unsent().catch(() => [])
    this.#waiting.value = unsent
    if (unsent.length === 0) this.sendProblem.value = undefined
  }

  #append(entry: LogRecord): void {
    const entries = this.entries.peek()
    if (entries === undefined) return void this.#early.push(entry)
    this.trouble.value = undefined
    if (entry.kind === 'message') this.#typing(entry.sender.did, false)
    const last = entries.at(-1)?.seq ?? 0
    if (entry.seq > last) this.entries.value = [...entries, entry]
  }

  #typing(did: string, typing: boolean): void {
    if (did === this.ownDid) return
    clearTimeout(this.#timers.get(did))
    const next = new Map(this.typing.peek())
    if (typing) {
      next.set(did, Date.now())
      this.#timers.set(
        did,
        setTimeout(() => this.#typing(did, false), TYPING_LASTS_MS),
      )
    } else if (!next.delete(did)) return
    this.typing.value = next
  }

  #read(did: string, seq: number): void {
    const known = this.readBy.peek()
    if (did === this.ownDid || seq <= (known.get(did) ?? 0)) return
    this.readBy.value = new Map([...known, [did, seq]])
  }
}

export interface Unsent {
  msgId: string
  payload: MessagePayload
  createdAt: string
}
