import type { Duplex } from 'node:stream'
import type { XRPCError } from '@atproto/xrpc-server'
import { WebSocket } from 'ws'
import type { Encoded } from './encoded.js'
import { errorFrame } from './frame.js'
import { type Outlet, tooSlow } from './outlet.js'
import { Room } from './room.js'
import type { StreamSettings } from './settings.js'
import type { EndReason } from './subscription.js'
import { writePieces } from './write-pieces.js'

/** RFC 6455 §7.4.1, as clients of the AT Protocol read them: they come back after all but 1000. */
const CLOSE_NORMAL = 1000
const CLOSE_GOING_AWAY = 1001
const CLOSE_POLICY = 1008
const SECOND_MS = 1_000

/**
 * A stream over WebSocket. Events are complete WebSocket messages already, the same bytes for every
 * reader, so they go past the library straight to the socket, several in one write; the library does
 * the handshake, pings and the close.
 *
 * @NOTE That is sound because compression is off: then the library, too, writes every frame at once and
 * whole, and between two of ours.
 */
export class WebSocketOutlet implements Outlet {
  readonly #room: Room
  #aliveMs = performance.now()
  #pingedMs = performance.now()
  #inbound = 0
  #inboundSinceMs = 0

  /** @param gone is called when nothing more can be written, whoever ended it; perhaps twice. */
  constructor(
    private readonly webSocket: WebSocket,
    private readonly socket: Duplex,
    private readonly settings: StreamSettings,
    private readonly gone: () => void = () => {},
  ) {
    this.#room = new Room(socket)
    socket.on('drain', () => this.#lives())
    webSocket.on('pong', () => this.#lives())
    webSocket.on('message', () => this.#ignore())
    webSocket.on('ping', () => this.#ignore())
    webSocket.on('close', this.gone)
    // Whatever it was, `close` follows.
    webSocket.on('error', () => {})
  }

  write(batch: readonly Encoded[]): Promise<void> | undefined {
    if (this.webSocket.readyState !== WebSocket.OPEN) return undefined
    const frames = batch.map(({ frame }) => frame)
    return writePieces(this.socket, frames, () => this.#room.wait(performance.now()))
  }

  end(reason: EndReason): void {
    switch (reason) {
      case 'closed':
        return
      case 'goingAway':
        return this.webSocket.close(CLOSE_GOING_AWAY, 'come back and resume by cursor')
      case 'deviceDeleted':
        return this.webSocket.close(CLOSE_NORMAL, 'the device was deleted')
      case 'accountGone':
        return this.webSocket.close(CLOSE_NORMAL, 'the account is gone')
      default:
        return reason satisfies never
    }
  }

  fail({ payload }: XRPCError): void {
    if (this.webSocket.readyState !== WebSocket.OPEN) return
    const error = payload.error ?? 'InternalServerError'
    this.socket.write(errorFrame(error, payload.message ?? 'Unexpected'))
    this.webSocket.close(CLOSE_POLICY, error)
  }

  beat(nowMs: number): void {
    const { pingMs, deadMs, stallMs, beatMs } = this.settings
    if (this.#room.fullFor(nowMs) > stallMs) {
      this.fail(tooSlow())
      return this.gone()
    }
    // The next look comes one beat later: by then it must not be too late.
    if (nowMs - this.#aliveMs > deadMs - beatMs) return this.webSocket.terminate()
    if (nowMs - this.#pingedMs < pingMs || this.webSocket.readyState !== WebSocket.OPEN) return
    this.#pingedMs = nowMs
    this.webSocket.ping()
  }

  #lives(): void {
    this.#aliveMs = performance.now()
  }

  #ignore(): void {
    const nowMs = performance.now()
    this.#aliveMs = nowMs
    if (nowMs - this.#inboundSinceMs >= SECOND_MS) {
      this.#inboundSinceMs = nowMs
      this.#inbound = 0
    }
    this.#inbound += 1
    if (this.#inbound > this.settings.inboundPerSecond) {
      this.webSocket.close(CLOSE_POLICY, 'clients send nothing here')
      this.gone()
    }
  }
}
