/** Lets one loop sleep until somebody rings, or until its time is over. Rings while it works are kept. */
export class Alarm {
  #rung = false
  #closed = false
  #awake: (() => void) | undefined

  ring(): void {
    this.#rung = true
    this.#awake?.()
  }

  /** Ends every sleep, also those to come. */
  close(): void {
    this.#closed = true
    this.ring()
  }

  /** Sleeps until the next ring, or one since the last `wait`; where `ms` is given, so long at most. */
  async wait(ms?: number): Promise<void> {
    if (!this.#rung) await this.#sleep(ms, () => this.#rung)
    this.#rung = false
  }

  /** Sleeps `ms` whoever rings; the ring is kept. */
  async rest(ms: number): Promise<void> {
    await this.#sleep(ms, () => this.#closed)
  }

  #sleep(ms: number | undefined, enough: () => boolean): Promise<void> | undefined {
    if (this.#closed) return undefined
    return new Promise((resolve) => {
      const timer = ms === undefined ? undefined : setTimeout(resolve, ms)
      this.#awake = () => {
        if (!enough()) return
        clearTimeout(timer)
        resolve()
      }
    })
  }
}
