import { XRPCError } from '@atproto/xrpc'
import type { Auth, ServiceAddress } from '../auth/auth.js'
import { MlsClientError, ServiceError, ServiceUnreachable } from '../errors.js'
import { jittered, pause } from '../lib/pause.js'
import { AtpBaseClient } from '../lexicon/index.js'
import type { BlueCatbirdMlsNS } from '../lexicon/index.js'
import type { Description } from './description.js'

/** Calls of one method, the first included. */
const ATTEMPTS = 6
const FIRST_WAIT_MS = 200
const LONGEST_WAIT_MS = 10_000
/** A service that asks for more is left alone: the caller decides. */
const LONGEST_RETRY_AFTER_S = 30
const REQUEST_TIMEOUT_MS = 30_000
/** Attachments are up to 50 MiB. */
const BLOB_TIMEOUT_MS = 300_000

/**
 * The delivery service, as an account sees it. A call is repeated, with the same bytes, while the
 * service is out of reach, unavailable or too busy; every method of the contract may be.
 */
export class Service {
  readonly #description: AtpBaseClient
  #address: Promise<ServiceAddress> | undefined
  #known: Description | undefined

  constructor(
    /** Without a slash at its end. */
    readonly url: string,
    readonly auth: Auth,
    private readonly signal: AbortSignal,
    private readonly onRetry: (retry: Retry) => void,
  ) {
    this.#description = new AtpBaseClient((path, init) => fetch(url + path, init))
  }

  /** What the service says about itself; kept once it was told. */
  async describe(): Promise<Description> {
    this.#known ??= await this.#patiently('describeServer', (signal) =>
      this.#description.blue.catbird.mls.describeServer({}, { signal }),
    )
    return this.#known
  }

  /** A stored description serves until the service was reached again. */
  remember(description: Description): void {
    this.#known ??= description
  }

  /**
   * Calls one method of the generated client: `call('getConvo', (mls, o) => mls.getConvo({…}, o))`.
   *
   * @param direct past the account's PDS, which carries no blobs.
   */
  async call<M extends keyof BlueCatbirdMlsNS & string, T>(
    method: M,
    run: (mls: BlueCatbirdMlsNS, options: { signal: AbortSignal }) => Promise<{ data: T }>,
    { direct = false }: { direct?: boolean } = {},
  ): Promise<T> {
    const address = await this.address()
    const nsid = `blue.catbird.mls.${method}`
    const client = new AtpBaseClient((path, init) =>
      direct
        ? this.#fetchDirectly(nsid, path, init, address)
        : this.auth.fetch({ nsid, path, init }, address),
    )
    const timeoutMs = direct ? BLOB_TIMEOUT_MS : REQUEST_TIMEOUT_MS
    return this.#patiently(method, (signal) => run(client.blue.catbird.mls, { signal }), timeoutMs)
  }

  /** The body of a query as it is: the generated client takes JSON lines for one JSON text. */
  async download(method: keyof BlueCatbirdMlsNS & string): Promise<Uint8Array> {
    const address = await this.address()
    const nsid = `blue.catbird.mls.${method}`
    const run = async (signal: AbortSignal) => {
      const answer = await this.#fetchDirectly(nsid, `/xrpc/${nsid}`, { signal }, address)
      if (!answer.ok) throw await refusalOf(answer)
      return { data: new Uint8Array(await answer.arrayBuffer()) }
    }
    return this.#patiently(method, run, BLOB_TIMEOUT_MS)
  }

  address(): Promise<ServiceAddress> {
    this.#address ??= this.describe().then(({ did, serviceId, publicUrl }) => ({
      // Directly there goes what a PDS does not carry; development services name no public address.
      url: isLoopback(this.url) ? this.url : publicUrl.replace(/\/$/, ''),
      did,
      serviceId,
    }))
    this.#address.catch(() => (this.#address = undefined))
    return this.#address
  }

  async #fetchDirectly(
    nsid: string,
    path: string,
    init: RequestInit,
    address: ServiceAddress,
  ): Promise<Response> {
    const headers = new Headers(init.headers)
    headers.set('authorization', `Bearer ${await this.auth.token(nsid, address)}`)
    return fetch(address.url + path, { ...init, headers })
  }

  async #patiently<T>(
    method: string,
    run: (signal: AbortSignal) => Promise<{ data: T }>,
    timeoutMs = REQUEST_TIMEOUT_MS,
  ): Promise<T> {
    for (let attempt = 1; ; attempt++) {
      try {
        const timeout = AbortSignal.timeout(timeoutMs)
        return (await run(AbortSignal.any([this.signal, timeout]))).data
      } catch (cause) {
        if (this.signal.aborted) throw new MlsClientError('closed', 'the client is closed')
        const failure = failureOf(method, cause)
        const waitMs = failure && waitBefore(failure, attempt)
        if (failure !== undefined && waitMs === undefined) throw failure
        if (attempt >= ATTEMPTS) throw failure ?? new ServiceUnreachable(method, attempt, cause)
        const delayMs = waitMs ?? jittered(Math.min(FIRST_WAIT_MS * 2 ** attempt, LONGEST_WAIT_MS))
        this.onRetry({ method, attempt, delayMs, reason: failure?.error ?? 'unreachable' })
        await pause(delayMs, this.signal).catch(() => {
          throw new MlsClientError('closed', 'the client is closed')
        })
      }
    }
  }
}

async function refusalOf(answer: Response): Promise<XRPCError> {
  const { error, message } = (await answer.json().catch(() => ({}))) as Record<string, string>
  return new XRPCError(answer.status, error, message, Object.fromEntries(answer.headers))
}

/** Undefined where no answer of the service came: that is tried again. */
function failureOf(method: string, cause: unknown): ServiceError | undefined {
  if (!(cause instanceof XRPCError)) return undefined
  const { status, error, message, headers } = cause
  // XRPCError makes a status of what `fetch` throws, too: an answer has headers.
  if (headers === undefined || status < 100) {
    return status === 2 ? new ServiceError(method, status, error, message) : undefined
  }
  const retryAfter = Number(headers['retry-after'])
  return new ServiceError(
    method,
    status,
    error,
    message,
    Number.isFinite(retryAfter) ? retryAfter : undefined,
  )
}

/** Milliseconds before the same call may be made again; undefined: a refusal stays one. */
function waitBefore({ status, retryAfter }: ServiceError, attempt: number): number | undefined {
  if (status === 429) {
    const seconds = retryAfter ?? 2 ** attempt
    return seconds > LONGEST_RETRY_AFTER_S ? undefined : jittered(seconds * 1000) + seconds * 500
  }
  if (status !== 502 && status !== 503 && status !== 504) return undefined
  return jittered(Math.min(FIRST_WAIT_MS * 2 ** attempt, LONGEST_WAIT_MS))
}

function isLoopback(url: string): boolean {
  return /^http:\/\/(?:localhost|127\.0\.0\.1|\[::1\])(?::\d+)?$/.test(url)
}

/** A call that is about to be made again. */
export interface Retry {
  method: string
  /** 1 for the first repetition. */
  attempt: number
  delayMs: number
  /** The error's name, or `unreachable`. */
  reason: string
}
