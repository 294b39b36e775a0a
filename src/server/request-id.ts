import { randomUUID } from 'node:crypto'
import type { Request, RequestHandler } from 'express'

const ids = new WeakMap<Request, string>()

/**
 * Names the request, in the answer's `X-Request-Id` and in log lines. The client's own id is not
 * taken: what a client writes does not go to the log.
 */
export const requestId: RequestHandler = (req, res, next) => {
  const id = randomUUID()
  ids.set(req, id)
  res.setHeader('X-Request-Id', id)
  next()
}

export function requestIdOf(req: Request): string | undefined {
  return ids.get(req)
}
