import type { Stock } from '../device/stock.js'
import { MlsClientError } from '../errors.js'
import { jittered, pause } from '../lib/pause.js'
import type { Convos } from './convos.js'
import { openStream } from './stream.js'
import type { EventStream } from './stream.js'
import { CURSOR_KEY, takeEvent } from './take-event.js'

const FIRST_WAIT_MS = 300
const LONGEST_WAIT_MS = 30_000

/**
 * Follows the service: opens the stream after the last event that was dealt with, reads everything
 * that may have been missed while what comes is kept, then deals with events one after another. A lost
 * connection is opened again, with growing pauses.
 */
export class SyncLoop {
  #stream: EventStream | undefined
  #online = false
  #running: Promise<void> | undefined
  readonly #stop = new AbortController()
  #hurry = new AbortController()
  readonly #signal: AbortSignal

  constructor(
    private readonly convos: Convos,
    private readonly stock: Stock,
  ) {
    this.#signal = AbortSignal.any([convos.deps.signal, this.#stop.signal])
  }

  /** The stream is open, and everything missed was read. */
  get online(): boolean {
    return this.#online
  }

  start(): void {
    this.#running ??= this.#run()
  }

  /** Resolves when nothing runs any more. */
  async stop(): Promise<void> {
    this.#stop.abort()
    this.#stream?.close()
    await this.#running
  }

  /** Cuts the connection, or the wait before the next attempt; the loop opens another. */
  reconnect(): void {
    this.#stream?.close()
    this.#hurry.abort()
  }

  async #run(): Promise<void> {
    const { events } = this.convos.deps
    for (let failures = 0; !this.#signal.aborted;) {
      let reason = 'the stream has ended'
      try {
        await this.#follow(() => (failures = 0))
      } catch (error) {
        if (error instanceof MlsClientError && error.code === 'deviceDeleted') {
          this.convos.deps.stop(error)
        }
        reason = error instanceof Error ? error.message : String(error)
      }
      if (this.#signal.aborted) break
      this.#online = false
      events.emit({ type: 'offline', reason })
      failures += 1
      const waitMs = Math.min(FIRST_WAIT_MS * 2 ** Math.min(failures, 10), LONGEST_WAIT_MS)
      this.#hurry = new AbortController()
      const hurried = AbortSignal.any([this.#signal, this.#hurry.signal])
      await pause(jittered(waitMs), hurried).catch(() => {})
    }
    this.#online = false
  }

  async #follow(onOnline: () => void): Promise<void> {
    const { service, device, store, events } = this.convos.deps
    await this.stock.settle()
    const cursor = await store.get<string>(CURSOR_KEY)
    const stream = await openStream(service, device.deviceId, cursor, this.#signal)
    this.#stream = stream
    try {
      await this.convos.syncAll()
      this.#online = true
      onOnline()
      events.emit({ type: 'online' })
      for await (const event of stream) {
        if (this.#signal.aborted) return
        await this.#take(event)
      }
      if (stream.error?.error === 'FutureCursor') {
        await store.write([{ key: CURSOR_KEY, record: undefined }])
      }
    } finally {
      this.#online = false
      stream.close()
    }
  }

  /** Trouble with one conversation does not stop the others: it is read again at the next sync. */
  async #take(event: Parameters<typeof takeEvent>[2]): Promise<void> {
    try {
      await takeEvent(this.convos, this.stock, event)
    } catch (cause) {
      if (this.#signal.aborted) return
      const error = cause instanceof Error ? cause : new Error(String(cause))
      const convoId = convoIdOf(event)
      if (convoId === undefined) throw error
      this.convos.deps.events.emit({ type: 'trouble', convoId, error })
      throw error
    }
  }
}

function convoIdOf(event: Parameters<typeof takeEvent>[2]): string | undefined {
  if (event.type === 'messageEvent') return event.message.convoId
  return 'convoId' in event ? event.convoId : undefined
}
