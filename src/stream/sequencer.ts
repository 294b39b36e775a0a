import type { Db } from '../db/types.js'
import { Turns } from '../lib/turns.js'
import type { Logger } from '../logger.js'
import { readHorizonLag, readLagAfter } from '../outbox/horizon.js'
import { ORIGIN, type Position } from '../outbox/position.js'
import { readEvents, readNewest } from '../outbox/read.js'
import { Alarm } from './alarm.js'
import { Audience } from './audience.js'
import { inPieces, loadEntries } from './load-entries.js'
import { LookBack } from './look-back.js'
import type { StreamSettings } from './settings.js'
import type { StreamItem } from './stream-item.js'
import { Tail } from './tail.js'
import { toItems } from './to-items.js'

/** Events read at a time, and ciphertext loaded at a time. */
const READ_EVENTS = 256
const LOAD_BYTES = 4 * 1024 * 1024
/** So many are loaded without a look at their size. */
const FEW = 8
/** Under load, so that one read finds several events: fewer statements, no event later than this. */
const SPACING_MS = 4
/** While events wait for an older transaction: doubled each time, up to the poll. */
const WAITING_MIN_MS = 2
/** Without any stream only the horizon is looked at. */
const IDLE_POLLS = 10

/**
 * Reads what happened, once for the whole process, into the tail, and wakes the streams that it may
 * concern. While there is no stream it reads nothing.
 */
export class Sequencer implements AsyncDisposable {
  readonly audience = new Audience()
  /** Age of the oldest event that cannot be read yet, as last seen. */
  lagMs = 0
  /** When it last had read all that could be read. */
  #currentMs = performance.now()
  #tail: Tail
  #following = false
  #beginning: Promise<void> | undefined
  #stopped = false
  #waitingMs = 0
  readonly #alarm = new Alarm()
  readonly #loading = new Turns(1)
  readonly #lookBack: LookBack
  #running: Promise<void> | undefined

  constructor(private readonly deps: SequencerDeps) {
    this.#tail = this.#newTail(ORIGIN)
    this.#lookBack = new LookBack({
      ...deps,
      tail: () => this.#tail,
      isCrowd: () => deps.turns.waiting >= deps.settings.crowd,
    })
  }

  /** For how long it has not got to the end of the stream, beyond what a poll takes. */
  get behindMs(): number {
    const idleMs = this.deps.settings.pollMs * (this.#following ? 1 : IDLE_POLLS)
    return Math.max(0, performance.now() - this.#currentMs - idleMs)
  }

  get tail(): Tail {
    return this.#tail
  }

  start(): void {
    this.#running ??= this.#run()
  }

  /** There may be new events: a hint. */
  wake(): void {
    this.#alarm.ring()
  }

  /** The tail follows the stream once this resolves, for as long as the audience is not empty. */
  async ready(): Promise<void> {
    if (this.#following) return
    this.#beginning ??= this.#begin().finally(() => {
      this.#beginning = undefined
    })
    await this.#beginning
  }

  /** Loads log entries of items, wherever they are held; what several readers want is read once. */
  async load(items: readonly StreamItem[]): Promise<void> {
    await this.#loading.run(async () => {
      await loadEntries(this.deps.db, items)
      this.#tail.recount(items)
    })
  }

  /** Lets the tail reach back to `position`, if many come back and it can. */
  reach(position: Position): Promise<void> {
    return this.#lookBack.reach(position)
  }

  /** Age of the oldest event that the tail lacks, in milliseconds; 0 while it follows nothing. */
  async readLag(): Promise<number> {
    return this.#following ? readLagAfter(this.deps.db, this.#tail.last) : 0
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stopped = true
    this.#alarm.close()
    await this.#running
  }

  async #begin(): Promise<void> {
    const newest = await readNewest(this.deps.db)
    this.#tail = this.#newTail(newest ?? ORIGIN)
    this.#following = true
    this.#alarm.ring()
  }

  #newTail(base: Position): Tail {
    return new Tail(this.deps.settings.tailEvents, this.deps.settings.tailBytes, base)
  }

  async #run(): Promise<void> {
    let failing = false
    while (!this.#stopped) {
      try {
        await this.#turn()
        if (failing) this.deps.logger.info('the event stream is read again')
        failing = false
      } catch (error) {
        if (!failing) this.deps.logger.warn({ err: error }, 'the event stream cannot be read')
        failing = true
        await this.#alarm.rest(this.deps.settings.pollMs)
      }
    }
  }

  /** One look at the database, and the sleep until the next. */
  async #turn(): Promise<void> {
    const { db, settings } = this.deps
    if (this.audience.size === 0 && !this.#beginning) this.#following = false
    if (!this.#following) {
      this.lagMs = await readHorizonLag(db)
      this.#currentMs = performance.now()
      return this.#alarm.wait(settings.pollMs * IDLE_POLLS)
    }
    const { events, more, waiting } = await readEvents(db, this.#tail.last, READ_EVENTS)
    if (events.length > 0) await this.#take(await toItems(db, this.deps.incarnation, events))
    this.lagMs = waiting ? await readHorizonLag(db) : 0
    this.#waitingMs = waiting
      ? Math.min(settings.pollMs, Math.max(WAITING_MIN_MS, this.#waitingMs * 2))
      : 0
    if (more) return
    this.#currentMs = performance.now()
    if (waiting || events.length > 0) await this.#alarm.rest(SPACING_MS)
    await this.#alarm.wait(this.#waitingMs || settings.pollMs)
  }

  async #take(items: StreamItem[]): Promise<void> {
    const { db } = this.deps
    const few = items.length <= FEW
    for (const piece of few ? [{ items }] : await inPieces(db, items, LOAD_BYTES)) {
      await loadEntries(
        db,
        piece.items.filter((item) => this.audience.wants(item)),
      )
      this.#append(piece.items)
    }
  }

  #append(items: readonly StreamItem[]): void {
    const first = this.#tail.end
    let before = this.#tail.last
    this.#tail.append(items)
    for (const [offset, item] of items.entries()) {
      for (const listener of this.audience.of(item)) listener.wake(first + offset, before)
      before = item.position
    }
  }
}

export interface SequencerDeps {
  db: Db
  incarnation: string
  settings: StreamSettings
  logger: Logger
  /** Of the readers that ask the database. */
  turns: Turns
}
