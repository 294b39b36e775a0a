import { XRPCError } from '@atproto/xrpc-server'
import { unavailable } from '../db/tx.js'
import type { ConvoDeps } from './deps.js'

/** Counts a commit that is not taken, by the name of the error that its sender gets. */
export async function countRefusals<T>(
  { metrics }: Pick<ConvoDeps, 'metrics'>,
  take: () => Promise<T>,
): Promise<T> {
  try {
    return await take()
  } catch (error) {
    const shown = error instanceof XRPCError ? error : unavailable(error)
    metrics.commitsRefused.inc({ reason: shown?.error ?? 'InternalServerError' })
    throw error
  }
}
