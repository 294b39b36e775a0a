import type { ServerResponse } from 'node:http'
import type { Allowance } from '../backend/allowances.js'
import { RateLimitExceededError, type RateWindow } from '../errors.js'

/** Tells the caller what is left, in headers; throws `RateLimitExceeded` when nothing is. */
export function admit(allowance: Allowance, res: ServerResponse | undefined): void {
  if (res && !res.headersSent) setRateHeaders(res, allowance, allowance.remaining)
  if (allowance.allowed) return
  const seconds = Math.ceil(allowance.resetsInMs / 1000)
  if (res && !res.headersSent) res.setHeader('Retry-After', seconds)
  throw new RateLimitExceededError(
    `Too many calls of this kind; try again in ${seconds} s.`,
    allowance,
  )
}

/** What the domain refuses, by a limit of its own, is told as what is refused before it. */
export function setRefusalHeaders(res: ServerResponse, window: RateWindow): void {
  setRateHeaders(res, window, 0)
  res.setHeader('Retry-After', Math.ceil(window.resetsInMs / 1000))
}

/** `RateLimit-Reset` is a Unix time in seconds, as elsewhere in the AT Protocol. */
function setRateHeaders(res: ServerResponse, window: RateWindow, remaining: number): void {
  const { limit, windowMs, resetsInMs } = window
  res.setHeader('RateLimit-Limit', limit)
  res.setHeader('RateLimit-Remaining', remaining)
  res.setHeader('RateLimit-Reset', Math.ceil((Date.now() + resetsInMs) / 1000))
  res.setHeader('RateLimit-Policy', `${limit};w=${windowMs / 1000}`)
}

/** For `Access-Control-Expose-Headers`: what a browser's script may read. */
export const RATE_HEADERS = [
  'RateLimit-Limit',
  'RateLimit-Remaining',
  'RateLimit-Reset',
  'RateLimit-Policy',
  'Retry-After',
]
