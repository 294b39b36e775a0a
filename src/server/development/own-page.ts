import type { IncomingMessage } from 'node:http'
import type { RequestHandler } from 'express'
import { ForbiddenError } from '../../errors.js'
import { isLoopback } from '../../lib/loopback.js'

/**
 * Lets through what a page of this service asks, or a program on this machine, and no page of anybody
 * else: neither by another origin, nor by a name of its own that it lets point to this machine (DNS
 * rebinding). Behind a forwarded port the port is another one, so it does not matter.
 */
export const ownPageOnly: RequestHandler = (req, _res, next) => {
  if (!namesThisMachine(req)) throw new ForbiddenError('Ask for it by 127.0.0.1 or localhost')
  if (!isOfOwnOrigin(req)) throw new ForbiddenError('Only pages of this service may ask for it')
  next()
}

function namesThisMachine({ headers }: IncomingMessage): boolean {
  const hostname = /^(.+?)(?::\d+)?$/.exec(headers.host ?? '')?.[1] ?? ''
  return isLoopback(hostname.replace(/^\[(.*)\]$/, '$1').toLowerCase())
}

/** Browsers send one or both of these headers with what a page asks for; programs send neither. */
function isOfOwnOrigin({ headers }: IncomingMessage): boolean {
  const { host, origin, 'sec-fetch-site': site = 'none' } = headers
  return (
    (origin === undefined || origin === `http://${host}`) &&
    (site === 'same-origin' || site === 'none')
  )
}
