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

  constructor(
    message: string,
    { gone = false, untried = false, ...options }: ErrorOptions & LookupErrorFlags = {},
  ) {
    super(message, options)
    this.gone = gone
    this.untried = untried
  }
}

interface LookupErrorFlags {
  gone?: boolean
  untried?: boolean
}
