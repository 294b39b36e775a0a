import type { RequestHandler } from 'express'
import { ServiceUnavailableError } from '../errors.js'
import { calledMethod } from './called-method.js'
import type { Method } from './xrpc.js'

/**
 * Answers 503 at once where `max` calls are under way: whoever waits in a queue that only grows has gone
 * before its turn. Streams last, cost little, and have limits of their own.
 */
export function limitCrowd(max: number, methods: ReadonlyMap<string, Method>): RequestHandler {
  let underWay = 0
  return (req, res, next) => {
    const nsid = calledMethod(req)
    if (nsid && methods.get(nsid)?.kind === 'stream') return next()
    if (underWay >= max) throw new ServiceUnavailableError('Too many requests at once; try again')
    underWay++
    res.once('close', () => underWay--)
    next()
  }
}
