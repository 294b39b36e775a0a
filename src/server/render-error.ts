import type { ErrorRequestHandler, Request } from 'express'
import type { XRPCError } from '@atproto/xrpc-server'
import { DidResolutionFailedError, RateLimitExceededError } from '../errors.js'
import { setRefusalHeaders } from '../limits/admit.js'
import type { Logger } from '../logger.js'
import { abandonBody } from './abandon-body.js'
import { calledMethod } from './called-method.js'
import { requestIdOf } from './request-id.js'
import { toXrpcError } from './to-xrpc-error.js'

const RETRY_AFTER_S = 1

/** Answers with `{error, message}`; only faults of the service make a line in its log. */
export function renderError(logger: Logger): ErrorRequestHandler {
  // eslint-disable-next-line @typescript-eslint/no-unused-vars -- four parameters make it an error handler
  return (error, req, res, _next) => {
    const shown = toXrpcError(error)
    logError(logger, error, shown, req)
    if (res.headersSent) {
      req.socket.destroy()
      return
    }
    if (shown.statusCode === 401) res.setHeader('WWW-Authenticate', 'Bearer')
    if (shown.statusCode === 503) res.setHeader('Retry-After', RETRY_AFTER_S)
    if (shown instanceof RateLimitExceededError && shown.window) {
      setRefusalHeaders(res, shown.window)
    }
    res.status(shown.statusCode).json(shown.payload)
    if (!req.complete) abandonBody(req)
  }
}

function logError(logger: Logger, error: unknown, shown: XRPCError, req: Request): void {
  const fields = { request: requestIdOf(req), method: methodOf(req), error: shown.error }
  if (shown.statusCode < 500 || shown.statusCode === 501) {
    logger.debug(fields, 'refused')
  } else if (shown instanceof DidResolutionFailedError) {
    // Anybody can cause it by naming a DID that is nowhere: one short line.
    logger.warn(fields, 'a DID could not be resolved')
    logger.debug({ err: shown.cause }, 'a DID could not be resolved')
  } else if (shown.statusCode === 500) {
    logger.error({ ...fields, err: error }, 'request failed')
  } else {
    logger.warn({ ...fields, err: shown.cause ?? error }, 'request could not be served')
  }
}

/** The method's name, which is public; of other paths nothing, since a path can hold anything. */
function methodOf(req: Request): string | undefined {
  const nsid = calledMethod(req)
  return nsid?.startsWith('blue.catbird.mls.') && nsid.length < 64 ? nsid : undefined
}
