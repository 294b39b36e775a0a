import { MlsClientError } from '../errors.js'

/** More than this waits for no reader. */
const LIMIT = 10_000

/** What is put in comes out by `for await`, once; it ends when it is closed. */
export class Queue<T> implements AsyncIterableIterator<T> {
  readonly #items: T[] = []
  readonly #waiting: { resolve(result: IteratorResult<T>): void; reject(error: Error): void }[] = []
  #ended = false
  #overrun = false

  constructor(private readonly onEnd: () => void = () => {}) {}

  put(item: T): void {
    if (this.#ended) return
    const reader = this.#waiting.shift()
    if (reader !== undefined) return reader.resolve({ value: item, done: false })
    if (this.#items.length < LIMIT) this.#items.push(item)
    else {
      this.#overrun = true
      this.close()
    }
  }

  close(): void {
    if (this.#ended) return
    this.#ended = true
    for (const reader of this.#waiting.splice(0)) reader.resolve({ value: undefined, done: true })
    this.onEnd()
  }

  next(): Promise<IteratorResult<T>> {
    const item = this.#items.shift()
    if (item !== undefined) return Promise.resolve({ value: item, done: false })
    if (this.#overrun) {
      return Promise.reject(new MlsClientError('invalid', 'events were not read fast enough'))
    }
    if (this.#ended) return Promise.resolve({ value: undefined, done: true })
    return new Promise((resolve, reject) => this.#waiting.push({ resolve, reject }))
  }

  async return(): Promise<IteratorResult<T>> {
    this.close()
    this.#items.length = 0
    return { value: undefined, done: true }
  }

  [Symbol.asyncIterator](): this {
    return this
  }
}
