import { setTimeout as sleep } from 'node:timers/promises'
import { jsonToLex, lexToJson } from '@atproto/lexicon'
import type { Account, Claims } from '../accounts/account.js'
import { tokenOf } from '../accounts/token.js'
import type { Answers } from './methods.js'
import { NAMESPACE, type Service } from './service.js'
import type { Watch } from './watch.js'

const REQUEST_TIMEOUT_MS = 60_000
const ATTEMPTS = 6
const CUTS = 3
const LONGEST_WAIT_S = 90

/** Calls the service's methods as one account; what comes back is watched. */
export class Caller {
  constructor(
    readonly service: Service,
    readonly account: Account,
    readonly watch: Watch,
  ) {}

  /** The answer of a query or procedure; throws a `Refused`. */
  async call<M extends keyof Answers>(method: M, sent?: object): Promise<Answers[M]> {
    const outcome = await this.attempt(method, sent === undefined ? {} : { sent })
    if (outcome.error !== undefined) throw new Refused(outcome)
    return outcome.answer as Answers[M]
  }

  /**
   * One call, whatever comes of it. A limit on rates, and a store of tokens that has begun anew, are waited
   * for: neither says anything about the call.
   */
  async attempt(method: string, options: CallOptions = {}): Promise<Outcome> {
    for (let attempt = 1; ; attempt++) {
      const outcome = await this.#once(method, options).catch((error: unknown) => {
        // What was cut may be sent again (§2.8); a token that was given is good for one attempt.
        if (options.token !== undefined || attempt >= CUTS || !isCut(error)) throw error
        return undefined
      })
      if (outcome === undefined) continue
      const again = options.token === undefined && attempt < ATTEMPTS && waitSeconds(outcome)
      if (again === false) return outcome
      this.watch.waited(again)
      await sleep(again * 1000)
    }
  }

  token(method: string, claims: Claims = {}, header?: Record<string, unknown>): Promise<string> {
    const { did } = this.service.description
    return tokenOf(this.account, { aud: did, lxm: `${NAMESPACE}.${method}`, ...claims }, header)
  }

  address(method: string, params: object = {}): string {
    return `${this.service.url}/xrpc/${NAMESPACE}.${method}${queryOf(params)}`
  }

  async #once(method: string, options: CallOptions): Promise<Outcome> {
    const { token, body, headers, sent, params } = options
    const isQuery = options.verb === undefined ? isQueryName(method) : options.verb === 'GET'
    const bearer = token ?? (await this.token(method))
    const json =
      sent !== undefined && !isQuery ? JSON.stringify(lexToJson(sent as never)) : undefined
    const payload = body ?? json
    const response = await fetch(this.address(method, { ...params, ...(isQuery && sent) }), {
      method: isQuery ? 'GET' : 'POST',
      headers: {
        ...(bearer !== '' && { authorization: `Bearer ${bearer}` }),
        ...(payload !== undefined && { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(payload !== undefined && { body: payload }),
      signal: AbortSignal.timeout(REQUEST_TIMEOUT_MS),
    })
    const outcome = await outcomeOf(method, response)
    this.watch.saw(outcome, sent)
    return outcome
  }
}

/** The service answered with an error. */
export class Refused extends Error {
  override readonly name = 'Refused'
  constructor(readonly outcome: Outcome) {
    super(`${outcome.method}: ${outcome.status} ${outcome.error} (${outcome.message ?? ''})`)
  }
}

async function outcomeOf(method: string, response: Response): Promise<Outcome> {
  const bytes = new Uint8Array(await response.arrayBuffer())
  const { status, headers } = response
  const isJson = /^application\/json(?:;|$)/.test(headers.get('content-type') ?? '')
  const json = isJson && bytes.length > 0 ? parsed(bytes) : undefined
  if (response.ok) {
    const answer = json === undefined ? undefined : jsonToLex(json as never)
    return { method, status, headers, bytes, answer }
  }
  const { error, message } = (json ?? {}) as { error?: string; message?: string }
  return {
    method,
    status,
    headers,
    bytes,
    answer: undefined,
    error: error ?? `HTTP ${status}`,
    message,
  }
}

function parsed(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(bytes).toString())
  } catch {
    return undefined
  }
}

/** Seconds after which the same call makes sense again; false: this is the answer. */
function waitSeconds({ status, error, headers }: Outcome): number | false {
  if (error === 'ReplayedToken') return 1
  if (status !== 429) return false
  const seconds = Number(headers.get('retry-after') ?? headers.get('ratelimit-reset') ?? '5')
  return Number.isFinite(seconds) ? Math.min(Math.max(seconds, 1), LONGEST_WAIT_S) : 5
}

/** `fetch` says so of a connection that ended under it. */
function isCut(error: unknown): boolean {
  return error instanceof TypeError && /^(?:fetch failed|terminated)$/.test(error.message)
}

/** Queries are named for what they get; the lexicon of each method says the same. */
function isQueryName(method: string): boolean {
  return /^(?:get(?!SubscriptionTicket)|list|describe|export|stream)/.test(method)
}

function queryOf(params: object): string {
  const query = new URLSearchParams()
  for (const [name, value] of Object.entries(params)) {
    for (const each of Array.isArray(value) ? value : [value]) {
      if (each !== undefined) query.append(name, String(each))
    }
  }
  return query.size === 0 ? '' : `?${query}`
}

export interface CallOptions {
  /** Parameters of a query, or what becomes the JSON body of a procedure, with bytes as `$bytes`. */
  sent?: object
  /** Replaces the body. */
  body?: string | Uint8Array<ArrayBuffer>
  /** Parameters of a procedure. */
  params?: object
  verb?: 'GET' | 'POST'
  /** Replaces the token, and is sent once; empty: no `Authorization` at all. */
  token?: string
  headers?: Record<string, string>
}

export interface Outcome {
  method: string
  status: number
  headers: Headers
  bytes: Uint8Array
  /** Of a success with a JSON body. */
  answer: unknown
  /** The error's name; undefined for a success. */
  error?: string
  message?: string | undefined
}
