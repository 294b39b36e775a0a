import type { ServerResponse } from 'node:http'
import type { Allowance } from '../backend/allowances.js'
import { RateLimitExceededError } from '../errors.js'

/** Tells the caller what is left, in headers; throws `RateLimitExceeded` when nothing is. */
export function admit(allowance: Allowance, res: ServerResponse | undefined): void {
  const seconds = Math.ceil(allowance.resetsInMs / 1000)
  if (res && !res.headersSent) setHeaders(res, allowance, seconds)
  if (allowance.allowed) return
  throw new RateLimitExceededError(`Too many calls of this kind; try again in ${seconds} s.`)
}

/** `RateLimit-Reset` is a Unix time in seconds, as elsewhere in the AT Protocol. */
function setHeaders(res: ServerResponse, allowance: Allowance, seconds: number): void {
  const { limit, remaining, windowMs, resetsInMs, allowed } = allowance
  res.setHeader('RateLimit-Limit', limit)
  res.setHeader('RateLimit-Remaining', remaining)
  res.setHeader('RateLimit-Reset', Math.ceil((Date.now() + resetsInMs) / 1000))
  res.setHeader('RateLimit-Policy', `${limit};w=${windowMs / 1000}`)
  if (!allowed) res.setHeader('Retry-After', seconds)
}

/** For `Access-Control-Expose-Headers`: what a browser's script may read. */
export const RATE_HEADERS = [
  'RateLimit-Limit',
  'RateLimit-Remaining',
  'RateLimit-Reset',
  'RateLimit-Policy',
  'Retry-After',
]
