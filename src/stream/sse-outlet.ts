import type { ServerResponse } from 'node:http'
import type { XRPCError } from '@atproto/xrpc-server'
import type { Encoded } from './encoded.js'
import { type Outlet, tooSlow } from './outlet.js'
import { Room } from './room.js'
import { SSE_KEEP_ALIVE, SSE_OPENING, sseError } from './sse-text.js'
import type { StreamSettings } from './settings.js'
import type { EndReason } from './subscription.js'
import { writePieces } from './write-pieces.js'

/** What a reader that does not read is left to take the last words. */
const LAST_WORDS_MS = 2_000

/** A stream as the body of an HTTP answer (WHATWG HTML §9.2, Server-Sent Events). */
export class SseOutlet implements Outlet {
  readonly #room: Room
  #writing = false
  #wroteMs = performance.now()

  constructor(
    private readonly res: ServerResponse,
    private readonly settings: StreamSettings,
    /** Called when nothing more can be written; perhaps twice. */
    private readonly gone: () => void,
  ) {
    this.#room = new Room(res)
    res.on('close', gone)
    res.on('error', gone)
    res.writeHead(200, {
      'Content-Type': 'text/event-stream; charset=utf-8',
      'Cache-Control': 'no-store',
      // Some reverse proxies would keep events back until a buffer is full.
      'X-Accel-Buffering': 'no',
    })
    res.write(SSE_OPENING)
  }

  write(batch: readonly Encoded[]): Promise<void> | undefined {
    this.#wroteMs = performance.now()
    const texts = batch.map(({ sse }) => sse)
    const written = writePieces(this.res, texts, () => this.#room.wait(performance.now()))
    if (!written) return undefined
    this.#writing = true
    return written.then(() => {
      this.#writing = false
    })
  }

  end(reason: EndReason): void {
    if (reason !== 'closed') this.#finish()
  }

  fail({ payload }: XRPCError): void {
    if (!this.res.writable) return
    // In the middle of an event it would be part of that.
    if (!this.#writing) {
      this.res.write(
        sseError(payload.error ?? 'InternalServerError', payload.message ?? 'Unexpected'),
      )
    }
    this.#finish()
  }

  beat(nowMs: number): void {
    const { stallMs, keepAliveMs } = this.settings
    if (this.#room.fullFor(nowMs) > stallMs) {
      this.fail(tooSlow())
      return this.gone()
    }
    if (this.#writing || this.#room.isFull || nowMs - this.#wroteMs < keepAliveMs) return
    this.#wroteMs = nowMs
    this.res.write(SSE_KEEP_ALIVE)
  }

  #finish(): void {
    this.res.end()
    setTimeout(() => this.res.destroy(), LAST_WORDS_MS).unref()
  }
}
