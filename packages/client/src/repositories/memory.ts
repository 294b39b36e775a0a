/** What was read is believed for so long; what could not be read is asked for again sooner. */
const FRESH_MS = 5 * 60_000
const RETRY_MS = 20_000
const ENTRIES_MAX = 1_000

/** Remembers answers for a while; who asks meanwhile shares the question. */
export class Memory<T> {
  readonly #answers = new Map<string, { answer: Promise<T>; until: number }>()

  constructor(
    private readonly ask: (key: string) => Promise<T>,
    private readonly now: () => number = () => performance.now(),
  ) {}

  get(key: string): Promise<T> {
    const known = this.#answers.get(key)
    if (known !== undefined && known.until > this.now()) return known.answer
    this.#answers.delete(key)
    const oldest = this.#answers.keys().next()
    if (this.#answers.size >= ENTRIES_MAX && !oldest.done) this.#answers.delete(oldest.value)
    const entry = { answer: this.ask(key), until: this.now() + FRESH_MS }
    this.#answers.set(key, entry)
    entry.answer.catch(() => (entry.until = Math.min(entry.until, this.now() + RETRY_MS)))
    return entry.answer
  }
}
