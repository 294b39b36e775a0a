/**
 * Runs tasks of one key one after another, in the order of their arrival, and tasks of different keys
 * side by side. A failure is its own caller's alone.
 */
export class KeyedQueue<K> {
  readonly #tails = new Map<K, Promise<unknown>>()

  run<T>(key: K, task: () => Promise<T>): Promise<T> {
    const before = this.#tails.get(key)
    const result = before ? before.then(task, task) : task()
    this.#tails.set(key, result)
    const clear = () => {
      if (this.#tails.get(key) === result) this.#tails.delete(key)
    }
    result.then(clear, clear)
    return result
  }

  get size(): number {
    return this.#tails.size
  }
}
