import type { Db } from '../db/types.js'
import { comparePositions, type Position } from '../outbox/position.js'
import { readEventsUpTo } from '../outbox/read.js'
import type { Tail } from './tail.js'
import { toItems } from './to-items.js'

const PAGE_EVENTS = 256

/**
 * Lengthens the tail backwards for a crowd that comes back, as after a restart or a lost network: what they
 * missed is read once for all of them, as far back as a tail may reach. A reader that comes alone has it
 * cheaper from its own conversations.
 */
export class LookBack {
  #wanted: Position | undefined
  #reading: Promise<void> | undefined

  constructor(private readonly deps: LookBackDeps) {}

  /** A reader goes on after `position`; once this resolves, the tail reaches back to it if it ever will. */
  async reach(position: Position): Promise<void> {
    if (covers(this.deps.tail(), position) || !this.deps.isCrowd()) return
    if (!this.#wanted || comparePositions(position, this.#wanted) < 0) this.#wanted = position
    this.#reading ??= this.#read().finally(() => {
      this.#reading = undefined
      this.#wanted = undefined
    })
    await this.#reading
  }

  async #read(): Promise<void> {
    const { db, incarnation } = this.deps
    const tail = this.deps.tail()
    while (tail.room > 0 && !covers(tail, this.#wanted!)) {
      const { base } = tail
      const events = await readEventsUpTo(db, base, Math.min(PAGE_EVENTS, tail.room))
      if (events.length === 0) return
      const items = await toItems(db, incarnation, events)
      // Meanwhile it may have moved on, or another tail have begun.
      if (tail !== this.deps.tail() || comparePositions(tail.base, base) !== 0) return
      tail.prepend(items)
    }
  }
}

/** Whether all after `position` is in the tail, or still to come. */
function covers(tail: Tail, position: Position): boolean {
  return comparePositions(position, tail.base) >= 0
}

interface LookBackDeps {
  db: Db
  incarnation: string
  tail: () => Tail
  /** Whether many readers wait for the database. */
  isCrowd: () => boolean
}
