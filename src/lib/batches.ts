/**
 * Takes what comes in batches: while one is on its way, the next one gathers, so that nobody waits for a
 * clock, and a batch is as large as the work is slow. Items of one key keep the order of their arrival.
 *
 * One batch at a time is cheapest, since many share what it costs. A second one sets out where those that
 * wait would fill it, or where the first has not come back for long; no key is in two.
 *
 * A key that is busy elsewhere, or whose items may have spoilt a batch, is set aside: its items go on
 * alone, and those that come meanwhile stay behind them.
 *
 *     submit ─→ waiting ─→ together ─┬─→ done, failed
 *                  │                 └─→ aside ─→ alone ─→ done, failed
 *                  └──── later ones of a key that is aside ──↑
 */
export class Batches<K extends string, I, O> {
  readonly #work: BatchWork<K, I, O>
  readonly #bounds: BatchBounds<I>
  #waiting: Waiting<K, I, O>[] = []
  /** Of those that wait, what could set out now: the others' keys are under way. */
  #ready = { items: 0, weight: 0 }
  readonly #underWay = new Set<K>()
  #running = 0
  /** How many of those that run have not come back for long. */
  #late = 0
  readonly #asides = new Map<K, Waiting<K, I, O>[]>()

  constructor(work: BatchWork<K, I, O>, bounds: BatchBounds<I>) {
    this.#work = work
    this.#bounds = bounds
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
      this.#waiting.push(item)
      if (this.#underWay.has(key)) return
      this.#ready.items += 1
      this.#ready.weight += this.#bounds.weigh(input)
      if (this.#isTime(this.#running)) void this.#run()
    })
  }

  /** Of how many keys the items go on alone. */
  get asides(): number {
    return this.#asides.size
  }

  /** Whether one more sets out, beside so many. */
  #isTime(beside: number): boolean {
    const { items, weight } = this.#ready
    const { atOnce, maxItems, maxWeight } = this.#bounds
    if (items === 0 || beside === atOnce) return false
    return beside === this.#late || items >= maxItems || weight >= maxWeight
  }

  async #run(): Promise<void> {
    this.#running += 1
    // What the same turn of the event loop brings comes along.
    await new Promise(setImmediate)
    do {
      const batch = this.#take()
      if (batch.length > 0) await this.#setOut(batch)
    } while (this.#isTime(this.#running - 1))
    this.#running -= 1
  }

  async #setOut(batch: Waiting<K, I, O>[]): Promise<void> {
    let isLate = false
    const timer = setTimeout(() => {
      isLate = true
      this.#late += 1
      if (this.#isTime(this.#running)) void this.#run()
    }, this.#bounds.patienceMs)
    const outcomes = await this.#work.together(batch).catch(() => undefined)
    clearTimeout(timer)
    if (isLate) this.#late -= 1
    for (const { key } of batch) this.#underWay.delete(key)
    if (outcomes) this.#settle(batch, outcomes)
    else this.#setAside(batch, 'one by one')
    this.#count()
  }

  /** The first of those that are ready, as many as fit. */
  #take(): Waiting<K, I, O>[] {
    const isReady = ({ key }: Waiting<K, I, O>) => !this.#underWay.has(key)
    const ready = this.#underWay.size > 0 ? this.#waiting.filter(isReady) : this.#waiting
    const batch = ready.slice(0, this.#fitting(ready))
    const taken = new Set(batch)
    this.#waiting = this.#waiting.filter((item) => !taken.has(item))
    for (const { key } of batch) this.#underWay.add(key)
    this.#count()
    return batch
  }

  #count(): void {
    this.#ready = { items: 0, weight: 0 }
    for (const { key, input } of this.#waiting) {
      if (this.#underWay.has(key)) continue
      this.#ready.items += 1
      this.#ready.weight += this.#bounds.weigh(input)
    }
  }

  #settle(batch: Waiting<K, I, O>[], outcomes: BatchOutcome<O>[]): void {
    const busy: Waiting<K, I, O>[] = []
    for (const [i, item] of batch.entries()) {
      const outcome = outcomes[i]!
      if (outcome === 'busy') busy.push(item)
      else settle(item, outcome)
    }
    this.#setAside(busy, 'together')
  }

  /** With them go those of the same keys that have come since. */
  #setAside(items: Waiting<K, I, O>[], how: Suspicion): void {
    if (items.length === 0) return
    const keys = new Map<K, Waiting<K, I, O>[]>(items.map(({ key }) => [key, []]))
    for (const item of items) keys.get(item.key)!.push(item)
    const suspects = new Map([...keys].map(([key, queue]) => [key, queue.length]))
    this.#waiting = this.#waiting.filter((item) => {
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
  /** Batches on their way. */
  atOnce: number
  maxItems: number
  /** Of all items of a batch together. */
  maxWeight: number
  weigh: (input: I) => number
  /** Whoever waits that long behind a batch that does not come back sets out with another. */
  patienceMs: number
}

interface Waiting<K, I, O> {
  key: K
  input: I
  resolve: (value: O) => void
  reject: (error: unknown) => void
}

type Suspicion = 'together' | 'one by one'
