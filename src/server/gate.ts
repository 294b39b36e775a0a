import type { Request, RequestHandler } from 'express'
import { MethodNotImplementedError } from '@atproto/xrpc-server'
import { InvalidRequestError, TooLargeError } from '../errors.js'
import { calledMethod } from './called-method.js'
import { checkParams } from './check-params.js'
import type { Method } from './xrpc.js'

/**
 * Refuses what needs no look at the caller or the body: paths that are no method, the wrong verb,
 * parameters that are not what they should be, compressed bodies (ciphertext does not compress, and a bomb does), and bodies that say themselves
 * that they are too large. Those that do not say it are cut off while they are read.
 */
export function gate(methods: ReadonlyMap<string, Method>): RequestHandler {
  return (req, _res, next) => {
    const nsid = calledMethod(req)
    if (!nsid) throw new InvalidRequestError('The path is not /xrpc/ and the name of a method')
    const method = methods.get(nsid)
    if (!method) throw new MethodNotImplementedError('This service does not know the method')
    if (req.method !== method.verb) {
      throw new InvalidRequestError(`${nsid} is called with ${method.verb}`)
    }
    checkParams(req.originalUrl, method.parameters)
    checkBody(req, method)
    next()
  }
}

function checkBody(req: Request, { bodyBytes }: Method): void {
  const encoding = req.headers['content-encoding']
  if (encoding !== undefined && encoding.toLowerCase() !== 'identity') {
    throw new InvalidRequestError('The body must not be compressed')
  }
  // A method without a body says itself that it wants none, whatever the size.
  if (bodyBytes > 0 && Number(req.headers['content-length']) > bodyBytes) {
    throw new TooLargeError(`The body is larger than the ${bodyBytes} bytes that this method takes`)
  }
}
