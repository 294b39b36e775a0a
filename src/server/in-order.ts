import type { Request, RequestHandler, Response } from 'express'

/**
 * Handlers as one, each called when the one before it is done. Express itself looks at the URL and at the
 * pattern of each before it calls it.
 */
export function inOrder(...handlers: readonly RequestHandler[]): RequestHandler {
  return (req, res, next) => goOn(handlers, 0, req, res, next)
}

function goOn(
  handlers: readonly RequestHandler[],
  at: number,
  req: Request,
  res: Response,
  next: (error?: unknown) => void,
): void {
  const handler = handlers[at]
  if (!handler) return next()
  const done = (error?: unknown) => (error ? next(error) : goOn(handlers, at + 1, req, res, next))
  try {
    handler(req, res, done)
  } catch (error) {
    next(error)
  }
}
