import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { type WebSocket, WebSocketServer } from 'ws'
import { INBOUND_BYTES_MAX } from './settings.js'

/** A peer that does not answer our close is cut off after this. */
const CLOSE_TIMEOUT_MS = 2_000

export interface WebSockets {
  /** Shakes hands; undefined where the request was none or its peer is gone, which has been answered then. */
  accept(req: IncomingMessage, socket: Duplex, head: Buffer): WebSocket | undefined
}

export function createWebSockets(): WebSockets {
  const options = {
    noServer: true,
    clientTracking: false,
    maxPayload: INBOUND_BYTES_MAX,
    // Ciphertext does not compress, contexts cost memory, and lengths would tell about contents.
    perMessageDeflate: false,
    // What clients send is not looked at.
    skipUTF8Validation: true,
    closeTimeout: CLOSE_TIMEOUT_MS,
  }
  const server = new WebSocketServer(options)
  return {
    accept(req, socket, head) {
      let accepted: WebSocket | undefined
      // The library calls back before it returns, or never.
      server.handleUpgrade(req, socket, head, (webSocket) => {
        accepted = webSocket
      })
      return accepted
    },
  }
}
