import type { IncomingMessage } from 'node:http'
import type { RequestHandler, Response } from 'express'
import { InvalidRequestError } from '../errors.js'
import { abandonBody } from './abandon-body.js'
import { calledMethod } from './called-method.js'
import type { Method } from './xrpc.js'

/** How long a body may take. */
export interface BodyPatience {
  bodyMs: number
  /** Of an upload, which is large, in all; and how long it may bring nothing. */
  uploadMs: number
  uploadIdleMs: number
}

/**
 * Cuts bodies that do not arrive in time, whoever would read them: the HTTP server has one limit for all
 * requests, and an upload may take longer than the others.
 */
export function limitBodyTime(
  { bodyMs, uploadMs, uploadIdleMs }: BodyPatience,
  methods: ReadonlyMap<string, Method>,
): RequestHandler {
  return (req, res, next) => {
    if (hasBody(req)) {
      const nsid = calledMethod(req)
      const upload = nsid !== undefined && methods.get(nsid)?.kind === 'upload'
      const cut = () => tooSlow(req, res)
      const stops = upload
        ? [after(uploadMs, cut), whileIdle(req, uploadIdleMs, cut)]
        : [after(bodyMs, cut)]
      // Not with the body: a cut that comes after its end does nothing.
      res.once('close', () => stops.forEach((stop) => stop()))
    }
    next()
  }
}

function hasBody({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0
}

function after(ms: number, act: () => void): () => void {
  const timer = setTimeout(act, ms).unref()
  return () => clearTimeout(timer)
}

/** Bytes are counted where they come in, so that whoever reads them is not disturbed. */
function whileIdle({ socket }: IncomingMessage, ms: number, act: () => void): () => void {
  let seen = socket.bytesRead
  const timer = setInterval(() => {
    if (socket.bytesRead === seen) act()
    seen = socket.bytesRead
  }, ms).unref()
  return () => clearInterval(timer)
}

function tooSlow(req: IncomingMessage, res: Response): void {
  // All is there: it is the service that takes its time.
  if (req.complete) return
  if (res.headersSent) {
    req.socket.destroy()
    return
  }
  const { payload } = new InvalidRequestError('The body did not arrive in time')
  res.status(408).setHeader('Connection', 'close')
  res.json(payload)
  abandonBody(req)
}
