import type { Queryable } from '../db/types.js'
import type { ConvoId, DeviceId, Did } from '../lib/ids.js'
import { comparePositions, ORIGIN, type Position } from '../outbox/position.js'
import type { Audience, Listener } from './audience.js'
import { Memberships } from './memberships.js'
import { convoOf, onlyReaderOf, type StreamItem } from './stream-item.js'

/** Whom a stream is for, and what it is narrowed to. */
export interface StreamHolder {
  did: Did
  /** The stream ends when this device is deleted. */
  deviceId?: DeviceId
  convoId?: ConvoId
}

/** What the holder of a stream may see, as its memberships come and go. */
export class Entitlement implements Disposable {
  readonly #memberships: Memberships
  readonly #followed = new Set<ConvoId>()
  /** Where the stream stood when it was opened. */
  #openedAt: Position = ORIGIN
  /** Of the last transaction and conversation whose change of memberships was taken note of. */
  #noted = ''

  constructor(
    readonly holder: StreamHolder,
    private readonly audience: Audience,
    private readonly listener: Listener,
  ) {
    this.#memberships = new Memberships(holder.did, holder.convoId)
    audience.add(listener)
  }

  /**
   * Reads all memberships; from then on the listener hears of conversations that it has more to see of
   * after `position`.
   */
  async load(q: Queryable, position: Position): Promise<void> {
    await this.#memberships.load(q)
    this.followFrom(position)
  }

  /** Stops hearing of conversations that the listener has left behind at `position`. */
  followFrom(position: Position): void {
    const wanted = new Set(this.#memberships.convos())
    for (const convoId of this.#followed) if (!wanted.has(convoId)) this.#follow(convoId, false)
    for (const convoId of wanted) {
      this.#follow(convoId, this.#memberships.isAhead(convoId, position))
    }
  }

  /** Whether the item's transaction changed the holder's membership, and that was not noted yet. */
  isNews(item: StreamItem): boolean {
    return (item.subjects?.has(this.holder.did) ?? false) && this.#noted !== transactionOf(item)
  }

  async note(q: Queryable, item: StreamItem): Promise<void> {
    const convoId = convoOf(item)!
    await this.#memberships.reload(q, convoId)
    this.#follow(convoId, this.#memberships.isAhead(convoId, item.position))
    this.#noted = transactionOf(item)
  }

  isMember(convoId: ConvoId): boolean {
    return this.#memberships.isOpen(convoId)
  }

  sees(item: StreamItem): boolean {
    const { event } = item
    if (this.endsWith(item)) return true
    if (!this.#isInScope(item)) return false
    const only = onlyReaderOf(item)
    if (only !== undefined) return only === this.holder.did
    switch (event.kind) {
      case 'message':
        return this.#memberships.seesEntry(event.convoId, event.seq)
      case 'membershipChange':
      case 'convo':
        return this.#memberships.seesEvent(event.convoId, event.seq, item.position)
      case 'device': {
        const shared = item.sharedIn?.some((convoId) => this.#memberships.isOpen(convoId))
        return event.subject === this.holder.did || (shared ?? false)
      }
      case 'welcome':
      case 'read':
      case 'keyPackages':
      case 'report':
      case 'account':
        return false
      default:
        event satisfies never
        return false
    }
  }

  /** What ended the account before is no end of a stream that was opened since: it has come back. */
  beginAt(position: Position): void {
    this.#openedAt = position
  }

  /** Whether the stream is over with this item: its device or its account is gone. */
  endsWith({ event, position }: StreamItem): boolean {
    if (event.kind === 'account') {
      return event.did === this.holder.did && comparePositions(position, this.#openedAt) > 0
    }
    return (
      event.kind === 'device' &&
      event.action === 'deleted' &&
      event.subject === this.holder.did &&
      event.deviceId === this.holder.deviceId
    )
  }

  [Symbol.dispose](): void {
    for (const convoId of this.#followed) this.audience.unfollow(convoId, this.listener)
    this.#followed.clear()
    this.audience.remove(this.listener)
  }

  #follow(convoId: ConvoId, follow: boolean): void {
    if (follow === this.#followed.has(convoId)) return
    if (follow) {
      this.#followed.add(convoId)
      this.audience.follow(convoId, this.listener)
    } else {
      this.#followed.delete(convoId)
      this.audience.unfollow(convoId, this.listener)
    }
  }

  /** Of a stream for one conversation: what has to do with that. */
  #isInScope(item: StreamItem): boolean {
    const { convoId } = this.holder
    return (
      convoId === undefined ||
      convoOf(item) === convoId ||
      (item.sharedIn?.includes(convoId) ?? false)
    )
  }
}

function transactionOf(item: StreamItem): string {
  return `${item.position.xid} ${convoOf(item)}`
}
