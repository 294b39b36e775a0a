import type { Watch } from './watch.js'

const PATIENCE_MS = 60_000

/** Events of one stream in the order in which they came, and waiting for those that are to come. */
export class EventQueue {
  readonly events: StreamEvent[] = []
  /** Why the service ended the stream, if it said so. */
  error: string | undefined
  closed = false
  #wake = () => {}

  constructor(private readonly watch: Watch) {}

  take(type: string, body: object): void {
    this.watch.sawEvent(type, body)
    this.events.push({ ...body, type })
    this.#wake()
  }

  end(error?: string): void {
    this.error ??= error
    this.closed = true
    this.#wake()
  }

  /** Waits for the first event that matches, among those that have come too. */
  async until(matches: (event: StreamEvent) => boolean): Promise<StreamEvent> {
    const deadline = Date.now() + PATIENCE_MS
    for (;;) {
      const found = this.events.find(matches)
      if (found !== undefined) return found
      const leftMs = deadline - Date.now()
      if (this.closed || leftMs <= 0) throw new NoSuchEvent(this)
      await this.#changed(leftMs)
    }
  }

  /** Waits until the stream has ended. */
  async ended(): Promise<void> {
    const deadline = Date.now() + PATIENCE_MS
    while (!this.closed) {
      const leftMs = deadline - Date.now()
      if (leftMs <= 0) throw new Error('the stream stays open')
      await this.#changed(leftMs)
    }
  }

  #changed(withinMs: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, withinMs)
      this.#wake = () => {
        clearTimeout(timer)
        resolve()
      }
    })
  }
}

/** The event did not come, however long it was waited for. */
export class NoSuchEvent extends Error {
  override readonly name = 'NoSuchEvent'
  constructor({ events, error, closed }: EventQueue) {
    const came = events.map(({ type }) => type).join(', ') || 'nothing'
    super(`came: ${came}${closed ? `; then the stream ended (${error ?? 'no reason'})` : ''}`)
  }
}

/** The body of an event with the name of its kind. */
export interface StreamEvent {
  type: string
  [field: string]: unknown
}
