import { unavailable } from '../db/tx.js'
import { FutureCursorError } from '../errors.js'
import type { ConvoId, Did } from '../lib/ids.js'
import { checkCursor } from '../outbox/check-cursor.js'
import type { Cursor } from '../outbox/cursor.js'
import { comparePositions, ORIGIN, type Position } from '../outbox/position.js'
import { Snapshot } from '../outbox/snapshot.js'
import { Alarm } from './alarm.js'
import type { Listener } from './audience.js'
import { type Encoded, infoEvent } from './encoded.js'
import { Entitlement, type StreamHolder } from './entitlement.js'
import { type Missed, type MissedDeps, missedEvents } from './missed-events.js'
import type { Sequencer } from './sequencer.js'
import { WRITE_BYTES } from './settings.js'
import type { StreamItem } from './stream-item.js'

/** Ephemeral messages that wait for a reader; a slow one misses what comes meanwhile. */
const EPHEMERAL_MAX = 16
/** Items of the tail that are loaded together when the first of them is wanted. */
const LOAD_ITEMS = 8
const RETRY_MS = 1_000

/**
 * One reader of the stream: asks again and again what comes after its position, and is answered from
 * the tail where that reaches back far enough, else from the database. Nothing is queued for it, so a
 * slow reader costs no more than its position.
 *
 *     behind --(has read all that is in the database)--> in tail --(has read to its end)--> at end
 *     behind <------(the tail has moved past it)-------- in tail <---------(woken)--------- at end
 */
export class Subscription implements Listener, Disposable {
  readonly did: Did
  readonly #entitlement: Entitlement
  #state: 'behind' | 'inTail' | 'atEnd' = 'behind'
  /** In tail: the index of the item to look at next. */
  #next = 0
  /** Everything up to here has been dealt with. At the end of the tail it stands still. */
  #position: Position = ORIGIN
  /** The oldest event that was kept when the position was. */
  #oldest: Position | undefined
  /** What had happened already when a stream without a cursor began, until all that lies behind. */
  #before: Snapshot | undefined
  #missed: AsyncGenerator<Missed, void> | undefined
  /** What goes out before anything else: notices, ephemeral messages, what was missed. */
  #ready: Encoded[] = []
  #ended: EndReason | undefined
  readonly #alarm = new Alarm()
  readonly #held = new DisposableStack()

  private constructor(
    private readonly deps: SubscriptionDeps,
    holder: StreamHolder,
  ) {
    this.did = holder.did
    this.#entitlement = new Entitlement(holder, deps.sequencer.audience, this)
    this.#held.use(this.#entitlement)
  }

  /**
   * Once this resolves, nothing that happens is missed. Without a cursor nothing that had happened
   * before comes, even where it could not be read yet.
   *
   * @throws {FutureCursorError}
   */
  static async open(
    deps: SubscriptionDeps,
    holder: StreamHolder,
    cursor: Cursor | undefined,
  ): Promise<Subscription> {
    const subscription = new Subscription(deps, holder)
    try {
      await deps.sequencer.ready()
      subscription.#entitlement.beginAt(deps.sequencer.tail.last)
      if (cursor) await subscription.#goBackTo(cursor)
      else await subscription.#startNow()
      subscription.#enterTail()
      await subscription.#entitlement.load(deps.db, subscription.#position)
      return subscription
    } catch (error) {
      subscription[Symbol.dispose]()
      throw error
    }
  }

  get ended(): EndReason | undefined {
    return this.#ended
  }

  /** Ends the stream after what is being written. */
  end(reason: EndReason): void {
    this.#ended ??= reason
    this.#alarm.close()
  }

