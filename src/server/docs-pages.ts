import express, { type RequestHandler, Router } from 'express'
import type { Config } from '../config/index.js'

const TEN_MINUTES_S = 600

/**
 * The documentation at `/docs/`, as far as it is built, for anybody and in production too: static pages that
 * run their own script alone. `/llms.txt` is where programs look for it.
 */
export function docsPages({ service }: Config): RequestHandler {
  const files = express.static(service.docsDirectory, {
    cacheControl: false,
    redirect: false,
    setHeaders: (res) => {
      res.setHeader('Content-Security-Policy', CONTENT_SECURITY_POLICY)
      res.setHeader('Cache-Control', `public, max-age=${TEN_MINUTES_S}`)
    },
  })
  const router = Router({ strict: true })
  router.get('/docs', (_req, res) => res.redirect(308, '/docs/'))
  router.get('/llms.txt', (_req, res) => res.redirect(308, '/docs/llms.txt'))
  router.use('/docs', files)
  return router
}

const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "frame-ancestors 'none'",
  "base-uri 'none'",
  "form-action 'none'",
].join('; ')
