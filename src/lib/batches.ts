/**
 * Takes what comes in batches: while one is on its way, the next one gathers, so that nobody waits for a
 * clock, and a batch is as large as the work is slow. Keys are spread over lanes by their hash; a lane has
 * one batch on its way. Items of one key keep the order of their arrival.
 *
 * A key that is busy elsewhere, or whose items may have spoilt a batch, is set aside: its items go on
 * alone, next to the lane, and those that come meanwhile stay behind them.
 *
 *     submit ─→ lane ─→ together ─┬─→ done, failed
 *                 │               └─→ aside ─→ alone ─→ done, failed
 *                 └── later ones of a key that is aside ──↑
 */
export class Batches<K extends string, I, O> {
  readonly #work: BatchWork<K, I, O>
  readonly #bounds: BatchBounds<I>
  readonly #lanes: Lane<K, I, O>[]
  readonly #asides = new Map<K, Waiting<K, I, O>[]>()

  constructor(work: BatchWork<K, I, O>, bounds: BatchBounds<I>) {
    this.#work = work
    this.#bounds = bounds
    this.#lanes = Array.from({ length: bounds.lanes }, () => ({ waiting: [], running: false }))
  }

  /** Settles as the work on this one item does. */
  submit(key: K, input: I): Promise<O> {
    return new Promise((resolve, reject) => {
      const item = { key, input, resolve, reject }
      const aside = this.#asides.get(key)
      if (aside) {
        aside.push(item)
        return
      }
      const lane = this.#lanes[laneOf(key, this.#lanes.length)]!
      lane.waiting.push(item)
      if (!lane.running) void this.#run(lane)
    })
  }

  /** Of how many keys the items go on alone. */
  get asides(): number {
    return this.#asides.size
  }

  async #run(lane: Lane<K, I, O>): Promise<void> {
    lane.running = true
    // What the same turn of the event loop brings comes along.
    await new Promise(setImmediate)
    while (lane.waiting.length > 0) {
      const batch = lane.waiting.splice(0, this.#fitting(lane.waiting))
      const outcomes = await this.#work.together(batch).catch(() => undefined)
      if (outcomes) this.#settle(lane, batch, outcomes)
      else this.#setAside(lane, batch, 'one by one')
    }
    lane.running = false
  }

  #settle(lane: Lane<K, I, O>, batch: Waiting<K, I, O>[], outcomes: BatchOutcome<O>[]): void {
    const busy: Waiting<K, I, O>[] = []
    for (const [i, item] of batch.entries()) {
      const outcome = outcomes[i]!
      if (outcome === 'busy') busy.push(item)
      else settle(item, outcome)
    }
    this.#setAside(lane, busy, 'together')
  }

  /** With them go those of the same keys that have come since. */
  #setAside(lane: Lane<K, I, O>, items: Waiting<K, I, O>[], how: Suspicion): void {
    if (items.length === 0) return
    const keys = new Map<K, Waiting<K, I, O>[]>(items.map(({ key }) => [key, []]))
    for (const item of items) keys.get(item.key)!.push(item)
    const suspects = new Map([...keys].map(([key, queue]) => [key, queue.length]))
    lane.waiting = lane.waiting.filter((item) => {
      const queue = keys.get(item.key)
      queue?.push(item)
      return !queue
    })
    for (const [key, queue] of keys) {
      this.#asides.set(key, queue)
      void this.#goOnAlone(key, queue, how === 'one by one' ? suspects.get(key)! : 0)
    }
  }

  /** @param suspects so many from the front go one by one. */
  async #goOnAlone(key: K, queue: Waiting<K, I, O>[], suspects: number): Promise<void> {
    while (queue.length > 0) {
      const batch = queue.splice(0, suspects > 0 ? 1 : this.#fitting(queue))
      suspects = Math.max(0, suspects - 1)
      try {
        const outcomes = await this.#work.alone(
          key,
          batch.map(({ input }) => input),
        )
        for (const [i, item] of batch.entries()) settle(item, outcomes[i]!)
      } catch (error) {
        if (batch.length === 1) {
          batch[0]!.reject(error)
          continue
        }
        suspects = batch.length
        queue.unshift(...batch)
      }
    }
    this.#asides.delete(key)
  }

  /** How many from the front one batch takes; at least one. */
  #fitting(waiting: readonly Waiting<K, I, O>[]): number {
    const { maxItems, maxWeight, weigh } = this.#bounds
    let weight = 0
    for (const [i, { input }] of waiting.entries()) {
      weight += weigh(input)
      if (i === maxItems || (i > 0 && weight > maxWeight)) return i
    }
    return waiting.length
  }
}

function settle<K, I, O>(item: Waiting<K, I, O>, outcome: Settled<O>): void {
  if ('done' in outcome) item.resolve(outcome.done)
  else item.reject(outcome.failed)
}

function laneOf(key: string, lanes: number): number {
  let hash = 0
  for (let i = 0; i < key.length; i++) hash = (Math.imul(hash, 31) + key.charCodeAt(i)) | 0
  return (hash >>> 0) % lanes
}

/** What one does with a batch. A rejection says that nothing of it is known to have happened. */
export interface BatchWork<K, I, O> {
  /** Items of several keys; waits for none of them. Where one item of a key is busy, all of it are. */
  together(items: readonly { key: K; input: I }[]): Promise<BatchOutcome<O>[]>
  /** Items of one key; waits until it is free. */
  alone(key: K, inputs: readonly I[]): Promise<Settled<O>[]>
}

export type Settled<O> = { done: O } | { failed: unknown }
/** `busy`: nothing happened yet, somebody else has the key. */
export type BatchOutcome<O> = Settled<O> | 'busy'

export interface BatchBounds<I> {
  lanes: number
  maxItems: number
  /** Of all items of a batch together. */
  maxWeight: number
  weigh: (input: I) => number
}

interface Lane<K, I, O> {
  waiting: Waiting<K, I, O>[]
  running: boolean
}

interface Waiting<K, I, O> {
  key: K
  input: I
  resolve: (value: O) => void
  reject: (error: unknown) => void
}

type Suspicion = 'together' | 'one by one'
