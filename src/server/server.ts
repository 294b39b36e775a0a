import { createServer, type RequestListener, type Server as HttpServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createApp } from './app.js'
import { drain } from './drain.js'
import { createHealth } from './health.js'
import { metricsEndpoint, onlyMetrics } from './metrics-endpoint.js'
import type { ServerContext } from './server-context.js'
import { openUpgrades } from './upgrade.js'

/** How long a client may take. A test of what then happens waits for less. */
const TIMEOUTS = {
  headersMs: 10_000,
  bodyMs: 30_000,
  /** A blob: in all, and between two pieces of it. */
  uploadMs: 600_000,
  uploadIdleMs: 30_000,
  /** More than the 60 s of common load balancers: the side that closes first loses requests. */
  keepAliveMs: 65_000,
  checkMs: 1_000,
}
/** `getKeyPackages` names up to 100 accounts in its query. */
const HEADERS_MAX_BYTES = 32 * 1024

/** Listens; disposing it drains: no new work, streams closed, requests in flight finished. */
export async function startServer(ctx: ServerContext, timeouts = TIMEOUTS): Promise<RunningServer> {
  const { host, port, metricsPort } = ctx.config.service
  const stopping = new AbortController()
  const findings = createHealth(ctx.database.db, ctx.backend)
  const tellMetrics = ctx.metrics && metricsEndpoint(ctx.metrics, findings, ctx.logger)
  const server = createServer(
    {
      headersTimeout: timeouts.headersMs,
      // The longest of all: `limitBodyTime` cuts other bodies earlier.
      requestTimeout: timeouts.headersMs + timeouts.uploadMs,
      keepAliveTimeout: timeouts.keepAliveMs,
      connectionsCheckingInterval: timeouts.checkMs,
      maxHeaderSize: HEADERS_MAX_BYTES,
      // Some HTTP clients offer h2c on their first request: that is no wish for a WebSocket.
      shouldUpgradeCallback: (req) => req.headers.upgrade?.toLowerCase() === 'websocket',
    },
    createApp(ctx, {
      draining: stopping.signal,
      findings,
      patience: timeouts,
      tellMetrics: metricsPort === undefined ? tellMetrics : undefined,
    }),
  )
  const upgrades = openUpgrades(server, ctx)
  await using resources = new AsyncDisposableStack()
  // Closed last: the end of the process is seen, too.
  const metricsUrl =
    tellMetrics && metricsPort !== undefined
      ? await serveMetrics(resources, onlyMetrics(tellMetrics), host, metricsPort)
      : undefined
  const address = await listen(server, 'SERVER_PORT', host, port)
  resources.defer(async () => {
    stopping.abort()
    await drain(server, upgrades)
  })
  const running = resources.move()
  return {
    port: address.port,
    url: urlOf(address),
    metricsUrl: metricsUrl ?? (tellMetrics && urlOf(address)),
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  }
}

async function serveMetrics(
  resources: AsyncDisposableStack,
  answer: RequestListener,
  host: string,
  port: number,
): Promise<string> {
  const server = createServer({ headersTimeout: TIMEOUTS.headersMs }, answer)
  const address = await listen(server, 'METRICS_PORT', host, port)
  resources.defer(() => {
    server.close()
    server.closeAllConnections()
  })
  return urlOf(address)
}

function urlOf({ family, address, port }: AddressInfo): string {
  return `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`
}

/** The address cannot be listened on; the message is one line for the operator. */
export class ListenError extends Error {
  override readonly name = 'ListenError'
}

function listen(
  server: HttpServer,
  variable: PortVariable,
  host: string,
  port: number,
): Promise<AddressInfo> {
  return new Promise((resolve, reject) => {
    server.once('error', (error) => reject(listenError(error, variable, host, port)))
    server.listen(port, host, () => resolve(server.address() as AddressInfo))
  })
}

function listenError(
  error: NodeJS.ErrnoException,
  variable: PortVariable,
  host: string,
  port: number,
): Error {
  const explain = LISTEN_FAULTS[error.code ?? '']
  return explain ? new ListenError(explain(host, port, variable), { cause: error }) : error
}

const NO_SUCH_ADDRESS = (host: string) => `HOST ${host} is no address of this machine`
const LISTEN_FAULTS: Record<string, Explain> = {
  EADDRINUSE: (host, port, variable) =>
    `Port ${port} on ${host} is in use: stop what listens there, or set ${variable}`,
  EACCES: (_host, port, variable) =>
    `Port ${port} needs more rights than this process has: set ${variable}`,
  EADDRNOTAVAIL: NO_SUCH_ADDRESS,
  ENOTFOUND: NO_SUCH_ADDRESS,
  EAI_AGAIN: NO_SUCH_ADDRESS,
}

type PortVariable = 'SERVER_PORT' | 'METRICS_PORT'
type Explain = (host: string, port: number, variable: PortVariable) => string

export interface RunningServer extends AsyncDisposable {
  readonly url: string
  readonly port: number
  /** Where `/metrics` is; undefined where nothing is counted. */
  readonly metricsUrl: string | undefined
}
