import type { IncomingMessage } from 'node:http'

const LINGER_MS = 2_000
const LINGER_BYTES = 16 * 1024 * 1024

/**
 * Drops the rest of a body that nobody will read. The connection is not cut at once: a client that
 * is still sending would then see a broken connection instead of the answer. What goes on for
 * longer, or is longer, than a client in good faith needs to notice is cut.
 */
export function abandonBody(req: IncomingMessage): void {
  let left = LINGER_BYTES
  const timer = setTimeout(() => req.socket.destroy(), LINGER_MS).unref()
  req.once('close', () => clearTimeout(timer))
  req.on('end', () => clearTimeout(timer))
  req.on('data', (chunk: Buffer) => {
    left -= chunk.length
    if (left < 0) req.socket.destroy()
  })
  req.on('error', () => undefined)
  req.resume()
}
