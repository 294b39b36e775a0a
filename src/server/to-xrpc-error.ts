import { ValidationError } from '@atproto/lexicon'
import { InternalServerError, ResponseType, XRPCError } from '@atproto/xrpc-server'
import { unavailable } from '../db/tx.js'
import { InvalidRequestError, TooLargeError } from '../errors.js'

/**
 * What the client is told of `error`: a declared error as it is, a fault of the request as
 * `InvalidRequest` or `TooLarge`, a database that is away as `ServiceUnavailable`, and everything
 * else as a 500 that says nothing. No message of a library comes through but the lexicon
 * validator's, which names fields and bounds and quotes nothing.
 */
export function toXrpcError(error: unknown): XRPCError {
  return (
    lexiconFault(error) ??
    declared(error) ??
    unavailable(error) ??
    requestFault(error) ??
    new InternalServerError('Unexpected', undefined, { cause: error })
  )
}

/** Input and parameters that do not fit their lexicon. */
function lexiconFault(error: unknown): XRPCError | undefined {
  if (!(error instanceof XRPCError) || error.customErrorName !== undefined) return undefined
  if (error.type !== ResponseType.InvalidRequest) return undefined
  const cause = causeOf(error)
  if (cause instanceof ValidationError) {
    const tooLarge = / must not be larger than \d+ bytes$/.test(cause.message)
    return tooLarge ? new TooLargeError(cause.message) : new InvalidRequestError(cause.message)
  }
  // With another cause the message is that of a decoder, which may quote the request.
  if (cause) return new InvalidRequestError('The body is not a value of the AT Protocol data model')
  return undefined
}

function declared(error: unknown): XRPCError | undefined {
  if (!(error instanceof XRPCError) || error.statusCode === 500) return undefined
  // The library's only name of its own that can come here.
  if (error.error === 'InvalidQueryParameter') return new InvalidRequestError(error.message)
  return error
}

/** Express and its parts mark what the client did wrong with a status; their words are not ours. */
function requestFault(error: unknown): XRPCError | undefined {
  if (!(error instanceof Error) || !('status' in error)) return undefined
  const { status } = error
  if (typeof status !== 'number' || status < 400 || status > 499) return undefined
  return status === 413
    ? new TooLargeError('The request is larger than allowed')
    : new InvalidRequestError('The request is malformed')
}

function causeOf(error: unknown): unknown {
  return error instanceof Error ? error.cause : undefined
}
