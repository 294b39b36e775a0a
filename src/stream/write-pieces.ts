import type { Writable } from 'node:stream'
import { WRITE_BYTES } from './settings.js'

/**
 * Writes buffers to a socket: those that fit into `WRITE_BYTES` together in one go, longer ones in pieces
 * of that length. Whenever the socket is full it waits, so that little more than the socket's own high
 * water mark waits for a slow reader, and what it takes of a long event shows as progress.
 *
 * @param full resolves when the socket has drained or is closed.
 */
export function writePieces(
  socket: Writable,
  buffers: readonly Buffer[],
  full: () => Promise<void>,
): Promise<void> | undefined {
  const [only] = buffers
  if (buffers.length === 1 && only!.length <= WRITE_BYTES) {
    return socket.write(only) ? undefined : full()
  }
  return writeFrom(0, inPieces(buffers))

  function writeFrom(start: number, pieces: readonly Buffer[]): Promise<void> | undefined {
    for (let i = start; i < pieces.length && socket.writable; i++) {
      if (!socket.write(pieces[i])) return full().then(() => writeFrom(i + 1, pieces))
    }
    return undefined
  }
}

function inPieces(buffers: readonly Buffer[]): readonly Buffer[] {
  const pieces: Buffer[] = []
  let together: Buffer[] = []
  let bytes = 0
  for (const buffer of buffers) {
    if (bytes + buffer.length > WRITE_BYTES) flush()
    together.push(buffer)
    bytes += buffer.length
  }
  flush()
  return pieces

  function flush(): void {
    const [only] = together
    const joined = together.length === 1 ? only! : Buffer.concat(together)
    for (let start = 0; start < bytes; start += WRITE_BYTES) {
      pieces.push(bytes > WRITE_BYTES ? joined.subarray(start, start + WRITE_BYTES) : joined)
    }
    together = []
    bytes = 0
  }
}
