import { comparePositions, type Position } from '../outbox/position.js'
import type { StreamItem } from './stream-item.js'

/** What an item takes beside its ciphertext, about. */
const ITEM_BYTES = 700
/** A ciphertext is kept as it is, in a frame, and in base64. */
const ENCODINGS = 3.4

/**
 * The newest events of the stream, bounded in number and memory. Items have consecutive indexes that
 * never change; the tail holds those from `start` up to but not including `end`, and so everything
 * after `base`.
 */
export class Tail {
  #items: StreamItem[] = []
  /** What each item counts for; it may be loaded at any time. */
  #costs: number[] = []
  #start = 0
  #base: Position
  #last: Position
  #bytes = 0

  constructor(
    private readonly maxItems: number,
    private readonly maxBytes: number,
    base: Position,
  ) {
    this.#base = base
    this.#last = base
  }

  get start(): number {
    return this.#start
  }

  get end(): number {
    return this.#start + this.#items.length
  }

  /** The position that the first item follows. */
  get base(): Position {
    return this.#base
  }

  /** The position of the last item that was ever appended. */
  get last(): Position {
    return this.#last
  }

  get bytes(): number {
    return this.#bytes
  }

  at(index: number): StreamItem | undefined {
    return this.#items[index - this.#start]
  }

  /** The index of the first item after `position`; `end` if there is none. */
  indexAfter(position: Position): number {
    let low = 0
    let high = this.#items.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if (comparePositions(this.#items[middle]!.position, position) <= 0) low = middle + 1
      else high = middle
    }
    return this.#start + low
  }

  append(items: readonly StreamItem[]): void {
    for (const item of items) {
      this.#items.push(item)
      this.#costs.push(0)
      this.#last = item.position
      this.#count(this.#items.length - 1)
    }
    this.#trim()
  }

  /** How many more items it may hold. */
  get room(): number {
    return this.#bytes < this.maxBytes ? Math.max(0, this.maxItems - this.#items.length) : 0
  }

  /** Puts what lies right before `base`, all of it, in front; what does not fit is not taken. */
  prepend(items: readonly StreamItem[]): void {
    const first = items[0]
    if (!first) return
    this.#items.unshift(...items)
    this.#costs.unshift(...items.map(costOf))
    this.#bytes += items.reduce((sum, item) => sum + costOf(item), 0)
    this.#start -= items.length
    this.#base = { xid: first.position.xid, id: first.position.id - 1 }
    this.#trim()
  }

  /** Items have been loaded that may be the tail's. */
  recount(items: readonly StreamItem[]): void {
    for (const item of items) {
      const offset = this.indexAfter(item.position) - 1 - this.#start
      if (this.#items[offset] === item) this.#count(offset)
    }
    this.#trim()
  }

  #count(offset: number): void {
    const cost = costOf(this.#items[offset]!)
    this.#bytes += cost - this.#costs[offset]!
    this.#costs[offset] = cost
  }

  #trim(): void {
    let drop = 0
    while (
      drop < this.#items.length &&
      (this.#items.length - drop > this.maxItems || this.#bytes > this.maxBytes)
    ) {
      this.#bytes -= this.#costs[drop]!
      drop += 1
    }
    if (drop === 0) return
    this.#base = this.#items[drop - 1]!.position
    this.#items.splice(0, drop)
    this.#costs.splice(0, drop)
    this.#start += drop
  }
}

function costOf({ encoded }: StreamItem): number {
  const ciphertext = typeof encoded === 'object' ? encoded.bytes : 0
  return ITEM_BYTES + ciphertext * ENCODINGS
}
