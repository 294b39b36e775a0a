import { STATUS_CODES } from 'node:http'
import type { Duplex } from 'node:stream'
import type { XRPCError } from '@atproto/xrpc-server'
import { RateLimitExceededError } from '../errors.js'

const RETRY_AFTER_S = 1

/** Answers an upgrade request with an XRPC error over HTTP, and closes. */
export function refuseUpgrade(socket: Duplex, error: XRPCError): void {
  const { statusCode, payload } = error
  const retryAfter = retryAfterSeconds(error)
  const body = JSON.stringify(payload)
  const headers = [
    `HTTP/1.1 ${statusCode} ${STATUS_CODES[statusCode] ?? ''}`,
    'Connection: close',
    'Content-Type: application/json; charset=utf-8',
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Cache-Control: no-store',
    ...(statusCode === 401 ? ['WWW-Authenticate: Bearer'] : []),
    ...(retryAfter === undefined ? [] : [`Retry-After: ${retryAfter}`]),
  ]
  socket.end(`${headers.join('\r\n')}\r\n\r\n${body}`)
}

function retryAfterSeconds(error: XRPCError): number | undefined {
  if (error.statusCode === 503) return RETRY_AFTER_S
  if (!(error instanceof RateLimitExceededError) || !error.window) return undefined
  return Math.ceil(error.window.resetsInMs / 1000)
}
