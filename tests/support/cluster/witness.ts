import { within } from '../../../src/lib/within.js'
import { patiently } from '../client-retry.js'
import { type EventReader, type StreamEvent, StreamEnded } from '../client-stream.js'
import type { TestClient } from '../client.js'

const PATIENCE_MS = 3_600_000
/** A process that is killed may never answer an upgrade, nor be seen to have gone. */
const OPENS_WITHIN_MS = 30_000

/** One account's stream over all its connections: comes back by its cursor whenever it is cut. */
export class Witness implements AsyncDisposable {
  /** All that came, in order. */
  readonly seen: StreamEvent[] = []
  connections = 0
  #cursor: string | undefined
  #reader: EventReader | undefined
  #stopped = false
  #running: Promise<void> | undefined

  private constructor(private readonly api: TestClient) {}

  /** Resolves when the stream is open: what happens from then on is seen. */
  static async start(api: TestClient): Promise<Witness> {
    const witness = new Witness(api)
    await witness.#connect()
    witness.#running = witness.#run()
    return witness
  }

  get did(): string {
    return this.api.did
  }

  /** Goes away without a word, and comes back. */
  async cut(): Promise<void> {
    await this.#reader?.cut()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stopped = true
    await this.cut()
    await this.#running
  }

  async #run(): Promise<void> {
    while (!this.#stopped) {
      try {
        this.#take(await this.#reader!.next(PATIENCE_MS))
      } catch (error) {
        if (!(error instanceof StreamEnded)) throw error
        if (!this.#stopped) await this.#connect()
      }
    }
  }

  async #connect(): Promise<void> {
    const cursor = this.#cursor
    this.#reader = await patiently(() =>
      within(OPENS_WITHIN_MS, this.api.subscribe({ ...(cursor && { cursor }) })),
    )
    this.connections += 1
  }

  #take(event: StreamEvent): void {
    this.seen.push(event)
    if ('cursor' in event) this.#cursor = event.cursor
  }
}
