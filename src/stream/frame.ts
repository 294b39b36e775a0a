import { ErrorFrame, type Frame, MessageFrame } from '@atproto/xrpc-server'
import { WRITE_BYTES } from './settings.js'

/**
 * One binary WebSocket message that holds one XRPC frame (`{op: 1, t: "#…"}` and the body, DAG-CBOR),
 * ready for the socket. A server's frames are not masked (RFC 6455 §5.1), so the same bytes go to
 * every reader.
 */
export function messageFrame(name: string, body: object): Buffer {
  return webSocketFrame(new MessageFrame(body as MessageBody, { type: `#${name}` }))
}

/** The last message of a stream that ends with an error (`{op: -1}`). */
export function errorFrame(error: string, message: string): Buffer {
  return webSocketFrame(new ErrorFrame({ error, message }))
}

type MessageBody = ConstructorParameters<typeof MessageFrame>[0]

const FIN = 0x80
const BINARY = 0x02
const CONTINUATION = 0x00
const LENGTH_16 = 126
/** An extended header, which every fragment but the last has. */
const HEADER_BYTES = 4

/**
 * A message longer than `WRITE_BYTES` is sent in fragments (RFC 6455 §5.4) that have that length on the
 * wire: it can be written piece by piece, and a ping may come between two pieces.
 */
function webSocketFrame(frame: Frame): Buffer {
  const payload = frame.toBytes()
  if (payload.length + HEADER_BYTES <= WRITE_BYTES) {
    return Buffer.concat([header(FIN | BINARY, payload.length), payload])
  }
  const parts: Uint8Array[] = []
  const size = WRITE_BYTES - HEADER_BYTES
  for (let start = 0; start < payload.length; start += size) {
    const part = payload.subarray(start, start + size)
    const last = start + size >= payload.length
    parts.push(header((last ? FIN : 0) | (start === 0 ? BINARY : CONTINUATION), part.length), part)
  }
  return Buffer.concat(parts)
}

/** RFC 6455 §5.2; lengths above 16 bits do not occur. */
function header(first: number, length: number): Buffer {
  if (length < LENGTH_16) return Buffer.from([first, length])
  return Buffer.from([first, LENGTH_16, length >> 8, length & 0xff])
}
