/** Runs at most `max` tasks at a time; the others wait for their turn, in the order of their arrival. */
export class Turns {
  readonly #waiting: (() => void)[] = []
  #running = 0

  constructor(private readonly max: number) {}

  async run<T>(task: () => Promise<T>): Promise<T> {
    if (this.#running < this.max) this.#running += 1
    else await new Promise<void>((resolve) => this.#waiting.push(resolve))
    try {
      return await task()
    } finally {
      const next = this.#waiting.shift()
      // The place goes to who waits: nobody who comes now can take it.
      if (next) next()
      else this.#running -= 1
    }
  }

  get waiting(): number {
    return this.#waiting.length
  }

  /** Nobody runs, so nobody waits. */
  get idle(): boolean {
    return this.#running === 0
  }
}