  wake(index: number, before: Position): void {
    if (this.#state !== 'atEnd') return
    this.#state = 'inTail'
    this.#next = index
    // It may be further than the tail: what it missed comes from the database, which is ahead.
    if (comparePositions(before, this.#position) > 0) this.#position = before
    this.#alarm.ring()
  }

  offer(convoId: ConvoId, ephemeral: Encoded): void {
    if (!this.#entitlement.isMember(convoId)) return
    if (this.#ready.length >= EPHEMERAL_MAX) return
    this.#ready.push(ephemeral)
    this.#alarm.ring()
  }

  /**
   * What comes next, as soon as there is something, in batches of what was waiting together; undefined
   * once the stream has ended.
   *
   * @throws {ConsumerTooSlowError}
   */
  async next(): Promise<readonly Encoded[] | undefined> {
    while (this.#ended === undefined || this.#ready.length > 0) {
      const batch = this.#ready.length > 0 ? this.#ready.splice(0) : this.#scan()
      if (batch.length > 0) return batch
      try {
        await this.#step()
      } catch (error) {
        if (!unavailable(error)) throw error
        // The database is away: the stream stays where it is, and goes on when it is back.
        await this.#alarm.rest(RETRY_MS)
      }
    }
    return undefined
  }

  /** Keeps something for as long as the stream is open. */
  hold(resource: Disposable): void {
    this.#held.use(resource)
  }

  [Symbol.dispose](): void {
    this.end('closed')
    void this.#missed?.return()
    this.#held.dispose()
  }

  async #startNow(): Promise<void> {
    // In this order: what happens in between is behind neither.
    this.#position = this.deps.sequencer.tail.last
    this.#before = await Snapshot.take(this.deps.db)
  }

  async #goBackTo(cursor: Cursor): Promise<void> {
    const { db, incarnation, sequencer } = this.deps
    const found = await checkCursor(db, incarnation, cursor)
    switch (found.verdict) {
      case 'kept':
        await sequencer.reach(cursor.position)
        this.#position = cursor.position
        this.#oldest = found.oldest
        return
      case 'outdated':
        this.#ready.push(infoEvent('OutdatedCursor', OUTDATED))
        this.#position = found.oldest ? justBefore(found.oldest) : sequencer.tail.last
        this.#oldest = found.oldest
        return
      case 'future':
        throw new FutureCursorError('The cursor is ahead of the stream; start without one')
      default:
        return found satisfies never
    }
  }

  #enterTail(): void {
    const { tail } = this.deps.sequencer
    if (comparePositions(this.#position, tail.base) < 0) return
    this.#state = 'inTail'
    this.#next = tail.indexAfter(this.#position)
  }

  /** What the tail has for this reader that needs nothing from the database, up to one write's worth. */
  #scan(): Encoded[] {
    const batch: Encoded[] = []
    for (let bytes = 0; this.#state === 'inTail' && bytes < WRITE_BYTES;) {
      const item = this.#itemInTail()
      if (!item || this.#entitlement.isNews(item)) break
      if (this.#sees(item)) {
        const { encoded } = item
        if (encoded === undefined) break
        if (encoded !== 'gone') {
          batch.push(encoded)
          bytes += encoded.bytes
        }
      }
      this.#next += 1
      this.#position = item.position
      if (this.#before?.precedes(item.position.xid)) this.#before = undefined
      if (this.#endWith(item)) break
    }
    return batch
  }

  /** The item to look at next; where there is none, the state says why. */
  #itemInTail(): StreamItem | undefined {
    const { tail } = this.deps.sequencer
    if (this.#next < tail.start) {
      this.#state = 'behind'
      return undefined
    }
    let item = tail.at(this.#next)
    // The tail may get only now what this reader had from the database.
    while (item && comparePositions(item.position, this.#position) <= 0) {
      this.#next += 1
      item = tail.at(this.#next)
    }
    if (!item) this.#state = 'atEnd'
    return item
  }

  #sees(item: StreamItem): boolean {
    return !this.#before?.sees(item.position.xid) && this.#entitlement.sees(item)
  }

  #endWith(item: StreamItem): boolean {
    const isEnd = this.#entitlement.endsWith(item)
    if (isEnd) this.end(item.event.kind === 'account' ? 'accountGone' : 'deviceDeleted')
    return isEnd
  }

  /** Does what has to be done before anything more can go out, or waits for it. */
  async #step(): Promise<void> {
    switch (this.#state) {
      case 'behind':
        return this.#catchUp()
      case 'inTail':
        return this.#prepare()
      case 'atEnd':
        return this.#alarm.wait()
      default:
        return this.#state satisfies never
    }
  }

  async #catchUp(): Promise<void> {
    this.#missed ??= missedEvents(this.deps, this.#reader(), this.#position)
    const missed = this.#missed
    // If it fails it is asked again, from the last position on.
    this.#missed = undefined
    const { value, done } = await missed.next()
    if (done) {
      this.#oldest = undefined
      this.#entitlement.followFrom(this.#position)
      return this.#enterTail()
    }
    this.#missed = missed
    this.#position = value.position
    for (const item of value.items) {
      if (typeof item.encoded === 'object') this.#ready.push(item.encoded)
      if (this.#endWith(item)) return
    }
  }

  #reader() {
    return {
      did: this.did,
      onlyConvo: this.#entitlement.holder.convoId,
      oldest: this.#oldest,
      sees: (item: StreamItem) => this.#sees(item),
      beforePage: () => this.#entitlement.load(this.deps.db, this.#position),
    }
  }

  /** Gets what the next item of the tail needs from the database. */
  async #prepare(): Promise<void> {
    const { db, sequencer } = this.deps
    const next = sequencer.tail.at(this.#next)
    if (!next) return
    if (this.#entitlement.isNews(next)) return this.#entitlement.note(db, next)
    const items: StreamItem[] = []
    for (let i = this.#next; i < sequencer.tail.end && items.length < LOAD_ITEMS; i++) {
      const item = sequencer.tail.at(i)!
      if (item.encoded === undefined && this.#sees(item)) items.push(item)
    }
    await sequencer.load(items)
  }
}

const OUTDATED =
  'The cursor is from before what is kept: events were missed. The stream goes on with what is kept; ' +
  'catch up from the log.'

function justBefore({ xid, id }: Position): Position {
  return { xid, id: id - 1 }
}

/** Why a stream ended; a client comes back after all but the end of its device or its account. */
export type EndReason = 'closed' | 'goingAway' | 'deviceDeleted' | 'accountGone'

export interface SubscriptionDeps extends MissedDeps {
  sequencer: Sequencer
}
