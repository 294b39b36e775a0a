import type { XRPCError } from '@atproto/xrpc-server'
import { ConsumerTooSlowError } from '../errors.js'
import type { Encoded } from './encoded.js'
import type { EndReason, Subscription } from './subscription.js'

/** One connection that a stream goes out on, whatever the transport. */
export interface Outlet {
  /** Writes a batch; resolves when there is room for the next, at once where there is. */
  write(batch: readonly Encoded[]): Promise<void> | undefined
  /** Says why the stream ends and closes; the peer has a few seconds to read it. */
  end(reason: EndReason): void
  fail(error: XRPCError): void
  /** Looks after the connection every few seconds: signs of life, and time-outs. */
  beat(nowMs: number): void
}

/** Writes the stream to its connection until either of them ends. */
export async function pump(
  subscription: Subscription,
  outlet: Outlet,
  toError: (error: unknown) => XRPCError,
): Promise<void> {
  try {
    for (;;) {
      const batch = await subscription.next()
      if (!batch) break
      const full = outlet.write(batch)
      if (full) await full
    }
    outlet.end(subscription.ended ?? 'goingAway')
  } catch (error) {
    outlet.fail(toError(error))
  } finally {
    subscription[Symbol.dispose]()
  }
}

export function tooSlow(): ConsumerTooSlowError {
  return new ConsumerTooSlowError('Nothing was read for too long; resume by cursor')
}
