import type { IncomingMessage, Server } from 'node:http'
import type { Duplex } from 'node:stream'
import type { ServerContext, StreamGate } from './server-context.js'

const NOT_IMPLEMENTED = JSON.stringify({
  error: 'MethodNotImplemented',
  message: 'This service has no streams',
})

/** Hands WebSocket upgrades to the streams, which authenticate them first. */
export function openUpgrades(server: Server, { stream, logger }: ServerContext): Upgrades {
  const sockets = new Set<Duplex>()
  server.on('upgrade', (req: IncomingMessage, socket: Duplex, head: Buffer) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
    // A peer that goes away in the middle is no fault of the process.
    socket.on('error', () => socket.destroy())
    if (!stream) return refuse(socket)
    try {
      stream.handleUpgrade(req, socket, head)
    } catch (error) {
      logger.error({ err: error }, 'upgrade failed')
      socket.destroy()
    }
  })
  return { sockets, stream }
}

function refuse(socket: Duplex): void {
  socket.end(
    'HTTP/1.1 501 Not Implemented\r\n' +
      'Connection: close\r\n' +
      'Content-Type: application/json; charset=utf-8\r\n' +
      `Content-Length: ${Buffer.byteLength(NOT_IMPLEMENTED)}\r\n\r\n${NOT_IMPLEMENTED}`,
  )
}

export interface Upgrades {
  /** Connections that have left HTTP, and that the HTTP server therefore does not close. */
  readonly sockets: ReadonlySet<Duplex>
  readonly stream: StreamGate | undefined
}
