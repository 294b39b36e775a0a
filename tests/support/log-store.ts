import type { BatchBounds, BatchOutcome, BatchWork, Settled } from '../../src/lib/batches.js'
import type { Random } from './random.js'

export interface Message {
  id: string
  weight: number
  /** `refused` by itself; `poison` makes the batch that it is in fail. */
  kind: 'plain' | 'refused' | 'poison'
}

/**
 * Logs by key, appended to in batches that take their time, are kept from a key by others now and then,
 * and end at any step: before anything was written, or after all was and before anybody was told. A
 * message that is there already is not appended again.
 */
export class LogStore implements BatchWork<string, Message, number> {
  /** What no caller of it may do. */
  readonly faults: string[] = []
  readonly #logs = new Map<string, string[]>()
  readonly #open = new Set<string>()

  constructor(
    private readonly random: Random,
    private readonly bounds: BatchBounds<Message>,
  ) {}

  log(key: string): readonly string[] {
    return this.#logs.get(key) ?? []
  }

  async together(
    items: readonly { key: string; input: Message }[],
  ): Promise<BatchOutcome<number>[]> {
    const busy = new Set(
      [...new Set(items.map(({ key }) => key))].filter(() => this.random.int(6) === 0),
    )
    const free = items.filter(({ key }) => !busy.has(key))
    const outcomes = (await this.#append(free, 'crash of the batch')).values()
    return items.map(({ key }) => (busy.has(key) ? 'busy' : outcomes.next().value!))
  }

  alone(key: string, messages: readonly Message[]): Promise<Settled<number>[]> {
    const items = messages.map((input) => ({ key, input }))
    return this.#append(items, items.length === 1 ? 'crash of it alone' : 'crash of the batch')
  }

  async #append(
    items: readonly { key: string; input: Message }[],
    crash: string,
  ): Promise<Settled<number>[]> {
    this.#check(items)
    const keys = new Set(items.map(({ key }) => key))
    for (const key of keys) {
      if (this.#open.has(key)) this.faults.push(`overlap: ${key}`)
      this.#open.add(key)
    }
    try {
      await this.#takeTime()
      if (this.random.int(10) === 0) throw new Error(crash)
      if (items.some(({ input }) => input.kind === 'poison')) throw new Error('poison')
      const outcomes = items.map(({ key, input }): Settled<number> => {
        if (input.kind === 'refused') return { failed: new Error('refused') }
        const log = this.#logs.get(key) ?? []
        this.#logs.set(key, log)
        if (!log.includes(input.id)) log.push(input.id)
        return { done: log.indexOf(input.id) }
      })
      await this.#takeTime()
      if (this.random.int(10) === 0) throw new Error(crash)
      return outcomes
    } finally {
      for (const key of keys) this.#open.delete(key)
    }
  }

  #check(items: readonly { input: Message }[]): void {
    const { maxItems, maxWeight } = this.bounds
    const weight = items.reduce((sum, { input }) => sum + input.weight, 0)
    if (items.length > maxItems) this.faults.push(`items: ${items.length}`)
    if (items.length > 1 && weight > maxWeight) this.faults.push(`weight: ${weight}`)
  }

  async #takeTime(): Promise<void> {
    for (let turns = this.random.int(4); turns > 0; turns--) await new Promise(setImmediate)
  }
}
