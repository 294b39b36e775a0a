import type { LexXrpcParameters } from '@atproto/lexicon'
import type { Request, RequestHandler, Router } from 'express'
import {
  type Auth,
  type AuthResult,
  type MethodAuth,
  type MethodConfig,
  type MethodConfigOrHandler,
  parseReqEncoding,
} from '@atproto/xrpc-server'
import { InvalidRequestError } from '../errors.js'
import { createServer, type Server } from '../lexicon/index.js'
import { bodyLimit } from './body-limits.js'
import { calledMethod } from './called-method.js'
import { writingJson } from './json-answers.js'
import { readJson } from './read-body.js'
import { noteAccount } from './request-account.js'

/**
 * The XRPC methods that `register` gives a handler, and the routes that serve them.
 *
 * @NOTE Only the routes of `@atproto/xrpc-server` are used. Its own application around them would
 * answer WebSocket upgrades before it authenticates them, and log each refusal with the message.
 */
export function createXrpc({ validateResponse, rawBodyBytes, register }: XrpcOptions): Xrpc {
  const server = createServer({ validateResponse })
  const methods = new Map<string, Method>()
  trustPolicies(server)
  writeAnswers(server, validateResponse)
  boundBodies(server, methods, rawBodyBytes)
  register(server)
  return { handle: byName(server.xrpc.routes), methods }
}

/**
 * Calls a method's handler by the name of the method; Express would try the pattern of one route after
 * another, and take the first that fits. Who calls it has seen that there is one, and that the verb is right.
 */
function byName({ stack }: Router): RequestHandler {
  const handlers = new Map(
    stack
      .toReversed()
      .flatMap(({ route }) => (route ? [[route.path, route.stack[0]!.handle] as const] : [])),
  )
  return (req, res, next) => {
    const handler = handlers.get(`/xrpc/${calledMethod(req)}`)
    if (handler) void handler(req, res, next)
    else next()
  }
}

/**
 * Passes on what a policy of ours answers as it is: credentials, since it throws what it refuses. The
 * library would look whether it is an error after all, by a validation that fails and makes an `Error`
 * with its stack for each request: 6 % of the processor time of `sendMessage`.
 */
function trustPolicies({ xrpc }: Server): void {
  xrpc['createAuthVerifier'] = (({ auth }: MethodConfig) => auth ?? null) as never
}

/** Gives every method that is registered from now on the service's own way of writing JSON. */
function writeAnswers({ xrpc }: Server, validateResponse: boolean): void {
  const register = xrpc.method.bind(xrpc)
  xrpc.method = (nsid, handlerOrConfig) => {
    const check = (body: unknown) => {
      if (validateResponse) xrpc.lex.assertValidXrpcOutput(nsid, body)
    }
    register(nsid, writingJson(configOf(handlerOrConfig), check))
  }
}

/** Gives every method that is registered from now on the body limit of its lexicon. */
function boundBodies({ xrpc }: Server, methods: Map<string, Method>, rawBodyBytes: number): void {
  const register = xrpc.method.bind(xrpc)
  xrpc.method = (nsid, handlerOrConfig) => {
    const config = configOf(handlerOrConfig)
    const jsonBytes = bodyLimit(xrpc.lex, nsid)
    const def = xrpc.lex.getDefOrThrow(nsid, ['query', 'procedure'])
    // A body without a schema is no JSON: its handler reads it while it arrives.
    const takesRaw = def.type === 'procedure' && def.input !== undefined && !def.input.schema
    methods.set(nsid, {
      verb: def.type === 'procedure' ? 'POST' : 'GET',
      kind: takesRaw ? 'upload' : 'call',
      bodyBytes: takesRaw ? rawBodyBytes : jsonBytes,
      parameters: def.parameters,
    })
    register(nsid, config.auth || jsonBytes > 0 ? readingBody(config, jsonBytes) : config)
  }
  // Upgrades go to the streams, which authenticate them first; what is left is a GET (SSE).
  xrpc.streamMethod = (nsid) => {
    methods.set(nsid, { verb: 'GET', kind: 'stream', bodyBytes: 0, parameters: undefined })
  }
}

function configOf<A extends Auth>(handlerOrConfig: MethodConfigOrHandler<A>): MethodConfig<A> {
  return typeof handlerOrConfig === 'function' ? { handler: handlerOrConfig } : handlerOrConfig
}

/**
 * Notes who calls, and reads the body between authentication and validation, where the library would
 * parse it itself.
 */
function readingBody<A extends Auth>(config: MethodConfig<A>, bodyBytes: number): MethodConfig<A> {
  const authenticate = config.auth
  const auth: MethodAuth = async (ctx) => {
    const result = await authenticate?.(ctx)
    noteAccount(ctx.req, result)
    if (bodyBytes > 0) await parseBody(ctx.req, bodyBytes)
    // Without a policy of its own a method has no credentials, with or without this reader.
    return result as Extract<A, AuthResult>
  }
  return { ...config, auth: auth as MethodAuth<A> }
}

async function parseBody(req: Request & { _body?: boolean }, maxBytes: number): Promise<void> {
  if (!isJson(req)) return
  req.body = await readJson(req, maxBytes)
  // What tells Express' parsers that there is nothing left to parse.
  req._body = true
}

/** Other types are refused by the library, unread. */
function isJson(req: Request): boolean {
  if (parseReqEncoding(req) !== 'application/json') return false
  const charset = /;\s*charset="?([^";\s]*)/i.exec(req.headers['content-type'] ?? '')?.[1]
  if (charset && !/^utf-?8$/i.test(charset)) throw new InvalidRequestError('The body must be UTF-8')
  return true
}

export interface XrpcOptions {
  validateResponse: boolean
  /** The largest body of a method that takes bytes as they are. */
  rawBodyBytes: number
  register: (server: Server) => void
}

export interface Xrpc {
  /** Answers a call of one of the methods. */
  handle: RequestHandler
  methods: ReadonlyMap<string, Method>
}

export interface Method {
  verb: 'GET' | 'POST'
  kind: 'call' | 'upload' | 'stream'
  /** The largest body, as sent; 0 where the method takes none. */
  bodyBytes: number
  /** What the query may hold; undefined where nothing, or where the streams read it themselves. */
  parameters: LexXrpcParameters | undefined
}
