/**
 * Why a DID has no document now. The message completes “… could not be resolved: ” and is made of
 * our own words only: it goes to whoever sent the token.
 */
export class LookupError extends Error {
  override readonly name = 'LookupError'
  /** The directory or host says that there is no such DID (any more): what is cached is void. */
  readonly gone: boolean
  /** It was not even tried, so the next caller may. */
  readonly untried: boolean
  /** What an XRPC service said why not. Its words, not ours: never to be passed on. */
  readonly refusal: XrpcRefusal | undefined

  constructor(
    message: string,
    { gone = false, untried = false, refusal, ...options }: LookupErrorOptions = {},
  ) {
    super(message, options)
    this.gone = gone
    this.untried = untried
    this.refusal = refusal
  }
}

interface LookupErrorOptions extends ErrorOptions {
  gone?: boolean
  untried?: boolean
  refusal?: XrpcRefusal
}

export interface XrpcRefusal {
  error: string
  message: string
}
