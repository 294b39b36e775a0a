/**
 * Lets at most so many go on in one turn of the event loop, the others in the turns after it, in the order
 * of their arrival: what is done for each takes long enough that a crowd of them would keep the answers of
 * the database waiting.
 */
export class Pace {
  readonly #waiting: (() => void)[] = []
  #gone = 0

  constructor(private readonly perTurn: number) {}

  /** Undefined where there is nothing to wait for. */
  take(): Promise<void> | undefined {
    if (this.#gone === 0) setImmediate(this.#turn)
    if (this.#gone < this.perTurn) {
      this.#gone += 1
      return undefined
    }
    return new Promise((resolve) => this.#waiting.push(resolve))
  }

  readonly #turn = () => {
    const next = this.#waiting.splice(0, this.perTurn)
    this.#gone = next.length
    if (next.length > 0) setImmediate(this.#turn)
    for (const go of next) go()
  }
}
