import type { Server } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { within } from '../lib/within.js'
import type { Upgrades } from './upgrade.js'

const DRAIN_MS = 10_000
const STREAMS_MS = 3_000
const IDLE_POLL_MS = 50
/** So long readiness is seen to be off, and whoever was sent here just before is still answered. */
const UNREADY_MS = 500

/**
 * Closes the streams, then takes no new connection, lets requests in flight finish, and cuts what is
 * left after ten seconds.
 */
export async function drain(server: Server, { stream, sockets }: Upgrades): Promise<void> {
  if (stream) await within(STREAMS_MS, stream.close()).catch(() => undefined)
  await sleep(UNREADY_MS)
  const closed = new Promise<void>((resolve) => server.close(() => resolve()))
  // A kept connection becomes idle only when its last answer is out.
  const idle = setInterval(() => server.closeIdleConnections(), IDLE_POLL_MS)
  const late = setTimeout(() => {
    server.closeAllConnections()
    for (const socket of sockets) socket.destroy()
  }, DRAIN_MS)
  try {
    await closed
  } finally {
    clearInterval(idle)
    clearTimeout(late)
  }
}
