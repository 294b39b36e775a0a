import {
  createServer,
  type IncomingMessage,
  request as requestPlain,
  type ServerResponse,
} from 'node:http'
import { request as requestTls } from 'node:https'
import type { AddressInfo, Socket } from 'node:net'
import { NAMESPACE } from '../service/service.js'
import type { Fault, FaultHooks, ProxiedAnswer, ProxiedCall } from './fault.js'
import { passEventsOn, passSocketOn } from './streams.js'

/** What says something about one connection, not about the message. */
const HOP_BY_HOP = new Set([
  'connection',
  'content-length',
  'host',
  'keep-alive',
  'transfer-encoding',
])

/** Stands in front of a service and breaks its promises in one way; without a fault it changes nothing. */
export async function startBrokenProxy(
  target: string,
  fault?: Fault,
  port = 0,
): Promise<BrokenProxy> {
  const hooks = fault?.begin() ?? {}
  const base = target.replace(/\/+$/, '')
  const sockets = new Set<Socket>()
  const server = createServer((req, res) => {
    answer(base, hooks, req, res).catch(() => res.destroy())
  })
  // A client must not find a connection closed that it was about to use.
  server.keepAliveTimeout = 0
  server.on('connection', (socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
  })
  server.on('upgrade', (req, socket, head) =>
    passSocketOn(base, hooks, req, socket, head, didIn(req)),
  )
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()))
      for (const socket of sockets) socket.destroy()
      await closed
    },
  }
}

async function answer(
  base: string,
  hooks: FaultHooks,
  req: IncomingMessage,
  res: ServerResponse,
): Promise<void> {
  const url = new URL(req.url ?? '/', base)
  const { 'content-type': type, 'content-length': length } = req.headers
  if (type !== undefined && !isJson(type) && length !== '0') {
    await passUploadOn(url, hooks, req, res)
    return
  }
  const sent = await bodyOf(req)
  const call = callOf(req, url, sent)
  const early = hooks.call?.(call)
  if (early !== undefined) {
    reply(res, early, new Headers())
    return
  }
  const isWithBody = req.method !== 'GET' && req.method !== 'HEAD' && sent.length > 0
  // Without a hand on it the body goes on as it came: it may be nothing that can be written again.
  const isTouched = hooks.call !== undefined && call.input !== undefined
  const body = isTouched ? Buffer.from(JSON.stringify(call.input)) : sent
  const response = await fetch(`${base}${url.pathname}${search(call.params)}`, {
    method: req.method ?? 'GET',
    headers: headersOf(req),
    redirect: 'manual',
    ...(isWithBody && { body }),
  })
  if (response.headers.get('content-type')?.startsWith('text/event-stream')) {
    await passEventsOn(hooks, response, res, call.did)
    return
  }
  const bytes = Buffer.from(await response.arrayBuffer())
  const isRead = hooks.answer !== undefined && isJson(response.headers.get('content-type'))
  const json = isRead ? parsed(bytes) : undefined
  const seen: ProxiedAnswer = { status: response.status, json, bytes }
  reply(res, hooks.answer?.(call, seen) ?? seen, response.headers)
}

/** A blob goes on as it comes: the service may answer before it has all of it. */
async function passUploadOn(
  url: URL,
  hooks: FaultHooks,
  req: IncomingMessage,
  res: ServerResponse,
): Promise<void> {
  const request = url.protocol === 'https:' ? requestTls : requestPlain
  const headers = { ...req.headers, host: url.host }
  const upload = request(url, { method: req.method ?? 'POST', headers })
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    upload.on('response', resolve).on('error', reject)
    upload.flushHeaders()
    req.pipe(upload)
  })
  const bytes = await bodyOf(response)
  const given = new Headers({ 'content-type': response.headers['content-type'] ?? '' })
  const json = isJson(response.headers['content-type']) ? parsed(bytes) : undefined
  const seen: ProxiedAnswer = { status: response.statusCode ?? 502, json, bytes }
  reply(res, hooks.answer?.(callOf(req, url, Buffer.alloc(0)), seen) ?? seen, given)
}

function reply(
  res: ServerResponse,
  { status, json, bytes }: ProxiedAnswer,
  headers: Headers,
): void {
  const kept = [...headers].filter(([name]) => !HOP_BY_HOP.has(name) && name !== 'content-encoding')
  if (json !== undefined && !headers.has('content-type')) {
    kept.push(['content-type', 'application/json; charset=utf-8'])
  }
  res.writeHead(status, Object.fromEntries(kept))
  res.end(json === undefined ? bytes : JSON.stringify(json))
}

function callOf(req: IncomingMessage, url: URL, sent: Buffer): ProxiedCall {
  const prefix = `/xrpc/${NAMESPACE}.`
  const method = url.pathname.startsWith(prefix) ? url.pathname.slice(prefix.length) : ''
  return {
    path: url.pathname,
    method,
    did: didIn(req),
    token: (req.headers.authorization ?? '').replace(/^Bearer /, ''),
    params: url.searchParams,
    input: isJson(req.headers['content-type']) ? parsed(sent) : undefined,
  }
}

/** `iss` of the token, which the service checks and the proxy believes. */
function didIn({ headers }: IncomingMessage): string {
  const payload = headers.authorization?.split('.')[1] ?? ''
  const claims = parsed(Buffer.from(payload, 'base64url')) as { iss?: string } | undefined
  return String(claims?.iss ?? '')
}

function headersOf({ headers }: IncomingMessage): [string, string][] {
  return Object.entries(headers).flatMap(([name, value]): [string, string][] =>
    HOP_BY_HOP.has(name) || value === undefined ? [] : [[name, String(value)]],
  )
}

async function bodyOf(message: IncomingMessage): Promise<Buffer<ArrayBuffer>> {
  const pieces: Buffer[] = []
  for await (const piece of message) pieces.push(piece as Buffer)
  return Buffer.concat(pieces)
}

function isJson(type: string | null | undefined): boolean {
  return /^application\/json(?:;|$)/.test(type ?? '')
}

function parsed(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString()) as unknown
  } catch {
    return undefined
  }
}

function search(params: URLSearchParams): string {
  return params.size === 0 ? '' : `?${params}`
}

export interface BrokenProxy extends AsyncDisposable {
  /** Where it listens: a loopback address. */
  url: string
}
