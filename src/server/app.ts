import type { ServerResponse } from 'node:http'
import express, { type Express, type RequestHandler } from 'express'
import { type BodyPatience, limitBodyTime } from './body-time.js'
import { browserChat } from './browser-chat.js'
import { calledMethod } from './called-method.js'
import { allowBrowsers } from './cors.js'
import { limitCrowd } from './crowd.js'
import { developmentSignIn } from './development/sign-in.js'
import { docsPages } from './docs-pages.js'
import { didDocument } from './did-document.js'
import { forwardUnknown } from './forward.js'
import { gate } from './gate.js'
import { healthRoutes } from './health-routes.js'
import type { Findings } from './health.js'
import { inOrder } from './in-order.js'
import { renderError } from './render-error.js'
import { requestId } from './request-id.js'
import { secureHeaders } from './secure-headers.js'
import type { ServerContext } from './server-context.js'
import { watchRequests } from './watch-requests.js'
import { createXrpc } from './xrpc.js'

/**
 * All that is answered over HTTP. Probes and the DID document are answered before anything is
 * counted; an XRPC request is counted per address, then has to name a method, then is authenticated
 * by it, and only then is its body read.
 */
export function createApp(
  ctx: ServerContext,
  { draining, findings, patience, tellMetrics }: AppOptions,
): Express {
  const { config, logger, metrics } = ctx
  const xrpc = createXrpc({
    validateResponse: config.mode !== 'production',
    rawBodyBytes: config.limits.blobBytes,
    register: (server) => ctx.register(server),
  })
  const app = express()
  app.disable('x-powered-by').disable('etag')
  app.set('query parser', 'simple')
  app.set('trust proxy', config.service.trustedProxies)
  app.use(
    inOrder(
      requestId,
      watchRequests({ metrics, logger, methods: xrpc.methods }),
      lastAnswers(draining),
      secureHeaders(config),
    ),
  )
  const limitBody = limitBodyTime(patience, xrpc.methods)
  const signIn = developmentSignIn(config, { limit: ctx.limitSignIn, methods: xrpc.methods })
  // Before pages of others are let in.
  if (signIn) app.use('/dev', limitBody, signIn, notFound, renderError(logger))
  app.use(inOrder(allowBrowsers, limitBody))
  const limitCalls = inOrder(
    limitCrowd(config.service.requestsInFlight, xrpc.methods),
    ctx.limitAddress,
  )
  const call = inOrder(limitCalls, gate(xrpc.methods), xrpc.handle)
  app.use((req, res, next) => {
    if (xrpc.methods.has(calledMethod(req) ?? '')) call(req, res, next)
    else next()
  })
  app.use(healthRoutes({ version: config.service.version, findings, draining }))
  if (tellMetrics) app.get('/metrics', (_req, res) => tellMetrics(res))
  app.get('/.well-known/did.json', didDocument(config))
  // What is no method of this service.
  app.use('/xrpc', limitCalls)
  const { upstream } = config.service
  if (upstream !== undefined) app.use('/xrpc', forwardUnknown(upstream, xrpc.methods))
  app.use('/xrpc', gate(xrpc.methods))
  app.use(docsPages(config))
  const chat = browserChat(config)
  if (chat) app.use(chat)
  app.use(notFound)
  app.use(renderError(logger))
  return app
}

/** Once the process is stopping, a kept connection ends with the answer to what it asks now. */
function lastAnswers(draining: AbortSignal): RequestHandler {
  return (_req, res, next) => {
    if (draining.aborted) res.setHeader('Connection', 'close')
    next()
  }
}

export interface AppOptions {
  /** Fires when the process begins to stop. */
  draining: AbortSignal
  findings: () => Promise<Findings>
  patience: BodyPatience
  /** Where metrics are told here and not on a port of their own. */
  tellMetrics: ((res: ServerResponse) => void) | undefined
}

const notFound: RequestHandler = (_req, res) => {
  res.status(404).json({ error: 'NotFound', message: 'There is nothing at this path' })
}
