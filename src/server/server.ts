import { createServer, type Server as HttpServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createApp } from './app.js'
import { drain } from './drain.js'
import type { ServerContext } from './server-context.js'
import { openUpgrades } from './upgrade.js'

/** How long a client may take. A test of what then happens waits for less. */
const TIMEOUTS = {
  headersMs: 10_000,
  bodyMs: 30_000,
  /** More than the 60 s of common load balancers: the side that closes first loses requests. */
  keepAliveMs: 65_000,
  checkMs: 1_000,
}
/** `getKeyPackages` names up to 100 accounts in its query. */
const HEADERS_MAX_BYTES = 32 * 1024

/** Listens; disposing it drains: no new work, streams closed, requests in flight finished. */
export async function startServer(ctx: ServerContext, timeouts = TIMEOUTS): Promise<RunningServer> {
  const stopping = new AbortController()
  const server = createServer(
    {
      headersTimeout: timeouts.headersMs,
      requestTimeout: timeouts.headersMs + timeouts.bodyMs,
      keepAliveTimeout: timeouts.keepAliveMs,
      connectionsCheckingInterval: timeouts.checkMs,
      maxHeaderSize: HEADERS_MAX_BYTES,
      // Some HTTP clients offer h2c on their first request: that is no wish for a WebSocket.
      shouldUpgradeCallback: (req) => req.headers.upgrade?.toLowerCase() === 'websocket',
    },
    createApp(ctx, stopping.signal),
  )
  const upgrades = openUpgrades(server, ctx)
  const { host, port } = ctx.config.service
  const address = await listen(server, host, port)
  return {
    port: address.port,
    url: `http://${address.family === 'IPv6' ? `[${address.address}]` : address.address}:${address.port}`,
    async [Symbol.asyncDispose]() {
      stopping.abort()
      await drain(server, upgrades)
    },
  }
}

/** The address cannot be listened on; the message is one line for the operator. */
export class ListenError extends Error {
  override readonly name = 'ListenError'
}

function listen(server: HttpServer, host: string, port: number): Promise<AddressInfo> {
  return new Promise((resolve, reject) => {
    server.once('error', (error) => reject(listenError(error, host, port)))
    server.listen(port, host, () => resolve(server.address() as AddressInfo))
  })
}

function listenError(error: NodeJS.ErrnoException, host: string, port: number): Error {
  const explain = LISTEN_FAULTS[error.code ?? '']
  return explain ? new ListenError(explain(host, port), { cause: error }) : error
}

const NO_SUCH_ADDRESS = (host: string) => `HOST ${host} is no address of this machine`
const LISTEN_FAULTS: Record<string, (host: string, port: number) => string> = {
  EADDRINUSE: (host, port) =>
    `Port ${port} on ${host} is in use: stop what listens there, or set SERVER_PORT`,
  EACCES: (_host, port) => `Port ${port} needs more rights than this process has: set SERVER_PORT`,
  EADDRNOTAVAIL: NO_SUCH_ADDRESS,
  ENOTFOUND: NO_SUCH_ADDRESS,
  EAI_AGAIN: NO_SUCH_ADDRESS,
}

export interface RunningServer extends AsyncDisposable {
  readonly url: string
  readonly port: number
}
