import { request as requestHttp, type IncomingMessage, type OutgoingHttpHeaders } from 'node:http'
import { request as requestHttps } from 'node:https'
import { pipeline } from 'node:stream/promises'
import type { RequestHandler, Response } from 'express'
import { ServiceUnavailableError } from '../errors.js'
import { calledMethod } from './called-method.js'
import type { Method } from './xrpc.js'

const PATIENCE_MS = 30_000
const VIA = '1.1 catbird-mls'
/** They are about one connection (RFC 9110 §7.6.1), or, `host`, about this service. */
const OF_THE_CONNECTION = new Set([
  'connection',
  'host',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
])

/**
 * For development: sends methods that this service does not have to `upstream`, as they are, so that a
 * client under test needs one address for this service and its PDS. What came through here before is
 * not sent again, so that a service that is its own upstream answers at once.
 */
export function forwardUnknown(
  upstream: string,
  methods: ReadonlyMap<string, Method>,
): RequestHandler {
  const base = upstream.replace(/\/xrpc$/, '')
  return (req, res, next) => {
    const nsid = calledMethod(req)
    if (!nsid || methods.has(nsid) || req.headers.via?.includes(VIA)) return next()
    forward(req, res, base + req.originalUrl).catch(next)
  }
}

async function forward(req: IncomingMessage, res: Response, url: string): Promise<void> {
  const answer = await ask(req, url)
  res.status(answer.statusCode ?? 502)
  for (const [name, value] of Object.entries(passedOn(answer))) res.setHeader(name, value!)
  await pipeline(answer, res)
}

function ask(req: IncomingMessage, url: string): Promise<IncomingMessage> {
  const request = url.startsWith('https:') ? requestHttps : requestHttp
  return new Promise((resolve, reject) => {
    const asked = request(url, {
      method: req.method,
      headers: { ...passedOn(req), via: VIA },
      timeout: PATIENCE_MS,
    })
    const fail = (cause?: Error) => {
      asked.destroy()
      reject(new ServiceUnavailableError('UPSTREAM_XRPC_BASE does not answer', { cause }))
    }
    asked.once('response', resolve).once('timeout', fail).on('error', fail)
    req.once('close', () => {
      if (!req.complete) fail()
    })
    req.pipe(asked)
  })
}

function passedOn({ headers }: IncomingMessage): OutgoingHttpHeaders {
  return Object.fromEntries(
    Object.entries(headers).filter(([name]) => !OF_THE_CONNECTION.has(name)),
  )
}
