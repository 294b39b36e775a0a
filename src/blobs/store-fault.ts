import { XRPCError } from '@atproto/xrpc-server'
import { ServiceUnavailableError } from '../errors.js'

/**
 * What a failed call of the store of blobs is to a client: whatever it was, it is not the client's fault
 * and may be well later. An error that is declared already came from the body, and stays.
 */
export function storeFault(cause: unknown): XRPCError {
  if (cause instanceof XRPCError) return cause
  return new ServiceUnavailableError('Blobs cannot be stored or read at the moment; try again', {
    cause,
  })
}
