import type { Db } from '../db/types.js'
import { ConsumerTooSlowError } from '../errors.js'
import type { ConvoId, Did } from '../lib/ids.js'
import type { Turns } from '../lib/turns.js'
import { comparePositions, type Position } from '../outbox/position.js'
import { readAccountEvents, whoseDevices } from '../outbox/read-account.js'
import { readNewest, readOldest } from '../outbox/read.js'
import type { Budget } from './budget.js'
import { inPieces, loadEntries } from './load-entries.js'
import { WRITE_BYTES } from './settings.js'
import type { StreamItem } from './stream-item.js'
import { toItems } from './to-items.js'

const PAGE_EVENTS = 64

/**
 * What an account missed after `after`, from the database, in pieces that are loaded and fit one write.
 * It ends where nothing more was readable.
 *
 * What fits no single write is taken from a budget that all streams share: a reader that lets its piece
 * wait makes others wait, but not the memory grow.
 *
 * @throws {ConsumerTooSlowError} when retention has overtaken the reader.
 */
export async function* missedEvents(
  { db, incarnation, budget, turns }: MissedDeps,
  reader: Reader,
  after: Position,
): AsyncGenerator<Missed, void> {
  let oldest = reader.oldest
  let position = after
  const devices = await turns.run(() => whoseDevices(db, after))
  for (;;) {
    const {
      newest,
      oldest: nowOldest,
      events,
      pieces,
    } = await turns.run(async () => {
      // In this order: what was readable at the first statement is there at the second, or gone at the third.
      const newest = await readNewest(db)
      const events = await readAccountEvents(db, { ...reader, devices }, position, PAGE_EVENTS)
      const oldest = await readOldest(db)
      const items = await toItems(db, incarnation, events)
      await reader.beforePage()
      const pieces = await inPieces(db, items.filter(reader.sees), WRITE_BYTES)
      return { newest, oldest, events, pieces }
    })
    oldest = requireKept(position, oldest, nowOldest)
    for (const { items: piece, bytes } of pieces) {
      const held = bytes > WRITE_BYTES ? await budget.take(bytes) : undefined
      try {
        await turns.run(() => loadEntries(db, piece))
        yield { items: piece, position: piece.at(-1)!.position }
      } finally {
        held?.[Symbol.dispose]()
      }
    }
    position = events.at(-1)?.position ?? position
    const complete = events.length < PAGE_EVENTS
    if (complete) position = later(position, newest)
    yield { items: [], position }
    if (complete) return
  }
}

function requireKept(
  position: Position,
  before: Position | undefined,
  oldest: Position | undefined,
): Position | undefined {
  const moved = before && oldest && comparePositions(oldest, before) > 0
  if (moved && comparePositions(position, oldest) < 0) {
    throw new ConsumerTooSlowError(
      'Events that were not read yet are no longer kept; resume by cursor, and catch up from the log',
    )
  }
  return oldest ?? before
}

function later(a: Position, b: Position | undefined): Position {
  return b && comparePositions(b, a) > 0 ? b : a
}

export interface Missed {
  items: StreamItem[]
  /** Up to here there is nothing else. */
  position: Position
}

export interface Reader {
  did: Did
  onlyConvo: ConvoId | undefined
  /** The oldest event that was kept when `after` was known to be kept; undefined: it is recent. */
  oldest: Position | undefined
  sees: (item: StreamItem) => boolean
  /** Called after the events of a page were read, so that what it reads is newer than they are. */
  beforePage: () => Promise<void>
}

export interface MissedDeps {
  db: Db
  incarnation: string
  budget: Budget
  /** Of all readers that ask the database: they leave connections to those who write. */
  turns: Turns
}
