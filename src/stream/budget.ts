/** Memory that many may want and only some can have at a time, first come, first served. */
export class Budget {
  #free: number
  readonly #queue: { bytes: number; admit: () => void }[] = []

  constructor(private readonly total: number) {
    this.#free = total
  }

  /** Waits until `bytes` are free (of more than there is, for all), and keeps them until disposed. */
  async take(bytes: number): Promise<Disposable> {
    const wanted = Math.min(bytes, this.total)
    if (this.#queue.length > 0 || wanted > this.#free) {
      await new Promise<void>((resolve) => this.#queue.push({ bytes: wanted, admit: resolve }))
    } else {
      this.#free -= wanted
    }
    return { [Symbol.dispose]: () => this.#release(wanted) }
  }

  #release(bytes: number): void {
    this.#free += bytes
    for (let next = this.#queue[0]; next && next.bytes <= this.#free; next = this.#queue[0]) {
      this.#queue.shift()
      this.#free -= next.bytes
      next.admit()
    }
  }
}
