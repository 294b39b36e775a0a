import { STATUS_CODES } from 'node:http'
import type { Duplex } from 'node:stream'
import type { XRPCError } from '@atproto/xrpc-server'

const RETRY_AFTER_S = 1

/** Answers an upgrade request with an XRPC error over HTTP, and closes. */
export function refuseUpgrade(socket: Duplex, { statusCode, payload }: XRPCError): void {
  const body = JSON.stringify(payload)
  const headers = [
    `HTTP/1.1 ${statusCode} ${STATUS_CODES[statusCode] ?? ''}`,
    'Connection: close',
    'Content-Type: application/json; charset=utf-8',
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Cache-Control: no-store',
    ...(statusCode === 401 ? ['WWW-Authenticate: Bearer'] : []),
    ...(statusCode === 503 ? [`Retry-After: ${RETRY_AFTER_S}`] : []),
  ]
  socket.end(`${headers.join('\r\n')}\r\n\r\n${body}`)
}
