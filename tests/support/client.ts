import { jsonToLex, lexToJson } from '@atproto/lexicon'
import type { Procedures, Queries } from './client-methods.js'
import { EventReader } from './client-stream.js'
import type { TestAccount } from './plc.js'
import type { TokenClaims } from './tokens.js'

const NAMESPACE = 'blue.catbird.mls'
/** A failing server must not look like any of these: each is a promise of the contract. */
const ALLOWED_SERVER_ERRORS = new Set([501, 502, 503])

/**
 * An XRPC client for one account, with a fresh ES256K service token for every call.
 *
 * An answer of 500, or of any 5xx that the contract does not name, is a bug wherever it appears: the
 * call throws a `ServerFault`, and the fault is also left as an unhandled rejection, so that the run
 * fails even if a test expects or swallows errors.
 */
export class TestClient {
  /** Every call in order: what was asked, how it ended and how long it took. */
  readonly calls: CallRecord[] = []
  /** Every token that was made. */
  readonly tokens: string[] = []

  constructor(
    /** Without a slash at its end. May be set anew when the service has moved. */
    public url: string,
    readonly serviceDid: string,
    readonly account: Pick<TestAccount, 'did' | 'token'>,
  ) {}

  get did(): string {
    return this.account.did
  }

  query<M extends keyof Queries>(
    method: M,
    ...[params]: Arguments<Queries[M]['params']>
  ): Promise<Queries[M]['output']> {
    return this.send('GET', method, { params }) as Promise<Queries[M]['output']>
  }

  procedure<M extends keyof Procedures>(
    method: M,
    ...[input]: Arguments<Procedures[M]['input']>
  ): Promise<Procedures[M]['output']> {
    return this.send('POST', method, { input }) as Promise<Procedures[M]['output']>
  }

  /** A call with anything in it, for what the types forbid; `bearer` replaces the token. */
  async send(
    verb: 'GET' | 'POST',
    method: string,
    { params, input, body, bearer, claims, headers }: RawCall = {},
  ): Promise<unknown> {
    const nsid = `${NAMESPACE}.${method}`
    const token = bearer ?? (await this.token(nsid, claims))
    const sent =
      body ?? (input === undefined ? undefined : JSON.stringify(lexToJson(input as never)))
    const startedAt = performance.now()
    const response = await fetch(`${this.url}/xrpc/${nsid}${queryOf(params)}`, {
      method: verb,
      headers: {
        ...(token !== '' && { authorization: `Bearer ${token}` }),
        ...(sent !== undefined && { 'content-type': 'application/json' }),
        ...headers,
      },
      body: sent,
    })
    const text = await response.text()
    const { status } = response
    this.calls.push({ method, status, ms: performance.now() - startedAt, bytes: text.length })
    const answer: unknown = isJson(response) && text !== '' ? JSON.parse(text) : undefined
    if (response.ok) return answer === undefined ? text : jsonToLex(answer as never)
    const failure = new XrpcFailure(method, status, answer, response.headers)
    if (status >= 500 && !ALLOWED_SERVER_ERRORS.has(status)) throw raise(new ServerFault(failure))
    throw failure
  }

  async token(nsid: string, claims: TokenClaims = {}): Promise<string> {
    const token = await this.account.token({ aud: this.serviceDid, lxm: nsid, ...claims })
    this.tokens.push(token)
    return token
  }

  /** Opens the event stream by header token, or by `ticket`; resolves when it is open. */
  async subscribe(params: { cursor?: string; convoId?: string; ticket?: string } = {}) {
    const nsid = `${NAMESPACE}.subscribeConvoEvents`
    const token = params.ticket === undefined ? await this.token(nsid) : undefined
    const url = `${this.url.replace(/^http/, 'ws')}/xrpc/${nsid}${queryOf(params)}`
    return EventReader.open(url, token)
  }

  /** Opens the stream as a browser does: a ticket first, then its endpoint. */
  async subscribeByTicket(
    input: { deviceId?: string; convoId?: string } = {},
    cursor?: string,
  ): Promise<EventReader> {
    const { ticket, endpoint } = await this.procedure('getSubscriptionTicket', input)
    const url = new URL(endpoint)
    url.searchParams.set('ticket', ticket)
    if (cursor !== undefined) url.searchParams.set('cursor', cursor)
    return EventReader.open(url.href)
  }
}

/** An XRPC error answer: `{error, message}` and the HTTP status. */
export class XrpcFailure extends Error {
  override readonly name = 'XrpcFailure'
  /** The error's name, such as `EpochMismatch`. */
  readonly error: string

  constructor(
    readonly method: string,
    readonly status: number,
    answer: unknown,
    readonly headers: Headers,
  ) {
    const { error, message } = (answer ?? {}) as { error?: string; message?: string }
    super(message ?? '')
    this.error = error ?? ''
  }
}

/** The service broke. It is no `XrpcFailure`, so that no expectation of an error matches it. */
export class ServerFault extends Error {
  override readonly name = 'ServerFault'
  constructor({ method, status, error, message }: XrpcFailure) {
    super(`${method} answered ${status} ${error}: ${message}`)
  }
}

function raise(fault: ServerFault): ServerFault {
  void Promise.reject(fault)
  return fault
}

function queryOf(params: object | undefined): string {
  const query = new URLSearchParams()
  for (const [name, value] of Object.entries(params ?? {})) {
    for (const each of Array.isArray(value) ? value : [value]) {
      if (each !== undefined) query.append(name, String(each))
    }
  }
  return query.size === 0 ? '' : `?${query}`
}

function isJson(response: Response): boolean {
  return /^application\/json(?:;|$)/.test(response.headers.get('content-type') ?? '')
}

/** Parameters may be left out where all of them are optional. */
type Arguments<T> = T extends undefined ? [] : Record<string, never> extends T ? [T?] : [T]

export interface RawCall {
  params?: object
  /** Becomes JSON, with bytes as `$bytes`. */
  input?: unknown
  /** Is sent as it stands. */
  body?: string | Uint8Array<ArrayBuffer>
  /** Replaces the token; empty: no `Authorization` at all. */
  bearer?: string
  claims?: TokenClaims
  headers?: Record<string, string>
}

export interface CallRecord {
  method: string
  status: number
  ms: number
  /** Of the answer. */
  bytes: number
}
