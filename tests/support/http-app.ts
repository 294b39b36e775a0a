import { once } from 'node:events'
import { createServer, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createMemoryBackend } from '../../src/backend/memory-backend.js'
import { type Config, parseConfig } from '../../src/config/index.js'
import { createLogger } from '../../src/logger.js'
import { createApp } from '../../src/server/app.js'
import type { ServerContext } from '../../src/server/server-context.js'

/** What is answered over HTTP by a configuration, on loopback, without a database, and with `getConvos` as the only method. */
export async function serveApp(
  env: Record<string, string>,
  adjust: (config: Config) => Config = (config) => config,
): Promise<HttpApp> {
  const parsed = parseConfig({ NODE_ENV: 'test', LOG_LEVEL: 'silent', ...env })
  if (!parsed.ok) throw new Error(parsed.refusal.join('\n'))
  const config = adjust(parsed.value)
  const backend = createMemoryBackend()
  const context: ServerContext = {
    config,
    logger: createLogger(config),
    database: { db: undefined as never },
    backend,
    limitAddress: (_req, _res, next) => next(),
    limitSignIn: (_req, _res, next) => next(),
    register: (xrpc) =>
      xrpc.blue.catbird.mls.getConvos(() => ({
        encoding: 'application/json',
        body: { conversations: [] },
      })),
  }
  const app = createApp(context, {
    draining: new AbortController().signal,
    findings: () => Promise.reject(new Error('there is no database')),
    patience: { bodyMs: 30_000, uploadMs: 30_000, uploadIdleMs: 30_000 },
    tellMetrics: undefined,
  })
  const server = createServer(app).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    port,
    ask: (method, path, headers = {}, body) =>
      new Promise((resolve, reject) => {
        const req = request({ host: '127.0.0.1', port, method, path, headers, agent: false })
        req.on('error', reject)
        req.on('response', (res) => {
          const pieces: Buffer[] = []
          res.on('data', (piece: Buffer) => pieces.push(piece))
          res.on('end', () => {
            const text = Buffer.concat(pieces).toString()
            resolve({ status: res.statusCode!, headers: res.headers, text })
          })
        })
        req.end(body)
      }),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      server.close()
      await backend[Symbol.asyncDispose]()
    },
  }
}

export interface HttpApp extends AsyncDisposable {
  readonly port: number
  /** Sends the headers as they are, `Host` included; the path, too. */
  ask(
    method: string,
    path: string,
    headers?: Record<string, string>,
    body?: string,
  ): Promise<HttpAnswer>
}

export interface HttpAnswer {
  status: number
  headers: Record<string, string | string[] | undefined>
  text: string
}
