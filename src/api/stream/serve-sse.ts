import type { Request } from 'express'
import { InvalidRequestError } from '../../errors.js'
import type { Server } from '../../lexicon/index.js'
import type { Context } from '../handler-context.js'

/**
 * Answers `GET /xrpc/<nsid>` with Server-Sent Events, where the request accepts them.
 *
 * @NOTE A route of our own before the library's: that would log the address of a request whose client
 * goes away, with the ticket in it, and validate what is encoded already.
 */
export function serveSse(
  { xrpc }: Server,
  { stream }: Pick<Context, 'stream'>,
  nsid: string,
  accepts: (req: Request) => boolean,
): void {
  xrpc.routes.get(`/xrpc/${nsid}`, (req, res, next) => {
    if (!accepts(req)) throw notOtherwise()
    stream.handleSse(req, res).catch(next)
  })
}

/** The handler that the library has for a stream: it is never asked, since the route comes first. */
export function servedBefore(): never {
  throw notOtherwise()
}

function notOtherwise(): InvalidRequestError {
  return new InvalidRequestError(
    'A stream is opened by a WebSocket upgrade, or with Accept: text/event-stream',
  )
}
