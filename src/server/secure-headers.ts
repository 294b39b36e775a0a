import type { RequestHandler } from 'express'
import type { Config } from '../config/index.js'

const ONE_YEAR_S = 31_536_000

/**
 * What is answered is for the caller alone, is what its type says, and is no page: should a browser show
 * it all the same, nothing in it runs, and no other page frames it.
 */
export function secureHeaders({ mode, service }: Config): RequestHandler {
  const https = mode === 'production' && service.publicUrl.startsWith('https:')
  return (_req, res, next) => {
    res.setHeader('Cache-Control', 'no-store')
    res.setHeader('X-Content-Type-Options', 'nosniff')
    res.setHeader('Content-Security-Policy', "default-src 'none'; frame-ancestors 'none'")
    res.setHeader('X-Frame-Options', 'DENY')
    res.setHeader('Referrer-Policy', 'no-referrer')
    // What any page may call, any page may embed.
    res.setHeader('Cross-Origin-Resource-Policy', 'cross-origin')
    if (https) res.setHeader('Strict-Transport-Security', `max-age=${ONE_YEAR_S}`)
    next()
  }
}
