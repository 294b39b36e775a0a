import type { Request, RequestHandler, Response } from 'express'
import { type Logger, tag } from '../logger.js'
import type { Metrics } from '../metrics.js'
import { calledMethod } from './called-method.js'
import { accountOf } from './request-account.js'
import { requestIdOf } from './request-id.js'
import type { Method } from './xrpc.js'

const SECOND_MS = 1_000
/** Nobody got an answer: the peer went away before it began. */
const ABANDONED = 499
const OTHER = 'other'
const VERBS = new Set(['GET', 'POST', 'HEAD', 'OPTIONS'])

/**
 * Counts and times each request, and at `debug` writes a line of it. Of the URL only the name of a
 * method comes into either; an account is its tag.
 */
export function watchRequests({ metrics, logger, methods }: Watch): RequestHandler {
  return (req, res, next) => {
    const begunMs = performance.now()
    metrics?.requestsInFlight.inc()
    res.once('close', () => {
      const ms = performance.now() - begunMs
      metrics?.requestsInFlight.dec()
      const method = VERBS.has(req.method) ? req.method : OTHER
      const route = routeOf(req, methods)
      const status = res.headersSent ? res.statusCode : ABANDONED
      metrics?.requests.inc({ method, route, status })
      if (!isStream(res)) metrics?.requestSeconds.observe({ method, route }, ms / SECOND_MS)
      if (!logger.isLevelEnabled('debug')) return
      const did = accountOf(req)
      logger.debug(
        {
          request: requestIdOf(req),
          method: route,
          status,
          ms: Math.round(ms),
          ...(did && { account: tag(did) }),
        },
        'answered',
      )
    })
    next()
  }
}

function routeOf(req: Request, methods: Watch['methods']): string {
  const nsid = calledMethod(req)
  return nsid && methods.has(nsid) ? nsid : OTHER
}

/** It lasts as long as its reader likes, which says nothing about the service. */
function isStream(res: Response): boolean {
  return String(res.getHeader('content-type')).startsWith('text/event-stream')
}

interface Watch {
  metrics: Metrics | undefined
  logger: Logger
  methods: ReadonlyMap<string, Method>
}
