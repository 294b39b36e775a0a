import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Allowances } from '../backend/allowances.js'
import { RateLimitExceededError } from '../errors.js'
import { admit } from './admit.js'
import { addressBlock } from './address-block.js'

/** Limits what comes from one address, before anything of a request is looked at. */
export interface AddressLimit {
  /** Express middleware: answers 429 by itself. Needs `trust proxy` where proxies are in front. */
  middleware: (req: RequestWithIp, res: ServerResponse, next: (error?: unknown) => void) => void
  /** The same for an upgrade request; throws `RateLimitExceeded`. */
  check(ip: string | undefined, res?: ServerResponse): Promise<void>
}

/** `perMinute` 0: no limit; limits of different `kind` are counted apart. */
export function createAddressLimit(
  allowances: Allowances,
  perMinute: number,
  kind = 'address',
): AddressLimit {
  async function check(ip: string | undefined, res?: ServerResponse): Promise<void> {
    // Without an address the peer is gone already.
    if (perMinute === 0 || ip === undefined) return
    admit(await allowances.take(kind, addressBlock(ip), perMinute, MINUTE_MS), res)
  }
  return {
    check,
    middleware(req, res, next) {
      check(req.ip, res).then(
        () => next(),
        (error: unknown) =>
          error instanceof RateLimitExceededError ? refuse(res, error) : next(error),
      )
    },
  }
}

const MINUTE_MS = 60_000

function refuse(res: ServerResponse, error: RateLimitExceededError): void {
  res.statusCode = error.statusCode
  res.setHeader('Content-Type', 'application/json; charset=utf-8')
  res.end(JSON.stringify(error.payload))
}

interface RequestWithIp extends IncomingMessage {
  /** As Express finds it, behind trusted proxies too. */
  ip?: string | undefined
}
